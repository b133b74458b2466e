"""Clean the pairs, and split them so that no query and none of its passages stands on both sides."""

import argparse
{% if not data.is_local %}
import json
from pathlib import Path
{% endif %}

from datasets import Dataset, DatasetDict, load_dataset

SEED = {{ set.seed }}
COLUMNS = ["anchor", "positive"{% if data.format == "triplets" %}, "negative"{% endif %}]


def clean(row: dict) -> dict:
    """The texts with single blanks."""
    return {name: " ".join((row[name] or "").split()) for name in COLUMNS}


def is_whole(row: dict) -> bool:
    """Whether no text is empty, and the passage says more than the query."""
    return all(row[name] for name in COLUMNS) and row["anchor"].lower() != row["positive"].lower()


def groups(data: Dataset) -> list[int]:
    """A number for each row; rows that share a query or a passage have the same one."""
    owner: dict[str, int] = {}
    parent = list(range(len(data)))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    for at, row in enumerate(data):
        for key in ("q:" + row["anchor"].lower(), "p:" + row["positive"].lower()):
            parent[root(at)] = root(owner.setdefault(key, at))
    return [root(at) for at in range(len(data))]


def without_doubles(data: Dataset) -> Dataset:
    """The first of each set of equal rows."""
    first: dict[tuple, int] = {}
    for at, row in enumerate(data):
        first.setdefault(tuple(row[name].lower() for name in COLUMNS), at)
    return data.select(list(first.values()))


def split(data: Dataset) -> DatasetDict:
    """A part for training, and two of up to 1000 rows for choosing and for measuring."""
    of = groups(data)
    order = Dataset.from_dict({"group": sorted(set(of))}).shuffle(seed=SEED)["group"]
    rank = {group: at for at, group in enumerate(order)}
    part = max(1, min(len(rank) // 10, 1000))
    rows = {"test": [], "validation": [], "train": []}
    for at, group in enumerate(of):
        rows["test" if rank[group] < part else "validation" if rank[group] < 2 * part else "train"].append(at)
    return DatasetDict({name: data.select(chosen) for name, chosen in rows.items()})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
{% include "shared/load_data.py" %}
{% if data.format == "answers" %}
    raw = raw.rename_columns({"query": "anchor", "answer": "positive"})
{% endif %}
    # The trainer takes the columns by their order, whatever their names are.
    data = without_doubles(raw.select_columns(COLUMNS).map(clean).filter(is_whole))
    print(f"{len(raw)} rows, {len(data)} left")
    split(data).save_to_disk(args.out)


if __name__ == "__main__":
    main()
