def log_probability(model, tokenizer, prompt: list[dict], answer: list[dict]) -> float:
    """The log-probability of an answer behind its prompt."""
    start = tokenizer.apply_chat_template(prompt, add_generation_prompt=True, tokenize=False)
    whole = tokenizer.apply_chat_template(prompt + answer, tokenize=False)
    length = len(tokenizer(start, add_special_tokens=False)["input_ids"])
    ids = tokenizer(whole, add_special_tokens=False, return_tensors="pt")["input_ids"][:, : {{ fit.max_length }}]
    ids = ids.to(model.device)
    logits = model(input_ids=ids).logits[0, length - 1 : -1].float()
    return logits.log_softmax(-1).gather(-1, ids[0, length:, None]).sum().item()
