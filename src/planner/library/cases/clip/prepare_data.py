"""Choose pairs of pictures and texts, and split them so that no picture or text is on both sides."""

import argparse
import hashlib
{% if not data.is_local %}
import json
from pathlib import Path
{% endif %}

from datasets import Dataset, DatasetDict, Image, load_dataset

SEED = {{ set.seed }}
TEXT = "{{ data.columns[1] }}"


def fingerprint(picture) -> str:
    """The same for pictures of equal pixels, empty for one that cannot be read."""
    try:
        pixels = picture.convert("RGB")
    except (OSError, ValueError):
        return ""
    return hashlib.sha256(str(pixels.size).encode() + pixels.tobytes()).hexdigest()


def groups(keys: list[tuple[str, str]]) -> list[int]:
    """A number for each pair; pairs that share a picture or a text have the same one."""
    owner: dict[str, int] = {}
    parent = list(range(len(keys)))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    for at, pair in enumerate(keys):
        for kind, key in zip("pt", pair):
            parent[root(at)] = root(owner.setdefault(kind + key, at))
    return [root(at) for at in range(len(keys))]


def split(data: Dataset, of: list[int]) -> DatasetDict:
    """A part for training, and two of up to 1000 groups for choosing and for measuring."""
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
    # The trainer takes the columns by their order: texts search for pictures.
    data = raw.select_columns([TEXT, "image"]).rename_column(TEXT, "text") if TEXT != "text" else raw
    data = data.select_columns(["text", "image"]).cast_column("image", Image(mode="RGB"))
    keys = [(fingerprint(row["image"]), " ".join((row["text"] or "").lower().split())) for row in data]
    first = {pair: at for at, pair in reversed(list(enumerate(keys))) if all(pair)}
    rows = sorted(first.values())
    print(f"{len(data)} pairs, {len(rows)} left")
    split(data.select(rows), groups([keys[at] for at in rows])).save_to_disk(args.out)


if __name__ == "__main__":
    main()
