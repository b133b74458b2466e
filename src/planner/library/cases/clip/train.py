"""Train pictures and texts that belong together to be near; all others of a batch are the negatives."""

import argparse
{% include "shared/imports_revision.py" %}

import torch
from datasets import load_from_disk
from retrieval{{ s }} import padded, retrieval
from sentence_transformers import (
    SentenceTransformer,
    SentenceTransformerTrainer,
    SentenceTransformerTrainingArguments,
)
from sentence_transformers.sentence_transformer.losses import CachedMultipleNegativesRankingLoss
from transformers import set_seed

{% include "shared/model_revision.py" %}
BATCH = {{ set.effective_batch }}


def main() -> None:
{% include "shared/arguments.py" %}

    model = SentenceTransformer(
        MODEL,
{% if not model.is_local %}
        revision=REVISION,
{% endif %}
        similarity_fn_name="cosine",
        model_kwargs={"dtype": torch.float32},
    )
    padded(model)
    config = SentenceTransformerTrainingArguments(
        output_dir="outputs/smoke{{ s }}" if args.smoke else "{{ stage.output }}",
        run_name="{{ plan.slug }}{{ s }}",
        batch_sampler="no_duplicates_hashed",
        dataloader_num_workers={{ 0 if gpu.cpu else 4 }},
{% set batch = "BATCH" %}
{% set how = {"accumulates": false, "decay": 0.1, "optim": false, "every": "epoch", "kept": 2, "best": "eval_sequential_score", "greater": true} %}
{% include "shared/schedule.py" %}
    )
    data = load_from_disk("data/processed{{ s }}")
    rows = data["train"]
    trainer = SentenceTransformerTrainer(
        model=model,
        args=config,
        train_dataset=rows.select(range(min(64, len(rows)))) if args.smoke else rows,
        eval_dataset=data["validation"],
        loss=CachedMultipleNegativesRankingLoss(
            model,
            scale={{ set.scale }},
            mini_batch_size={{ fit.batch }},
            directions=("query_to_doc", "doc_to_query"),
            partition_mode="per_direction",
            gather_across_devices={{ (gpu.count > 1) | py }},
        ),
        evaluator=retrieval(data["validation"]),
    )
{% include "shared/trained.py" %}


if __name__ == "__main__":
    main()
