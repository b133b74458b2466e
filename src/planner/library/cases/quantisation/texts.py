"""The texts that weights are rounded for, and those that the result is measured on."""

{% if not data.is_local %}
import json
from pathlib import Path

{% endif %}
from datasets import Dataset, load_dataset
from transformers import PreTrainedTokenizerBase

SAMPLES, ROWS, SEED = {{ set.samples }}, {{ set.rows }}, {{ set.seed }}


def as_text(row: dict, tokenizer: PreTrainedTokenizerBase) -> dict[str, str]:
    """A row as the model reads it."""
{% if data.format == "text" %}
    return {"text": row["text"]}
{% else %}
{% if data.format == "messages" %}
    messages = row["messages"]
{% elif data.format == "instruction" %}
    asked = "\n\n".join(part for part in (row["instruction"], row.get("input")) if part)
    messages = [{"role": "user", "content": asked}, {"role": "assistant", "content": row["output"]}]
{% else %}
    messages = [
        {"role": "user", "content": row["prompt"]},
        {"role": "assistant", "content": row["completion"]},
    ]
{% endif %}
    return {"text": tokenizer.apply_chat_template(messages, tokenize=False)}
{% endif %}


def load_texts(tokenizer: PreTrainedTokenizerBase) -> tuple[Dataset, Dataset]:
    """Texts for rounding, and others for measuring."""
{% set to = "rows =" %}
{% include "shared/load_data.py" %}
    rows = rows.shuffle(seed=SEED)
    measured = min(ROWS, len(rows) // 5)
    used = rows.select(range(min(SAMPLES + measured, len(rows))))
    texts = used.map(lambda row: as_text(row, tokenizer), remove_columns=rows.column_names)
    return texts.select(range(measured, len(texts))), texts.select(range(measured))
