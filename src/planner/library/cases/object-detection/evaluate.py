"""The mean average precision on held-out pictures, by the result and by the published detector as it is."""

import argparse
import json
import sys
from pathlib import Path

import torch
from datasets import load_from_disk
from detection{{ s }} import kinds, measured
from transformers import AutoImageProcessor, AutoModelForObjectDetection

{% include "shared/model_revision.py" %}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", help="folder of the result; without it the published detector is measured")
    parser.add_argument("--baseline", type=Path, help="a report to be better than")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()

    device = "cuda" if torch.cuda.is_available() else "cpu"
{% if model.is_local %}
    pinned = {"pretrained_model_name_or_path": args.model or MODEL}
{% else %}
    name, pin = (args.model, "main") if args.model else (MODEL, REVISION)
    pinned = {"pretrained_model_name_or_path": name, "revision": pin}
{% endif %}
    processor = AutoImageProcessor.from_pretrained(**pinned)
    model = AutoModelForObjectDetection.from_pretrained(**pinned, dtype=torch.float32).to(device).eval()
    data = load_from_disk("data/processed{{ s }}")
    report = measured(model, processor, data["test"], kinds(data)) | {"n": len(data["test"])}
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(report, indent=2) + "\n")
    print(report)
    if args.baseline:
        before = json.loads(args.baseline.read_text())["map"]
        sys.exit(report["map"] < max(before + 0.05, {{ set.least_map }}))


if __name__ == "__main__":
    main()
