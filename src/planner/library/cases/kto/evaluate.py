"""How well the gain in probability tells wanted answers from unwanted ones, and how long answers are."""

import argparse
import json
import sys
from pathlib import Path

import torch
from datasets import load_from_disk
{% if fit.method != "full" %}
from peft import PeftModel
{% endif %}
from transformers import AutoModelForCausalLM, AutoTokenizer

{% include "shared/model_revision.py" %}


{% include "shared/logp.py" %}


{% include "shared/answer_length.py" %}


def told_apart(wanted: list[float], unwanted: list[float]) -> float:
    """How often a wanted answer has more than an unwanted one; a tie counts half."""
    won = sum((more > less) + (more == less) / 2 for more in wanted for less in unwanted)
    return won / (len(wanted) * len(unwanted))


@torch.inference_mode()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--result", help="folder of the result; without it the first model is measured")
    parser.add_argument("--baseline", type=Path, help="the report of the first model")
    parser.add_argument("--rows", type=int, default=400)
    parser.add_argument("--answers", type=int, default=32, help="prompts that are answered to see the length")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()

    device = "cuda" if torch.cuda.is_available() else "cpu"
{% include "shared/load_result.py" %}
    data = load_from_disk("data/processed{{ s }}")["test"]
    rows = [row for row, _ in zip(data, range(args.rows))]
    scores = [log_probability(model, tokenizer, row["prompt"], row["completion"]) for row in rows]
    length = answer_length(model, tokenizer, [row["prompt"] for row in rows[: args.answers]])
    report = {"answer_tokens": length, "n": len(rows)}
    if args.baseline:
        before = json.loads(args.baseline.read_text())
        gains = [after - first for after, first in zip(scores, before["scores"], strict=True)]
        wanted = [gain for gain, row in zip(gains, rows) if row["label"]]
        unwanted = [gain for gain, row in zip(gains, rows) if not row["label"]]
        report["told_apart"] = told_apart(wanted, unwanted)
    print(report)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(report | {"scores": scores}) + "\n")
    if args.baseline:
        sys.exit(report["told_apart"] < 0.6 or length > 1.3 * before["answer_tokens"])


if __name__ == "__main__":
    main()
