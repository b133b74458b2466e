"""How high the right passages of held-out queries stand, before and after training."""

import argparse
import json
import sys
from pathlib import Path

from datasets import load_from_disk
from ranking{{ s }} import rankings
from sentence_transformers import CrossEncoder

{% include "shared/model_revision.py" %}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", help="folder of the result; without it the base is measured")
    parser.add_argument("--baseline", type=Path, help="a report to be better than")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()

{% if model.is_local %}
    model = CrossEncoder(args.model or MODEL, num_labels=1, max_length={{ fit.max_length }})
{% else %}
    name, pin = (args.model, None) if args.model else (MODEL, REVISION)
    model = CrossEncoder(name, revision=pin, num_labels=1, max_length={{ fit.max_length }})
{% endif %}
    data = load_from_disk("data/processed{{ s }}")["test"]
    found = rankings(data, "test")(model)
    report = {name: float(found[f"test_{name}"]) for name in ("ndcg@10", "mrr@10", "map")} | {"n": len(data)}
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(report, indent=2) + "\n")
    print(report)
    if args.baseline:
        before = json.loads(args.baseline.read_text())["ndcg@10"]
        sys.exit(report["ndcg@10"] < before + {{ set.least_gain }})


if __name__ == "__main__":
    main()
