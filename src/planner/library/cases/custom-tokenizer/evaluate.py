"""How many bits a model needs for a byte of held-out text; tokenizers do not matter to that."""

import argparse
import json
import math
import sys
from pathlib import Path

import torch
from datasets import load_from_disk
from transformers import AutoModelForCausalLM, AutoTokenizer

BASE = "{{ model.id }}"


@torch.inference_mode()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default=BASE, help="folder of the result; without it the base is measured")
    parser.add_argument("--baseline", type=Path, help="a report to be better than")
    parser.add_argument("--rows", type=int, default=500)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()

    device = "cuda" if torch.cuda.is_available() else "cpu"
{% if model.is_local %}
    tokenizer = AutoTokenizer.from_pretrained(args.model)
    model = AutoModelForCausalLM.from_pretrained(args.model, dtype=torch.{{ fit.dtype }}).to(device).eval()
{% else %}
    revision = json.loads(Path("revisions.json").read_text())[BASE] if args.model == BASE else None
    tokenizer = AutoTokenizer.from_pretrained(args.model, revision=revision)
    model = AutoModelForCausalLM.from_pretrained(args.model, dtype=torch.{{ fit.dtype }}, revision=revision)
    model.to(device).eval()
{% endif %}
    data = load_from_disk("data/texts{{ s }}")["test"]
    loss, size = 0.0, 0
    for text in data.select(range(min(args.rows, len(data))))["text"]:
        ids = tokenizer(text, add_special_tokens=False)["input_ids"][: {{ fit.max_length }} - 1]
        # The token of the end stands in front too, so that the first word counts.
        batch = torch.tensor([[tokenizer.eos_token_id, *ids]], device=device)
        loss += model(input_ids=batch, labels=batch).loss.item() * len(ids)
        size += len(tokenizer.decode(ids).encode())
    report = {"bits_per_byte": loss / size / math.log(2), "bytes": size}
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(report, indent=2) + "\n")
    print(report)
    if args.baseline:
        sys.exit(report["bits_per_byte"] >= json.loads(args.baseline.read_text())["bits_per_byte"])


if __name__ == "__main__":
    main()
