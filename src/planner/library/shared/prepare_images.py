"""Read pictures and their captions, drop what must not be learned, cut them to size, and split them."""

import argparse
import hashlib
{% if not model.is_local or not data.is_local %}
import json
{% endif %}
from pathlib import Path

import torch
from datasets import DatasetDict, load_dataset
from PIL import Image, ImageOps
from transformers import pipeline

SIZE = {{ set.resolution }}
SEED = {{ set.seed }}
FILTER = "{{ set.filter }}"
{% if not model.is_local or not data.is_local %}
REVISIONS = json.loads(Path("revisions.json").read_text())
{% endif %}


def is_usable(row: dict) -> bool:
    """Whether the picture is large enough to be cut, and has a caption."""
    return min(row["image"].size) >= SIZE // 2 and bool(row["text"].strip())


def cut(image: Image.Image) -> Image.Image:
    """The middle of a picture as a square, turned as the camera was, in three colours."""
    return ImageOps.fit(ImageOps.exif_transpose(image).convert("RGB"), (SIZE, SIZE), Image.Resampling.LANCZOS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
{% set revisions = "REVISIONS" %}
{% include "shared/load_data.py" %}
{% set text = data.extra.text | default("text") %}
{% if text != "text" %}
    raw = raw.rename_column("{{ text }}", "text")
{% endif %}
    look = pipeline(
        "image-classification",
        model=FILTER,
{% if not model.is_local %}
        revision=REVISIONS[FILTER],
{% endif %}
        device="cuda" if torch.cuda.is_available() else "cpu",
    )

    def is_decent(row: dict) -> bool:
        """Whether the filter does not hold it for a picture of nakedness."""
        said = {it["label"].lower(): it["score"] for it in look(row["image"])}
        return said.get("nsfw", 0.0) < 0.5

{% if extra.condition | default(false) and data.format == "conditioned" %}
    columns = ["image", "conditioning_image", "text"]
{% else %}
    columns = ["image", "text"]
{% endif %}
    data = raw.select_columns(columns).filter(is_usable)
    data = data.map(lambda row: {name: cut(row[name]) for name in columns if name != "text"}).filter(is_decent)
    seen, kept = set(), []
    for at, row in enumerate(data):
        digest = hashlib.sha256(row["image"].tobytes()).hexdigest()
        if digest not in seen:
            seen.add(digest)
            kept.append(at)
    print(f"{len(raw)} pictures, {len(kept)} left")
    held_out = data.select(kept).train_test_split(test_size=max(2, min(len(kept) // 10, 50)), seed=SEED)
    DatasetDict(train=held_out["train"], test=held_out["test"]).save_to_disk(args.out)


if __name__ == "__main__":
    main()
