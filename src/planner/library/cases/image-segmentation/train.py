"""Train a vision model to say the class of each pixel."""

import argparse
{% include "shared/imports_revision.py" %}

import torch
from datasets import load_from_disk
from prepare_data{{ s }} import CLASSES
from segmentation{{ s }} import batch, prepared
from transformers import (
    AutoImageProcessor,
    AutoModelForSemanticSegmentation,
    Trainer,
    TrainingArguments,
    set_seed,
)

{% include "shared/model_revision.py" %}


def main() -> None:
{% set what = "pictures" %}
{% include "shared/arguments.py" %}

    # Checkpoints for ADE20K take 1 from every class and make 0 unknown; masks that begin with 0 must not.
    processor = AutoImageProcessor.from_pretrained(MODEL{% if not model.is_local %}, revision=REVISION{% endif %}, do_reduce_labels=False)
{% set labels = "CLASSES" %}
    model = AutoModelForSemanticSegmentation.from_pretrained(
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
        prediction_loss_only=True,
{% set how = {"schedule": "polynomial", "warmup": 0.05, "decay": 0.01, "checkpointing": false, "optim": false, "every": "epoch", "kept": 2} %}
{% include "shared/schedule.py" %}
    )
    data = load_from_disk("data/processed{{ s }}")
    rows = data["train"].with_transform(prepared(processor, varied=True))
    trainer = Trainer(
        model=model,
        args=config,
        train_dataset=rows.select(range(min(64, len(rows)))) if args.smoke else rows,
        eval_dataset=data["validation"].with_transform(prepared(processor, varied=False)),
        processing_class=processor,
        data_collator=batch,
    )
{% include "shared/trained.py" %}


if __name__ == "__main__":
    main()
