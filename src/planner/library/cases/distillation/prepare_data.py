"""Take the questions out of the raw rows, drop copies and long ones, and split them."""

import argparse
{% if not data.is_local or not model.is_local %}
import json
from pathlib import Path
{% endif %}

from datasets import Dataset, DatasetDict, load_dataset
from transformers import AutoTokenizer

MODEL = "{{ model.id }}"
{% if not data.is_local or not model.is_local %}
REVISIONS = json.loads(Path("revisions.json").read_text())
{% endif %}
SEED = {{ set.seed }}
LONGEST = {{ set.max_prompt }}


def example(row: dict) -> dict:
    """A raw row as a prompt: what was said up to the last question."""
{% if data.format == "messages" %}
    asked = [at for at, it in enumerate(row["messages"]) if it["role"] == "user"]
    return {"prompt": row["messages"][: asked[-1] + 1] if asked else []}
{% elif data.format == "prompts-messages" %}
    return {"prompt": row["prompt"]}
{% else %}
    return {"prompt": [{"role": "user", "content": row["prompt"].strip()}]}
{% endif %}


def without_doubles(data: Dataset) -> Dataset:
    """The first of each set of equal prompts."""
    seen, kept = set(), []
    for at, prompt in enumerate(data["prompt"]):
        if str(prompt) not in seen:
            seen.add(str(prompt))
            kept.append(at)
    return data.select(kept)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
{% set revisions = "REVISIONS" %}
{% include "shared/load_data.py" %}
    tokenizer = AutoTokenizer.from_pretrained(MODEL{% if not model.is_local %}, revision=REVISIONS[MODEL]{% endif %})

    def is_fit(row: dict) -> bool:
        if not row["prompt"] or not row["prompt"][-1]["content"].strip():
            return False
        text = tokenizer.apply_chat_template(row["prompt"], add_generation_prompt=True, tokenize=False)
        return len(tokenizer(text, add_special_tokens=False)["input_ids"]) <= LONGEST

    data = without_doubles(raw.map(example, remove_columns=raw.column_names).filter(is_fit))
    print(f"{len(raw)} rows, {len(data)} left")
    held_out = data.train_test_split(test_size=min(0.1, 300 / len(data)), seed=SEED)
    DatasetDict({"train": held_out["train"], "test": held_out["test"]}).save_to_disk(args.out)


if __name__ == "__main__":
    main()
