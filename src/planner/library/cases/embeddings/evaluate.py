"""How well a model finds the right passages of held-out queries."""

import argparse
import json
import sys
from pathlib import Path

from datasets import load_from_disk
from retrieval{{ s }} import retrieval
from sentence_transformers import SentenceTransformer

{% include "shared/model_revision.py" %}
SHOWN = ["ndcg@10", "mrr@10", "recall@10", "accuracy@1"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", help="folder of the result; without it the base is measured")
    parser.add_argument("--baseline", type=Path, help="a report to be better than")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()

    if args.model:
        model = SentenceTransformer(args.model, similarity_fn_name="cosine")
    else:
        model = SentenceTransformer(
            MODEL,
{% if not model.is_local %}
            revision=REVISION,
{% endif %}
{% if model.extra.prompt_query is defined %}
            prompts={"query": {{ model.extra.prompt_query | py }}, "document": {{ model.extra.prompt_document | py }}},
{% endif %}
            similarity_fn_name="cosine",
        )
    model.max_seq_length = {{ fit.max_length }}
    task = retrieval(load_from_disk("data/processed{{ s }}"), "test")
    found = task(model)
    report = {name: float(found[f"test_cosine_{name}"]) for name in SHOWN}
    report |= {"n": len(task.queries), "passages": len(task.corpus)}
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(report, indent=2) + "\n")
    print(report)
    if args.baseline:
        before = json.loads(args.baseline.read_text())["ndcg@10"]
        sys.exit(report["ndcg@10"] < before + {{ set.least_gain }})


if __name__ == "__main__":
    main()
