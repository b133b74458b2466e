"""Perplexity on held-out documents of the new kind and on general ones."""

import argparse
import json
import math
import sys
from pathlib import Path

import torch
from datasets import load_from_disk
from transformers import AutoModelForCausalLM, AutoTokenizer

{% include "shared/model_revision.py" %}
LENGTH = {{ fit.max_length }}


def perplexity(model, tokenizer, texts: list[str]) -> float:
    """Of all tokens of the texts, in pieces of LENGTH."""
    loss, count = 0.0, 0
    for text in texts:
        ids = tokenizer(text, return_tensors="pt")["input_ids"].to(model.device)
        for piece in ids.split(LENGTH, dim=1):
            said = piece.shape[1] - 1
            if said > 0:
                loss += model(input_ids=piece, labels=piece).loss.item() * said
                count += said
    return math.exp(loss / count)


@torch.inference_mode()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--result", help="folder of the result; without it the base is measured")
    parser.add_argument("--baseline", type=Path, help="a report to be better than")
    parser.add_argument("--rows", type=int, default=300)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()

    device = "cuda" if torch.cuda.is_available() else "cpu"
{% include "shared/load_result.py" %}
    data = load_from_disk("data/processed{{ s }}")
    report = {
        name: perplexity(model, tokenizer, data[part][: args.rows]["text"])
        for name, part in (("domain", "test"), ("general", "general"))
    }
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(report, indent=2) + "\n")
    print(report)
    if args.baseline:
        before = json.loads(args.baseline.read_text())
        sys.exit(report["domain"] > 0.9 * before["domain"] or report["general"] > 1.05 * before["general"])


if __name__ == "__main__":
    main()
