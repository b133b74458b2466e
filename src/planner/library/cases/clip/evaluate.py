"""How well held-out texts find their pictures, and pictures their texts."""

import argparse
import json
import sys
from pathlib import Path

from datasets import load_from_disk
from retrieval{{ s }} import padded, retrieval
from sentence_transformers import SentenceTransformer

{% include "shared/model_revision.py" %}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", help="folder of the result; without it the base is measured")
    parser.add_argument("--baseline", type=Path, help="a report to be better than")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()

{% if model.is_local %}
    model = SentenceTransformer(args.model or MODEL, similarity_fn_name="cosine")
{% else %}
    name, pin = (args.model, None) if args.model else (MODEL, REVISION)
    model = SentenceTransformer(name, revision=pin, similarity_fn_name="cosine")
{% endif %}
    data = load_from_disk("data/processed{{ s }}")["test"]
    found = retrieval(data)(padded(model))
    report = {"ndcg@10": float(found["sequential_score"]), "n": len(data)}
    for search in ("pictures", "texts"):
        report[f"{search}_recall@1"] = float(found[f"{search}_cosine_recall@1"])
        report[f"{search}_recall@10"] = float(found[f"{search}_cosine_recall@10"])
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(report, indent=2) + "\n")
    print(report)
    if args.baseline:
        before = json.loads(args.baseline.read_text())["ndcg@10"]
        sys.exit(report["ndcg@10"] < before + {{ set.least_gain }})


if __name__ == "__main__":
    main()
