"""Clean documents, drop copies, hold some out, and mix general text into the training part."""

import argparse
import hashlib
{% if not data.is_local %}
import json
{% endif %}
import random
import re
{% if not data.is_local %}
from pathlib import Path
{% endif %}

from datasets import Dataset, DatasetDict, concatenate_datasets, load_dataset

SEED = {{ set.seed }}
REPLAY = {{ set.replay }}
SHORTEST = {{ set.shortest }}
PASSAGE = 13
EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
BLANKS = re.compile(r"[ \t]+")
LINES = re.compile(r"\n{3,}")


def clean(row: dict) -> dict:
    """The text with masked addresses and without needless blanks."""
    return {"text": LINES.sub("\n\n", BLANKS.sub(" ", EMAIL.sub("[email]", row["text"]))).strip()}


def without_copies(data: Dataset) -> Dataset:
    """The first of each set of documents with the same words."""
    seen, kept = set(), []
    for at, text in enumerate(data["text"]):
        key = hashlib.sha256(" ".join(text.lower().split()).encode()).digest()
        if key not in seen:
            seen.add(key)
            kept.append(at)
    return data.select(kept)


def passages(text: str) -> set[int]:
    """All runs of 13 words, as hashes."""
    words = text.lower().split()
    return {hash(tuple(words[at : at + PASSAGE])) for at in range(len(words) - PASSAGE + 1)}


def without_known(data: Dataset, held: Dataset) -> Dataset:
    """The documents that share no run of 13 words with a held-out one."""
    known = set().union(*(passages(text) for text in held["text"]))
    return data.select([at for at, text in enumerate(data["text"]) if not passages(text) & known])


def mixed(data: Dataset, general: Dataset) -> Dataset:
    """The documents with so many general ones that these are a share of REPLAY of all letters."""
    wanted = sum(map(len, data["text"])) * REPLAY / (1 - REPLAY)
    order = list(range(len(general)))
    random.Random(SEED).shuffle(order)
    taken, letters = [], 0
    for at in order:
        if letters >= wanted:
            break
        taken.append(at)
        letters += len(general[at]["text"])
    return concatenate_datasets([data, general.select(taken)]).shuffle(seed=SEED)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--general", default="data/general.jsonl")
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
{% include "shared/load_data.py" %}
    general = load_dataset("json", data_files=args.general, split="train").select_columns(["text"])
    data = raw.select_columns(["text"]).map(clean).filter(lambda row: len(row["text"]) >= SHORTEST)
    data = without_copies(data).shuffle(seed=SEED)
    held = max(2, min(1000, len(data) // 20))
    test, validation = data.select(range(held // 2)), data.select(range(held // 2, held))
    train = without_known(data.select(range(held, len(data))), data.select(range(held)))
    general_test = general.select(range(held // 2))
    train = mixed(train, general.select(range(held // 2, len(general))))
    print(f"{len(raw)} documents, {len(data)} after cleaning, {len(train)} in training with general ones")
    parts = {"train": train, "validation": validation, "test": test, "general": general_test}
    DatasetDict(parts).save_to_disk(args.out)


if __name__ == "__main__":
    main()
