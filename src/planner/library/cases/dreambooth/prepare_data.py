"""Cut the pictures of the subject, and draw pictures of its kind with the base model."""

import argparse
import json
from pathlib import Path

import torch
from datasets import Dataset, DatasetDict, concatenate_datasets, load_dataset
from PIL import Image, ImageOps
from transformers import pipeline

from diffusion{{ s }} import DEVICE, SIZE, load

SUBJECT, KIND = {{ set.subject | py }}, {{ set.kind | py }}
FILTER = "{{ set.filter }}"


def cut(image: Image.Image) -> Image.Image:
    """The middle of a picture as a square, turned as the camera was, in three colours."""
    return ImageOps.fit(ImageOps.exif_transpose(image).convert("RGB"), (SIZE, SIZE), Image.Resampling.LANCZOS)


def drawn(count: int) -> list[Image.Image]:
    """Pictures of the kind, each with a seed of its own."""
    pipe = load().to(DEVICE)
    pipe.vae.to(pipe.unet.dtype)
    pipe.set_progress_bar_config(disable=True)
    dice = [torch.Generator().manual_seed(at) for at in range(count)]
    form = {"height": SIZE, "width": SIZE, "num_inference_steps": {{ set.draw_steps }}}
    return [pipe(KIND, generator=it, **form).images[0] for it in dice]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    pins = json.loads(Path("revisions.json").read_text()) if Path("revisions.json").exists() else {}
{% set revisions = "pins" %}
{% include "shared/load_data.py" %}
    look = pipeline("image-classification", model=FILTER, revision=pins.get(FILTER), device=DEVICE)

    def rows(images: list[Image.Image], text: str, weight: float) -> Dataset:
        """The decent ones among pictures, with their caption and how much they count."""
        kept = []
        for image in images:
            said = {it["label"].lower(): it["score"] for it in look(image)}
            if said.get("nsfw", 0.0) < 0.5:
                kept.append(image)
        return Dataset.from_dict({"image": kept, "text": [text] * len(kept), "weight": [weight] * len(kept)})

    subject = rows([cut(row["image"]) for row in raw], SUBJECT, 1.0)
    prior = rows(drawn({{ set.priors }}), KIND, {{ set.prior_weight }})
    # One picture in five is kept for the test; the others come as often as those of the kind.
    held_out = max(1, len(subject) // 5)
    test, learned = subject.select(range(held_out)), subject.select(range(held_out, len(subject)))
    often = concatenate_datasets([learned] * max(1, len(prior) // len(learned)))
    print(f"{len(learned)} pictures to learn, {len(test)} held out, {len(prior)} of the kind")
    DatasetDict(train=concatenate_datasets([often, prior]), test=test).save_to_disk(args.out)


if __name__ == "__main__":
    main()
