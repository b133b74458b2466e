"""Train a vision model and a new head to tell classes of pictures apart."""

import argparse
{% include "shared/imports_revision.py" %}

import torch
from datasets import load_from_disk
from sklearn.metrics import f1_score
from torchvision.transforms import v2
from transformers import (
    AutoImageProcessor,
    AutoModelForImageClassification,
    EvalPrediction,
    Trainer,
    TrainingArguments,
    set_seed,
)

{% include "shared/model_revision.py" %}


def metrics(said: EvalPrediction) -> dict[str, float]:
    """How many are right, and the mean of the classes' F1."""
    best = said.predictions.argmax(-1)
    return {
        "accuracy": float((best == said.label_ids).mean()),
        "f1_macro": f1_score(said.label_ids, best, average="macro", zero_division=0),
    }


def batch(rows: list[dict]) -> dict[str, torch.Tensor]:
    """Rows as one batch."""
    return {
        "pixel_values": torch.stack([row["pixel_values"] for row in rows]),
        "labels": torch.tensor([row["label"] for row in rows]),
    }


def main() -> None:
{% set what = "pictures" %}
{% include "shared/arguments.py" %}

    data = load_from_disk("data/processed{{ s }}")
    names = data["train"].features["label"].names
    processor = AutoImageProcessor.from_pretrained(MODEL{% if not model.is_local %}, revision=REVISION{% endif %})

    def exact(rows: dict) -> dict:
        """The pictures as they will be prepared in use."""
        pixels = processor(rows["image"], return_tensors="pt")["pixel_values"]
        return {"pixel_values": list(pixels), "label": rows["label"]}

    size = exact(data["train"][:1])["pixel_values"][0].shape[-2:]
    changed = v2.Compose(
        [
            v2.PILToTensor(),
            v2.RandomResizedCrop(size, scale=(0.6, 1.0), antialias=True),
{% if set.mirror %}
            v2.RandomHorizontalFlip(),
{% endif %}
            v2.ColorJitter(brightness=0.2, contrast=0.2),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(processor.image_mean, processor.image_std),
        ]
    )

    def varied(rows: dict) -> dict:
        """Another piece of each picture every time."""
        return {"pixel_values": [changed(image) for image in rows["image"]], "label": rows["label"]}

    model = AutoModelForImageClassification.from_pretrained(
{% include "shared/labelled_model.py" %}
        ignore_mismatched_sizes=True,
    )
    # The loss is a mean over the batch, so the trainer has to divide it by the accumulated batches.
    model.accepts_loss_kwargs = False
    config = TrainingArguments(
        output_dir="outputs/smoke{{ s }}" if args.smoke else "{{ stage.output }}",
        run_name="{{ plan.slug }}{{ s }}",
        remove_unused_columns=False,
        dataloader_num_workers={{ 0 if gpu.cpu else 4 }},
{% set how = {"decay": 0.05, "optim": false, "every": "epoch", "kept": 2, "best": "f1_macro", "greater": true} %}
{% include "shared/schedule.py" %}
    )
    rows = data["train"].with_transform(varied)
    trainer = Trainer(
        model=model,
        args=config,
        train_dataset=rows.select(range(min(64, len(rows)))) if args.smoke else rows,
        eval_dataset=data["validation"].with_transform(exact),
        processing_class=processor,
        data_collator=batch,
        compute_metrics=metrics,
    )
{% include "shared/trained.py" %}


if __name__ == "__main__":
    main()
