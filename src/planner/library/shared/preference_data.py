"""Turn comparisons into a prompt, a chosen and a rejected answer, clean them, and split them by prompts."""

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

SEED = {{ set.seed }}
EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
PHONE = re.compile(r"\+?\d[\d ()/-]{7,}\d")


{% if data.format == "preference-implicit" %}
def common(chosen: list[dict], rejected: list[dict]) -> int:
    """How many messages two conversations begin with together, without the last answers."""
    most = min(len(chosen), len(rejected)) - 1
    return next((at for at in range(most) if chosen[at] != rejected[at]), most)


def example(row: dict) -> dict:
    """A raw row with its prompt apart from both answers."""
    at = common(row["chosen"], row["rejected"])
    return {"prompt": row["chosen"][:at], "chosen": row["chosen"][at:], "rejected": row["rejected"][at:]}
{% elif data.format == "preference-messages" %}
def example(row: dict) -> dict:
    """A raw row, whose parts are lists of messages already."""
    return {side: row[side] for side in ("prompt", "chosen", "rejected")}
{% else %}
def example(row: dict) -> dict:
    """A raw row with its texts as messages."""
    return {
        "prompt": [{"role": "user", "content": row["prompt"]}],
        "chosen": [{"role": "assistant", "content": row["chosen"]}],
        "rejected": [{"role": "assistant", "content": row["rejected"]}],
    }
{% endif %}


def mask(text: str) -> str:
    """The text without addresses and numbers of persons."""
    return PHONE.sub("[phone]", EMAIL.sub("[email]", text))


def clean(row: dict) -> dict:
    """The comparison with masked texts and without blanks around them."""
    return {
        side: [{"role": it["role"], "content": mask(it["content"]).strip()} for it in row[side]]
        for side in ("prompt", "chosen", "rejected")
    }


def is_comparison(row: dict) -> bool:
    """Whether there is a question, and two different answers of the assistant to it."""
    said = [it["content"] for side in ("prompt", "chosen", "rejected") for it in row[side]]
    answers = [row[side][-1] for side in ("chosen", "rejected") if row[side]]
    by_assistant = len(answers) == 2 and all(it["role"] == "assistant" for it in answers)
    return bool(row["prompt"]) and all(said) and by_assistant and row["chosen"] != row["rejected"]


{% include "shared/split_by_prompt.py" %}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
{% include "shared/load_data.py" %}
    data = raw.map(example, remove_columns=raw.column_names).map(clean).filter(is_comparison)
    longer = sum(len(row["chosen"][-1]["content"]) > len(row["rejected"][-1]["content"]) for row in data)
    print(f"{len(raw)} rows, {len(data)} left; the chosen answer is longer in {longer / len(data):.0%}")
    split(data.shuffle(seed=SEED)).save_to_disk(args.out)


if __name__ == "__main__":
    main()
