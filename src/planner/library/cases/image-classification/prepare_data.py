"""Read the pictures, drop broken ones, doubles and rare classes, and split what is left by class."""

import argparse
import hashlib
{% if not data.is_local %}
import json
{% endif %}
from collections import Counter
{% if not data.is_local %}
from pathlib import Path
{% endif %}

from datasets import ClassLabel, Dataset, DatasetDict, Image, load_dataset

SEED = {{ set.seed }}
LEAST = {{ set.least_rows }}


def fingerprint(picture) -> str:
    """The same for pictures of equal pixels, empty for one that cannot be read."""
    try:
        pixels = picture.convert("RGB")
    except (OSError, ValueError):
        return ""
    return hashlib.sha256(str(pixels.size).encode() + pixels.tobytes()).hexdigest()


def chosen(prints: list[str], labels: list[str]) -> list[int]:
    """Each picture once; pictures that stand in two classes not at all, and broken ones neither."""
    seen: dict[str, list[int]] = {}
    for at, it in enumerate(prints):
        seen.setdefault(it, []).append(at)
    seen.pop("", None)
    return [rows[0] for rows in seen.values() if len({labels[at] for at in rows}) == 1]


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
    raw = raw.select_columns(["image", "label"]).cast_column("image", Image(mode="RGB"))
    kind = raw.features["label"]
    is_number = isinstance(kind, ClassLabel)
    labels = [kind.int2str(it) if is_number else str(it) for it in raw["label"]]
    prints = [fingerprint(row["image"]) for row in raw]
    rows = chosen(prints, labels)
    count = Counter(labels[at] for at in rows)
    kept = sorted(name for name, number in count.items() if number >= LEAST)
    if len(kept) < 2:
        raise SystemExit(f"two classes with {LEAST} pictures are needed, and there are: {dict(count)}")
    rows = [at for at in rows if labels[at] in kept]
    data = raw.select(rows).remove_columns("label")
    data = data.add_column("label", [kept.index(labels[at]) for at in rows])
    data = data.cast_column("label", ClassLabel(names=kept))
    print(f"{len(raw)} pictures, {len(data)} left, of {len(kept)} classes: {count.most_common()}")
    parts = split(data)
    parts.save_to_disk(args.out)
    parts["test"][0]["image"].save("data/picture{{ s }}.png")


if __name__ == "__main__":
    main()
