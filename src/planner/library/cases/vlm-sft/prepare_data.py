"""Turn pictures with questions into prompts and completions, shrink the pictures, and split by picture."""

import argparse
import hashlib
{% if not data.is_local %}
import json
from pathlib import Path
{% endif %}

from datasets import Dataset, DatasetDict, Image, load_dataset

SEED = {{ set.seed }}
SIDE = {{ set.picture_side }}


def example(row: dict) -> dict:
    """A picture, what is asked about it, and the answer; with a number for pictures of equal pixels."""
    picture = row["image"].convert("RGB")
    picture.thumbnail((SIDE, SIDE))
{% if data.format == "messages" %}
    *before, last = ({"role": it["role"], "content": it["content"].strip()} for it in row["messages"])
    said = {"prompt": before, "completion": [last]}
{% else %}
    said = {
        "prompt": [{"role": "user", "content": row["question"].strip()}],
        "completion": [{"role": "assistant", "content": row["answer"].strip()}],
    }
{% endif %}
    return {"image": picture, "key": hashlib.sha256(picture.tobytes()).hexdigest(), **said}


def is_whole(row: dict) -> bool:
    """Whether there is a question, and an answer of the assistant to it."""
    said = [it["content"] for it in row["prompt"] + row["completion"]]
    return bool(row["prompt"]) and all(said) and row["completion"][-1]["role"] == "assistant"


def split(data: Dataset) -> DatasetDict:
    """Up to 300 pictures each for choosing and for measuring; all questions about a picture stay together."""
    order = Dataset.from_dict({"key": sorted(set(data["key"]))}).shuffle(seed=SEED)["key"]
    rank = {key: at for at, key in enumerate(order)}
    part = max(1, min(len(rank) // 10, 300))
    rows = {"train": [], "validation": [], "test": []}
    for at, key in enumerate(data["key"]):
        rows["test" if rank[key] < part else "validation" if rank[key] < 2 * part else "train"].append(at)
    data = data.remove_columns("key")
    return DatasetDict({name: data.select(chosen) for name, chosen in rows.items()})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
{% include "shared/load_data.py" %}
    data = raw.map(example, remove_columns=[name for name in raw.column_names if name != "image"])
    data = data.filter(is_whole).cast_column("image", Image(mode="RGB"))
    print(f"{len(raw)} rows, {len(data)} left, of {len(set(data['key']))} pictures")
    split(data).save_to_disk(args.out)


if __name__ == "__main__":
    main()
