def blocks(data: Dataset, tokenizer) -> Dataset:
    """The texts with a token for the end behind each, joined and cut into blocks."""

    def join(rows: dict) -> dict:
        texts = tokenizer(rows["text"], add_special_tokens=False)["input_ids"]
        ids = [token for text in texts for token in [*text, tokenizer.eos_token_id]]
        return {"input_ids": [ids[at : at + LENGTH] for at in range(0, len(ids) - LENGTH + 1, LENGTH)]}

    return data.map(join, batched=True, batch_size=1000, remove_columns=data.column_names)
