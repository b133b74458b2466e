"""Turn the raw examples into prompts and completions, clean them, and split them."""

import argparse
import re
{% if not data.is_local %}
import json
from pathlib import Path
{% endif %}

from datasets import Dataset, DatasetDict, load_dataset

SEED = {{ set.seed }}
EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
PHONE = re.compile(r"\+?\d[\d ()/-]{7,}\d")


def example(row: dict) -> dict:
    """A raw row as a prompt and a completion, both as messages."""
{% if data.format == "messages" %}
    *before, last = row["messages"]
    return {"prompt": before, "completion": [last]}
{% elif data.format == "instruction" %}
    asked = "\n\n".join(part for part in (row["instruction"], row.get("input")) if part)
    return {
        "prompt": [{"role": "user", "content": asked}],
        "completion": [{"role": "assistant", "content": row["output"]}],
    }
{% else %}
    return {
        "prompt": [{"role": "user", "content": row["prompt"]}],
        "completion": [{"role": "assistant", "content": row["completion"]}],
    }
{% endif %}


def mask(text: str) -> str:
    """The text without addresses and numbers of persons."""
    return PHONE.sub("[phone]", EMAIL.sub("[email]", text))


def clean(row: dict) -> dict:
    """The example with masked texts and without blanks around them."""
    return {
        side: [{"role": it["role"], "content": mask(it["content"]).strip()} for it in row[side]]
        for side in ("prompt", "completion")
    }


def is_whole(row: dict) -> bool:
    """Whether there is a question, and an answer of the assistant to it."""
    said = [it["content"] for it in row["prompt"] + row["completion"]]
    return bool(row["prompt"]) and all(said) and row["completion"][-1]["role"] == "assistant"


def without_doubles(data: Dataset) -> Dataset:
    """The first of each set of equal examples."""
    seen, kept = set(), []
    for at, row in enumerate(data):
        key = str(row["prompt"]) + str(row["completion"])
        if key not in seen:
            seen.add(key)
            kept.append(at)
    return data.select(kept)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
{% include "shared/load_data.py" %}
    data = raw.map(example, remove_columns=raw.column_names).map(clean).filter(is_whole)
    data = without_doubles(data)
    print(f"{len(raw)} rows, {len(data)} left")
{% set held = "min(0.1, 600 / len(data))" %}
{% include "shared/three_parts.py" %}


if __name__ == "__main__":
    main()
