def split(data: Dataset) -> DatasetDict:
    """Three parts that share no prompt: rows of one prompt are near copies of each other."""
    prompts = sorted({str(prompt) for prompt in data["prompt"]})
    random.Random(SEED).shuffle(prompts)
    held = max(2, min(600, len(prompts) // 10))
    at = {prompt: "test" if n < held // 2 else "validation" for n, prompt in enumerate(prompts[:held])}
    part = [at.get(str(prompt), "train") for prompt in data["prompt"]]
    names = ("train", "validation", "test")
    rows = {name: [n for n, it in enumerate(part) if it == name] for name in names}
    return DatasetDict({name: data.select(numbers) for name, numbers in rows.items()})
