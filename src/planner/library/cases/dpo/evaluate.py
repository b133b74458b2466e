"""How often held-out chosen answers gained more than rejected ones, and how long answers are."""

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


@torch.inference_mode()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--result", help="folder of the result; without it the first model is measured")
    parser.add_argument("--baseline", type=Path, help="the report of the first model")
    parser.add_argument("--rows", type=int, default=200)
    parser.add_argument("--answers", type=int, default=32, help="prompts that are answered to see the length")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()

    device = "cuda" if torch.cuda.is_available() else "cpu"
{% include "shared/load_result.py" %}
    data = load_from_disk("data/processed{{ s }}")["test"]
    rows = [row for row, _ in zip(data, range(args.rows))]
    pairs = [
        [log_probability(model, tokenizer, row["prompt"], row[side]) for side in ("chosen", "rejected")]
        for row in rows
    ]
    length = answer_length(model, tokenizer, [row["prompt"] for row in rows[: args.answers]])
    report = {"prefers_chosen": sum(chosen > rejected for chosen, rejected in pairs) / len(rows)}
    report |= {"answer_tokens": length, "n": len(rows)}
    if args.baseline:
        before = json.loads(args.baseline.read_text())
        gains = [
            (chosen - first[0]) - (rejected - first[1])
            for (chosen, rejected), first in zip(pairs, before["pairs"], strict=True)
        ]
        report["reward_accuracy"] = sum(gain > 0 for gain in gains) / len(rows)
        report["reward_margin"] = {{ set.beta }} * sum(gains) / len(rows)
    print(report)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(report | {"pairs": pairs}) + "\n")
    if args.baseline:
        sys.exit(report["reward_accuracy"] < 0.6 or length > 1.3 * before["answer_tokens"])


if __name__ == "__main__":
    main()
