"""Train a detector with new classes."""

import argparse
{% include "shared/imports_revision.py" %}

import torch
from datasets import load_from_disk
from detection{{ s }} import batch, kinds, prepared
from transformers import (
    AutoImageProcessor,
    AutoModelForObjectDetection,
    Trainer,
    TrainingArguments,
    set_seed,
)

{% include "shared/model_revision.py" %}


def main() -> None:
{% set what = "pictures" %}
{% include "shared/arguments.py" %}

    data = load_from_disk("data/processed{{ s }}")
    names = kinds(data)
    processor = AutoImageProcessor.from_pretrained(MODEL{% if not model.is_local %}, revision=REVISION{% endif %})
    model = AutoModelForObjectDetection.from_pretrained(
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
        max_grad_norm=0.1,
{% if fit.bf16 %}
        tf32=True,
{% endif %}
{% set how = {"schedule": "", "decay": 1e-4, "checkpointing": false, "precision": false, "optim": false, "every": "epoch", "kept": 2} %}
{% include "shared/schedule.py" %}
    )
    rows = data["train"].with_transform(prepared(processor, names, varied=True))
    trainer = Trainer(
        model=model,
        args=config,
        train_dataset=rows.select(range(min(64, len(rows)))) if args.smoke else rows,
        eval_dataset=data["validation"].with_transform(prepared(processor, names, varied=False)),
        processing_class=processor,
        data_collator=batch,
    )
{% include "shared/trained.py" %}


if __name__ == "__main__":
    main()
