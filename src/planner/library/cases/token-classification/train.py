"""Train an encoder and a head to tag words."""

import argparse
{% include "shared/imports_revision.py" %}

import torch
from datasets import load_from_disk
from spans{{ s }} import scores
from transformers import (
    AutoModelForTokenClassification,
    AutoTokenizer,
    DataCollatorForTokenClassification,
    EvalPrediction,
    Trainer,
    TrainingArguments,
    set_seed,
)

{% include "shared/model_revision.py" %}


def main() -> None:
{% include "shared/arguments.py" %}

    data = load_from_disk("data/processed{{ s }}")
    names = data["train"].features["tags"].feature.names
    # Without it a byte-level tokenizer takes each word for the inner part of a longer one.
    tokenizer = AutoTokenizer.from_pretrained(MODEL{% if not model.is_local %}, revision=REVISION{% endif %}, add_prefix_space=True)

    def encoded(rows: dict) -> dict:
        """The pieces of the words; only the first piece of a word has a tag."""
        words = rows["tokens"]
        made = tokenizer(words, is_split_into_words=True, truncation=True, max_length={{ fit.max_length }})
        made["labels"] = []
        for at, tags in enumerate(rows["tags"]):
            of = made.word_ids(at)
            first = [word is not None and word not in of[:place] for place, word in enumerate(of)]
            made["labels"].append([tags[word] if is_first else -100 for word, is_first in zip(of, first)])
        return made

    def metrics(said: EvalPrediction) -> dict[str, float]:
        """The F1 of whole pieces."""
        kept = said.label_ids != -100
        right, told = (
            [[names[tag] for tag in row[keep]] for row, keep in zip(tags, kept)]
            for tags in (said.label_ids, said.predictions.argmax(-1))
        )
        return {"f1": scores(right, told)["f1"]}

    data = data.map(encoded, batched=True, remove_columns=["tokens", "tags"])
    model = AutoModelForTokenClassification.from_pretrained(
{% include "shared/labelled_model.py" %}
    )
    # The loss is a mean over the batch, so the trainer has to divide it by the accumulated batches.
    model.accepts_loss_kwargs = False
    config = TrainingArguments(
        output_dir="outputs/smoke{{ s }}" if args.smoke else "{{ stage.output }}",
        run_name="{{ plan.slug }}{{ s }}",
{% set how = {"schedule": "", "decay": 0.01, "optim": false, "every": "epoch", "kept": 2, "best": "f1", "greater": true} %}
{% include "shared/schedule.py" %}
    )
    rows = data["train"]
    trainer = Trainer(
        model=model,
        args=config,
        train_dataset=rows.select(range(min(64, len(rows)))) if args.smoke else rows,
        eval_dataset=data["validation"],
        processing_class=tokenizer,
        data_collator=DataCollatorForTokenClassification(tokenizer),
        compute_metrics=metrics,
    )
{% include "shared/trained.py" %}


if __name__ == "__main__":
    main()
