"""Clean the raw rows, drop doubles, split them by a hash of their text, and write Parquet files."""

import argparse
import hashlib
{% if not data.is_local %}
import json
{% endif %}
import re
from pathlib import Path

from datasets import {{ "ClassLabel, " if data.format == "labelled" else "" }}Dataset, Features, Value, load_dataset

{% if data.format == "pairs" %}
{% set texts = ["prompt", "completion"] %}
{% else %}
{% set texts = ["text"] %}
{% endif %}
TEXTS = [{% for it in texts %}"{{ it }}"{% if not loop.last %}, {% endif %}{% endfor %}]
HELD_OUT = {{ set.held_out }}
SHORTEST = {{ set.shortest }}
ROWS_PER_FILE = {{ set.rows_per_file }}
EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
PHONE = re.compile(r"\+?\d[\d ()/-]{7,}\d")


def load() -> Dataset:
    """The raw rows."""
{% set to = "return" %}
{% include "shared/load_data.py" %}


def clean(row: dict) -> dict:
    """The row with masked texts, and with single blanks in them."""
    masked = {name: PHONE.sub("[phone]", EMAIL.sub("[email]", row[name] or "")) for name in TEXTS}
    return {name: re.sub(r"[ \t]+", " ", text).strip() for name, text in masked.items()}


def is_whole(row: dict) -> bool:
    """Whether each text is long enough to be one."""
    return all(len(row[name]) >= SHORTEST for name in TEXTS)


def key(row: dict) -> str:
    """What two rows have in common that say the same: letters and digits, in small letters."""
    said = "\n".join(re.sub(r"\W+", "", row[name]).lower() for name in TEXTS)
    return hashlib.sha256(said.encode()).hexdigest()


def part(digest: str) -> str:
    """The part of a row by its hash, so that it is the same in each version."""
    bucket = int(digest[:8], 16) % 200
    if bucket < HELD_OUT:
        return "test"
    return "validation" if bucket < 2 * HELD_OUT else "train"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    raw = load()
{% if data.format == "labelled" %}
    names = sorted({str(label) for label in raw["label"]})
    raw = raw.map(lambda row: {"label": names.index(str(row["label"]))}, features=None)
    features = Features({"text": Value("string"), "label": ClassLabel(names=names)})
{% else %}
    features = Features({name: Value("string") for name in TEXTS})
{% endif %}
    data = raw.select_columns(list(features)).map(clean).filter(is_whole).cast(features)
    rows: dict[str, list[int]] = {"train": [], "validation": [], "test": []}
    seen = set()
    for at, row in enumerate(data):
        digest = key(row)
        if digest not in seen:
            seen.add(digest)
            rows[part(digest)].append(at)
    print(f"{len(raw)} rows, {len(seen)} left")
    folder = args.out / "data"
    folder.mkdir(parents=True, exist_ok=True)
    for name, kept in rows.items():
        files = max(1, -(-len(kept) // ROWS_PER_FILE))
        for at in range(files):
            shard = data.select(kept).shard(num_shards=files, index=at, contiguous=True)
            shard.to_parquet(str(folder / f"{name}-{at:05d}-of-{files:05d}.parquet"))


if __name__ == "__main__":
    main()
