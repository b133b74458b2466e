"""Check pictures and masks, and split them."""

import argparse
{% if not data.is_local %}
import json
from pathlib import Path
{% endif %}

import numpy as np
from datasets import DatasetDict, Image, load_dataset

SEED = {{ set.seed }}
CLASSES = "{{ set.classes }}".split(",")
UNKNOWN = 255


def faults(size: tuple[int, int], mask: np.ndarray) -> list[str]:
    """What is wrong with a mask."""
    found = []
    if mask.ndim != 2:
        return ["it has colors, not numbers of classes"]
    if mask.shape[::-1] != size:
        found.append(f"its size is {mask.shape[::-1]}, that of the picture {size}")
    strange = sorted(set(np.unique(mask).tolist()) - set(range(len(CLASSES))) - {UNKNOWN})
    if strange:
        found.append(f"it has the numbers {strange[:5]}, and there are {len(CLASSES)} classes")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
{% include "shared/load_data.py" %}
    data = raw.select_columns(["image", "mask"]).cast_column("image", Image(mode="RGB"))
    pixels = np.zeros(256, dtype=np.int64)
    for at, row in enumerate(data):
        mask = np.asarray(row["mask"])
        wrong = faults(row["image"].size, mask)
        if wrong:
            raise SystemExit(f"the mask of row {at}: {'; '.join(wrong)}")
        pixels += np.bincount(mask.ravel(), minlength=256)
    shares = {name: f"{pixels[at] / pixels.sum():.1%}" for at, name in enumerate(CLASSES)}
    print(f"{len(data)} pictures, shares of the classes: {shares}")
{% include "shared/three_parts.py" %}
    parts["test"][0]["image"].save("data/picture{{ s }}.png")


if __name__ == "__main__":
    main()
