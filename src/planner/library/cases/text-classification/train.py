"""Train an encoder and a head to tell classes of texts apart."""

import argparse
{% include "shared/imports_revision.py" %}

import numpy as np
import torch
from datasets import load_from_disk
from sklearn.metrics import f1_score
from transformers import (
    AutoModelForSequenceClassification,
    AutoTokenizer,
    DataCollatorWithPadding,
    EvalPrediction,
    Trainer,
    TrainingArguments,
    set_seed,
)

{% include "shared/model_revision.py" %}
TEXTS = [{% if data.format == "pairs" %}"first", "second"{% else %}"text"{% endif %}]


def metrics(said: EvalPrediction) -> dict[str, float]:
    """How many are right, and the mean of the classes' F1."""
    best = np.argmax(said.predictions, axis=-1)
    return {
        "accuracy": float((best == said.label_ids).mean()),
        "f1_macro": f1_score(said.label_ids, best, average="macro", zero_division=0),
    }


def main() -> None:
{% include "shared/arguments.py" %}

    data = load_from_disk("data/processed{{ s }}")
    names = data["train"].features["label"].names
    tokenizer = AutoTokenizer.from_pretrained(MODEL{% if not model.is_local %}, revision=REVISION{% endif %})
    data = data.map(
        lambda rows: tokenizer(*(rows[name] for name in TEXTS), truncation=True, max_length={{ fit.max_length }}),
        batched=True,
        remove_columns=TEXTS,
    )
    model = AutoModelForSequenceClassification.from_pretrained(
{% include "shared/labelled_model.py" %}
    )
    # The loss is a mean over the batch, so the trainer has to divide it by the accumulated batches.
    model.accepts_loss_kwargs = False
    config = TrainingArguments(
        output_dir="outputs/smoke{{ s }}" if args.smoke else "{{ stage.output }}",
        run_name="{{ plan.slug }}{{ s }}",
        train_sampling_strategy="group_by_length",
{% set how = {"schedule": "", "decay": 0.01, "optim": false, "every": "epoch", "kept": 2, "best": "f1_macro", "greater": true} %}
{% include "shared/schedule.py" %}
    )
    rows = data["train"]
    trainer = Trainer(
        model=model,
        args=config,
        train_dataset=rows.select(range(min(64, len(rows)))) if args.smoke else rows,
        eval_dataset=data["validation"],
        processing_class=tokenizer,
        data_collator=DataCollatorWithPadding(tokenizer),
        compute_metrics=metrics,
    )
{% include "shared/trained.py" %}


if __name__ == "__main__":
    main()
