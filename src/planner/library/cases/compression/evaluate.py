"""Perplexity on held-out pieces, weights, and seconds for an answer."""

import argparse
import json
import math
import sys
import time
from pathlib import Path

import torch
from datasets import load_from_disk
from transformers import AutoModelForCausalLM

MODEL = "{{ model.id }}"
REVISION = {% if model.is_local %}None{% else %}json.loads(Path("revisions.json").read_text())[MODEL]{% endif %}

LOSS = {{ set.loss }}


@torch.inference_mode()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", help="a cut model; without it the whole one is measured")
    parser.add_argument("--rows", type=int, default=200)
    parser.add_argument("--baseline", type=Path, help="the report of the whole model")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()

    name = args.folder or MODEL
    model = AutoModelForCausalLM.from_pretrained(
        name,
        revision=None if args.folder else REVISION,
        dtype=torch.{{ "float32" if gpu.cpu else ("bfloat16" if gpu.bf16 else "float16") }},
    )
    model = model.to("cuda" if torch.cuda.is_available() else "cpu").eval()
    rows = load_from_disk("data/processed{{ s }}")["test"]
    loss = 0.0
    rows = rows.select(range(min(args.rows, len(rows))))
    for row in rows:
        ids = torch.tensor([row["input_ids"]], device=model.device)
        loss += model(input_ids=ids, labels=ids).loss.item()
    prompt = torch.tensor([rows[0]["input_ids"][:32]], device=model.device)
    began = time.perf_counter()
    model.generate(prompt, max_new_tokens=32, min_new_tokens=32, do_sample=False)
    report = {
        "perplexity": math.exp(loss / len(rows)),
        "parameters": model.num_parameters(),
        "seconds": round(time.perf_counter() - began, 3),
        "n": len(rows),
    }
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(report, indent=2) + "\n")
    print(report)
    if args.baseline:
        whole = json.loads(args.baseline.read_text())
        is_worse = report["perplexity"] > (1 + LOSS) * whole["perplexity"]
        sys.exit(is_worse or report["parameters"] >= whole["parameters"])


if __name__ == "__main__":
    main()
