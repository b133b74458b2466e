"""Read pictures and boxes, put the boxes right, and split the pictures."""

import argparse
{% if not data.is_local %}
import json
{% endif %}
from collections import Counter
{% if not data.is_local %}
from pathlib import Path
{% endif %}

from datasets import ClassLabel, DatasetDict, Features, Image, List, Value, load_dataset

SEED = {{ set.seed }}
SMALLEST = 2


def cut(box: list[float], width: int, height: int) -> list[float]:
    """The part of a box inside of its picture: left, top, width, height."""
{% if data.format == "corners" %}
    left, top, right, bottom = box
{% else %}
    left, top, right, bottom = box[0], box[1], box[0] + box[2], box[1] + box[3]
{% endif %}
    left, right = max(0.0, min(left, right)), min(float(width), max(left, right))
    top, bottom = max(0.0, min(top, bottom)), min(float(height), max(top, bottom))
    return [left, top, right - left, bottom - top]


def example(row: dict, kind: ClassLabel | None = None) -> dict:
    """Boxes and names of the things in a picture; what has no extent is dropped."""
    width, height = row["image"].size
    boxes = [cut(box, width, height) for box in row["objects"]["bbox"]]
    kept = [at for at, box in enumerate(boxes) if min(box[2:]) >= SMALLEST]
    names = [kind.int2str(name) if kind else str(name) for name in row["objects"]["category"]]
    return {"boxes": [boxes[at] for at in kept], "names": [names[at] for at in kept]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
{% include "shared/load_data.py" %}
    raw = raw.select_columns(["image", "objects"]).cast_column("image", Image(mode="RGB"))
    form = {"image": Image(mode="RGB"), "boxes": List(List(Value("float32"))), "names": List(Value("string"))}
    kind = getattr(raw.features["objects"]["category"], "feature", None)
    options = {"kind": kind if isinstance(kind, ClassLabel) else None}
    data = raw.map(example, fn_kwargs=options, remove_columns="objects", features=Features(form))
    count = Counter(name for names in data["names"] for name in names)
    if not count:
        raise SystemExit("there is no box in any picture")
    print(f"{len(data)} pictures, things in them: {count.most_common()}")
{% include "shared/three_parts.py" %}
    parts["test"][0]["image"].save("data/picture{{ s }}.png")


if __name__ == "__main__":
    main()
