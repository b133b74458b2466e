"""Turn raw judgements into a prompt, an answer and a label, clean them, and split them by prompts."""

import argparse
{% if not data.is_local %}
import json
{% endif %}
import random
import re
{% if not data.is_local %}
from pathlib import Path
{% endif %}

from datasets import Dataset, DatasetDict, load_dataset
{% if data.format == "preference" or data.format == "preference-implicit" %}
from trl import {% if data.format == "preference-implicit" %}extract_prompt, {% endif %}unpair_preference_dataset
{% endif %}

SEED = {{ set.seed }}
SIDES = ("prompt", "completion")
EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
PHONE = re.compile(r"\+?\d[\d ()/-]{7,}\d")


{% if data.format != "labels-messages" and data.format != "preference-implicit" %}
def example(row: dict) -> dict:
    """A raw row with its texts as messages."""
    return {
        "prompt": [{"role": "user", "content": row["prompt"]}],
{% if data.format == "preference" %}
        "chosen": [{"role": "assistant", "content": row["chosen"]}],
        "rejected": [{"role": "assistant", "content": row["rejected"]}],
{% else %}
        "completion": [{"role": "assistant", "content": row["completion"]}],
        "label": bool(row["label"]),
{% endif %}
    }


{% endif %}
def judged(raw: Dataset) -> Dataset:
    """The raw rows as prompts, answers and labels."""
{% if data.format == "labels-messages" %}
    return raw.select_columns(["prompt", "completion", "label"])
{% elif data.format == "preference-implicit" %}
    # Each comparison becomes a wanted and an unwanted answer.
    pairs = raw.select_columns(["chosen", "rejected"]).map(extract_prompt)
    return unpair_preference_dataset(pairs)
{% elif data.format == "preference" %}
    # Each comparison becomes a wanted and an unwanted answer.
    return unpair_preference_dataset(raw.map(example, remove_columns=raw.column_names))
{% else %}
    return raw.map(example, remove_columns=raw.column_names)
{% endif %}


def mask(text: str) -> str:
    """The text without addresses and numbers of persons."""
    return PHONE.sub("[phone]", EMAIL.sub("[email]", text))


def clean(row: dict) -> dict:
    """The judgement with masked texts and without blanks around them."""
    return {
        side: [{"role": it["role"], "content": mask(it["content"]).strip()} for it in row[side]]
        for side in SIDES
    }


def is_judgement(row: dict) -> bool:
    """Whether there is a question, an answer of the assistant to it, and a label."""
    said = [it["content"] for side in SIDES for it in row[side]]
    answered = bool(row["completion"]) and row["completion"][-1]["role"] == "assistant"
    return bool(row["prompt"]) and all(said) and answered and row["label"] is not None


{% include "shared/split_by_prompt.py" %}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
{% include "shared/load_data.py" %}
    data = judged(raw).map(clean).filter(is_judgement)
    print(f"{len(raw)} rows, {len(data)} judgements left; {sum(data['label']) / len(data):.0%} are wanted")
    # The trainer reads rows in their order, so they are mixed here.
    split(data.shuffle(seed=SEED)).save_to_disk(args.out)


if __name__ == "__main__":
    main()
