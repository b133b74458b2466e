"""The mean surprise of held-out words, and that of the hardest tenth of them."""

import argparse
import json
import sys
from pathlib import Path

import torch
from datasets import load_from_disk
{% if fit.method != "full" %}
from peft import PeftModel
{% endif %}
from torch.nn.functional import cross_entropy
from transformers import AutoModelForCausalLM, AutoTokenizer

{% include "shared/model_revision.py" %}


def surprises(model, tokenizer, row: dict) -> torch.Tensor:
    """-log p of each word of the completion, in nats."""
    start = tokenizer.apply_chat_template(row["prompt"], add_generation_prompt=True, tokenize=False)
    whole = tokenizer.apply_chat_template(row["prompt"] + row["completion"], tokenize=False)
    before = len(tokenizer(start, add_special_tokens=False)["input_ids"])
    ids = tokenizer(whole, add_special_tokens=False, return_tensors="pt")["input_ids"][:, : {{ fit.max_length }}]
    ids = ids.to(model.device)
    logits = model(input_ids=ids).logits[0, before - 1 : -1].float()
    return cross_entropy(logits, ids[0, before:], reduction="none").cpu()


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
    data = load_from_disk("data/processed{{ s }}")["test"]
    found = torch.cat([surprises(model, tokenizer, row) for row, _ in zip(data, range(args.rows))])
    hardest = found.sort(descending=True).values[: max(1, len(found) // 10)]
    report = {"mean": found.mean().item(), "hardest": hardest.mean().item(), "words": len(found)}
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(report, indent=2) + "\n")
    print(report)
    if args.baseline:
        before = json.loads(args.baseline.read_text())
        sys.exit(report["hardest"] > 0.9 * before["hardest"] or report["mean"] > before["mean"])


if __name__ == "__main__":
    main()
