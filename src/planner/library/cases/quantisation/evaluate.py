"""Perplexity on texts that were not used for rounding, and the size of the files."""

import argparse
import json
import math
import sys
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from texts import load_texts

MODEL = "{{ model.id }}"
REVISION = {% if model.is_local %}None{% else %}json.loads(Path("revisions.json").read_text())[MODEL]{% endif %}

LOSS = {{ set.loss }}


@torch.inference_mode()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="the quantised model; without it the first one is measured")
    parser.add_argument("--baseline", type=Path, help="the report of the first one")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()

    name = str(args.folder or MODEL)
    revision = None if args.folder else REVISION
    tokenizer = AutoTokenizer.from_pretrained(name, revision=revision)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = AutoModelForCausalLM.from_pretrained(name, revision=revision, dtype=torch.{{ fit.dtype }}).to(device).eval()
    loss, count = 0.0, 0
    for row in load_texts(tokenizer)[1]:
        ids = tokenizer(row["text"], return_tensors="pt", add_special_tokens={{ (data.format == "text") | py }})["input_ids"]
        ids = ids[:, : {{ set.max_length }}].to(device)
        if ids.shape[1] > 1:
            loss += model(input_ids=ids, labels=ids).loss.item() * (ids.shape[1] - 1)
            count += ids.shape[1] - 1
    report = {"perplexity": math.exp(loss / count), "tokens": count}
    if args.folder:
        files = args.folder.glob("*.safetensors")
        report["gigabytes"] = round(sum(file.stat().st_size for file in files) / 1e9, 2)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(report, indent=2) + "\n")
    print(report)
    if args.baseline:
        before = json.loads(args.baseline.read_text())["perplexity"]
        sys.exit(report["perplexity"] > (1 + LOSS) * before)


if __name__ == "__main__":
    main()
