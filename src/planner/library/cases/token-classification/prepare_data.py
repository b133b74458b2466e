"""Turn marked texts into words and tags, and split them so that no text stands on both sides."""

import argparse
{% if not data.is_local %}
import json
from pathlib import Path
{% endif %}
{% if data.format == "spans" %}
import re
{% endif %}

from datasets import ClassLabel, Dataset, DatasetDict, List{% if data.format == "tags" %}, Value{% endif %}, load_dataset

SEED = {{ set.seed }}


{% if data.format == "spans" %}
def example(row: dict) -> dict:
    """The words of a text, each with the tag of the piece that it stands in."""
    words = list(re.finditer(r"\w+|[^\w\s]", row["text"]))
    tags = ["O"] * len(words)
    for piece in row["entities"]:
        start, end = piece["start"], piece["end"]
        inside = [at for at, it in enumerate(words) if it.start() < end and it.end() > start]
        for at in inside:
            tags[at] = ("B-" if at == inside[0] else "I-") + piece["label"]
    return {"tokens": [it.group() for it in words], "tags": tags}
{% else %}
def example(row: dict) -> dict:
    """The words and their tags; an I- that follows no piece of its kind begins one."""
    before, tags = "O", []
    for tag in row["tags"]:
        before = "B-" + tag[2:] if tag.startswith("I-") and before[2:] != tag[2:] else tag
        tags.append(before)
    return {"tokens": row["tokens"], "tags": tags}
{% endif %}


def without_doubles(data: Dataset) -> Dataset:
    """The first of each set of equal texts, where it has words."""
    first: dict[tuple, int] = {}
    for at, row in enumerate(data):
        first.setdefault(tuple(word.lower() for word in row["tokens"]), at)
    first.pop((), None)
    return data.select(list(first.values()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
{% include "shared/load_data.py" %}
{% if data.format == "tags" %}
    numbers = getattr(raw.features["tags"], "feature", None)
    if isinstance(numbers, ClassLabel):
        words = raw.cast_column("tags", List(Value("int64")))
        raw = words.map(lambda row: {"named": numbers.int2str(row["tags"])}, remove_columns="tags")
        raw = raw.rename_column("named", "tags")
{% endif %}
    data = without_doubles(raw.map(example, remove_columns=raw.column_names))
    kinds = sorted({tag[2:] for tags in data["tags"] for tag in tags if tag != "O"})
    if not kinds:
        raise SystemExit("no piece is marked in any text")
    names = ["O"] + [mark + kind for kind in kinds for mark in ("B-", "I-")]
    data = data.map(lambda row: {"tags": [names.index(tag) for tag in row["tags"]]})
    data = data.cast_column("tags", List(ClassLabel(names=names)))
    print(f"{len(raw)} rows, {len(data)} left, kinds of pieces: {', '.join(kinds)}")
{% include "shared/three_parts.py" %}


if __name__ == "__main__":
    main()
