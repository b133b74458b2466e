"""Tokens of the texts, packed into pieces of one length and split."""

import argparse
{% if not model.is_local or not data.is_local %}
import json
from pathlib import Path
{% endif %}

from datasets import DatasetDict, load_dataset
from transformers import AutoTokenizer

MODEL = "{{ model.id }}"
{% if not model.is_local or not data.is_local %}
REVISIONS = json.loads(Path("revisions.json").read_text())
{% endif %}
LENGTH, SEED = {{ fit.max_length }}, {{ set.seed }}

tokenizer = AutoTokenizer.from_pretrained(MODEL{% if not model.is_local %}, revision=REVISIONS[MODEL]{% endif %})


def as_text(row: dict) -> str:
    """A row as the model reads it."""
{% if data.format == "text" %}
    return row["text"] + tokenizer.eos_token
{% elif data.format == "messages" %}
    return tokenizer.apply_chat_template(row["messages"], tokenize=False)
{% else %}
    asked = "\n\n".join(part for part in (row["instruction"], row.get("input")) if part)
    messages = [{"role": "user", "content": asked}, {"role": "assistant", "content": row["output"]}]
    return tokenizer.apply_chat_template(messages, tokenize=False)
{% endif %}


def packed(rows: dict[str, list]) -> dict[str, list]:
    """The tokens of many rows, one behind the other, cut into pieces of the same length."""
    count = len(next(iter(rows.values())))
    texts = [as_text({name: column[at] for name, column in rows.items()}) for at in range(count)]
    ids = [token for text in tokenizer(texts, add_special_tokens=False)["input_ids"] for token in text]
    pieces = [ids[at : at + LENGTH] for at in range(0, len(ids) - LENGTH + 1, LENGTH)]
    return {"input_ids": pieces, "labels": [list(piece) for piece in pieces]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
{% set revisions = "REVISIONS" %}
{% include "shared/load_data.py" %}
    pieces = raw.shuffle(seed=SEED).map(packed, batched=True, remove_columns=raw.column_names)
    print(f"{len(raw)} rows, {len(pieces)} pieces of {LENGTH} tokens")
{% set of = "pieces" %}
{% set held = "min(0.1, 400 / len(pieces))" %}
{% include "shared/three_parts.py" %}


if __name__ == "__main__":
    main()
