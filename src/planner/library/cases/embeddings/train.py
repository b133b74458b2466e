"""Train an embedding model on pairs; all other passages of a batch are the negatives."""

import argparse
{% include "shared/imports_revision.py" %}

import torch
from datasets import load_from_disk
from retrieval{{ s }} import retrieval
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
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="20 steps on 64 rows")
    parser.add_argument("--resume", action="store_true", help="go on at the newest checkpoint")
    parser.add_argument("--data", default="data/processed{{ s }}")
    args = parser.parse_args()
    set_seed({{ set.seed }})

    model = SentenceTransformer(
        MODEL,
{% if not model.is_local %}
        revision=REVISION,
{% endif %}
{% if model.extra.prompt_query is defined %}
        prompts={"query": {{ model.extra.prompt_query | py }}, "document": {{ model.extra.prompt_document | py }}},
{% endif %}
        similarity_fn_name="cosine",
        model_kwargs={"dtype": torch.float32},
    )
    model.max_seq_length = {{ fit.max_length }}
    query, document = model.prompts.get("query") or "", model.prompts.get("document") or ""
    config = SentenceTransformerTrainingArguments(
        output_dir="outputs/smoke{{ s }}" if args.smoke else "{{ stage.output }}",
        run_name="{{ plan.slug }}{{ s }}",
        prompts={"anchor": query, "positive": document, "negative": document},
        batch_sampler="no_duplicates",
{% set batch = "BATCH" %}
{% set how = {"accumulates": false, "optim": false, "best": "eval_validation_cosine_ndcg@10", "greater": true} %}
{% include "shared/schedule.py" %}
    )
    data = load_from_disk(args.data)
    rows = data["train"]
    trainer = SentenceTransformerTrainer(
        model=model,
        args=config,
        train_dataset=rows.select(range(min(64, len(rows)))) if args.smoke else rows,
        eval_dataset=data["validation"],
        loss=CachedMultipleNegativesRankingLoss(model, mini_batch_size={{ fit.batch }}, gather_across_devices={{ (gpu.count > 1) | py }}),
        evaluator=retrieval(data, "validation"),
    )
{% include "shared/trained.py" %}


if __name__ == "__main__":
    main()
