"""Turn the raw tasks into prompts with solutions, drop what cannot be judged, and split them."""

import argparse
{% if not data.is_local or not model.is_local %}
import json
{% endif %}
{% if data.format == "problem-solution" %}
import re
{% endif %}
{% if not data.is_local or not model.is_local %}
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
ASK = "\n\nThink step by step, and put the final answer into \\boxed{}."
{% if data.format == "problem-solution" %}
BOXED = re.compile(r"\\boxed\{((?:[^{}]|\{[^{}]*\})*)\}")
{% endif %}


def example(row: dict) -> dict:
    """A raw row as a prompt and its solution, which is empty where there is none."""
{% if data.format == "question-answer" %}
    asked, solution = row["question"], row["answer"].rpartition("####")[2]
{% elif data.format == "problem-solution" %}
    asked, solution = row["problem"], ([""] + BOXED.findall(row["solution"]))[-1]
{% else %}
    asked, solution = row["prompt"], row["solution"]
{% endif %}
    return {"prompt": [{"role": "user", "content": asked.strip() + ASK}], "solution": solution.strip()}


def without_doubles(data: Dataset) -> Dataset:
    """The first of each set of equal prompts."""
    seen, kept = set(), []
    for at, prompt in enumerate(data["prompt"]):
        if prompt[-1]["content"] not in seen:
            seen.add(prompt[-1]["content"])
            kept.append(at)
    return data.select(kept)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
{% set revisions = "REVISIONS" %}
{% include "shared/load_data.py" %}
    tokenizer = AutoTokenizer.from_pretrained(MODEL{% if not model.is_local %}, revision=REVISIONS[MODEL]{% endif %})

    def is_short(row: dict) -> bool:
        text = tokenizer.apply_chat_template(row["prompt"], add_generation_prompt=True, tokenize=False)
        return len(tokenizer(text, add_special_tokens=False)["input_ids"]) <= LONGEST

    data = raw.map(example, remove_columns=raw.column_names).filter(lambda row: bool(row["solution"]))
    data = without_doubles(data.filter(is_short))
    print(f"{len(raw)} rows, {len(data)} left")
    held_out = data.train_test_split(test_size=min(0.1, 400 / len(data)), seed=SEED)
    DatasetDict({"train": held_out["train"], "test": held_out["test"]}).save_to_disk(args.out)


if __name__ == "__main__":
    main()
