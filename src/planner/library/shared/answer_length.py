def answer_length(model, tokenizer, prompts: list[list[dict]]) -> float:
    """How many tokens the model's own answers have on average."""
    lengths = []
    for prompt in prompts:
        text = tokenizer.apply_chat_template(prompt, add_generation_prompt=True, tokenize=False)
        ids = tokenizer(text, add_special_tokens=False, return_tensors="pt").to(model.device)
        made = model.generate(**ids, max_new_tokens=512, do_sample=False)
        lengths.append(made.shape[1] - ids["input_ids"].shape[1])
    return sum(lengths) / len(lengths)
