"""Clean the texts, drop doubles and rare classes, and split what is left by class."""

import argparse
{% if not data.is_local %}
import json
{% endif %}
from collections import Counter
{% if not data.is_local %}
from pathlib import Path
{% endif %}

from datasets import ClassLabel, Dataset, DatasetDict, load_dataset

SEED = {{ set.seed }}
LEAST = {{ set.least_rows }}
TEXTS = [{% if data.format == "pairs" %}"first", "second"{% else %}"text"{% endif %}]


def clean(row: dict) -> dict:
    """The texts with single blanks, and the class as a word."""
    return {name: " ".join((row[name] or "").split()) for name in TEXTS} | {"label": str(row["label"])}


def without_doubles(data: Dataset) -> Dataset:
    """Each text once; texts that stand in two classes not at all."""
    seen: dict[tuple, list[int]] = {}
    for at, row in enumerate(data):
        seen.setdefault(tuple(row[name].lower() for name in TEXTS), []).append(at)
    labels = data["label"]
    return data.select([rows[0] for rows in seen.values() if len({labels[at] for at in rows}) == 1])


def split(data: Dataset) -> DatasetDict:
    """Eight, one and one tenths, with the same shares of the classes in each."""
    held_out = data.train_test_split(test_size=0.2, stratify_by_column="label", seed=SEED)
    halves = held_out["test"].train_test_split(test_size=0.5, stratify_by_column="label", seed=SEED)
    return DatasetDict(train=held_out["train"], validation=halves["train"], test=halves["test"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
{% include "shared/load_data.py" %}
    if isinstance(raw.features["label"], ClassLabel):
        names = raw.features["label"]
        raw = raw.cast_column("label", names.dtype).map(lambda row: {"word": names.int2str(row["label"])})
        raw = raw.remove_columns("label").rename_column("word", "label")
    whole = raw.select_columns([*TEXTS, "label"]).filter(lambda row: row["label"] is not None)
    data = whole.map(clean).filter(lambda row: all(row[name] for name in TEXTS))
    data = without_doubles(data)
    count = Counter(data["label"])
    kept = sorted(name for name, rows in count.items() if rows >= LEAST)
    if len(kept) < 2:
        raise SystemExit(f"two classes with {LEAST} rows are needed, and there are: {dict(count)}")
    data = data.filter(lambda row: row["label"] in kept).cast_column("label", ClassLabel(names=kept))
    print(f"{len(raw)} rows, {len(data)} left, of {len(kept)} classes: {count.most_common()}")
    split(data).save_to_disk(args.out)


if __name__ == "__main__":
    main()
