"""Train a cross-encoder to score right passages above wrong ones."""

import argparse
{% include "shared/imports_revision.py" %}

import torch
from datasets import load_from_disk
from ranking{{ s }} import pairs, rankings
from sentence_transformers import CrossEncoder, CrossEncoderTrainer, CrossEncoderTrainingArguments
from sentence_transformers.cross_encoder.losses import BinaryCrossEntropyLoss
from transformers import set_seed

{% include "shared/model_revision.py" %}


def main() -> None:
{% include "shared/arguments.py" %}

    model = CrossEncoder(
        MODEL,
{% if not model.is_local %}
        revision=REVISION,
{% endif %}
        num_labels=1,
        max_length={{ fit.max_length }},
        model_kwargs={"dtype": torch.float32},
    )
    # The loss is a mean over the batch, so the trainer has to divide it by the accumulated batches.
    model.accepts_loss_kwargs = False
    config = CrossEncoderTrainingArguments(
        output_dir="outputs/smoke{{ s }}" if args.smoke else "{{ stage.output }}",
        run_name="{{ plan.slug }}{{ s }}",
{% set how = {"schedule": "", "optim": false, "best": "eval_validation_ndcg@10", "greater": true} %}
{% include "shared/schedule.py" %}
    )
    data = load_from_disk("data/processed{{ s }}")
    rows = pairs(data["train"]).shuffle(seed={{ set.seed }})
    right = sum(rows["label"])
    trainer = CrossEncoderTrainer(
        model=model,
        args=config,
        train_dataset=rows.select(range(min(64, len(rows)))) if args.smoke else rows,
        eval_dataset=pairs(data["validation"]),
        loss=BinaryCrossEntropyLoss(model, pos_weight=torch.tensor((len(rows) - right) / right)),
        evaluator=rankings(data["validation"], "validation"),
    )
{% include "shared/trained.py" %}


if __name__ == "__main__":
    main()
