"""How many bits the model, or a compressor, needs for a byte of held-out text."""

import argparse
import json
import lzma
import math
import sys
from pathlib import Path

import torch
from datasets import load_from_disk
from transformers import AutoTokenizer

from gated.modeling_gated import GatedForCausalLM


def compressed(texts: list[str]) -> dict[str, float]:
    """What a compressor makes of all texts together."""
    whole = "\n".join(texts).encode()
    return {"bits_per_byte": 8 * len(lzma.compress(whole)) / len(whole), "bytes": len(whole)}


@torch.inference_mode()
def modelled(folder: str, texts: list[str]) -> dict[str, float]:
    """What the model needs, text by text."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = GatedForCausalLM.from_pretrained(folder, dtype=torch.float32).to(device).eval()
    loss, size = 0.0, 0
    for text in texts:
        ids = tokenizer(text, add_special_tokens=False)["input_ids"][: {{ fit.max_length }} - 1]
        batch = torch.tensor([[tokenizer.eos_token_id, *ids]], device=device)
        loss += model(input_ids=batch, labels=batch).loss.item() * len(ids)
        size += len(tokenizer.decode(ids).encode())
    return {"bits_per_byte": loss / size / math.log(2), "bytes": size}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", help="folder of the result; without it the compressor is measured")
    parser.add_argument("--baseline", type=Path, help="a report to be better than")
    parser.add_argument("--rows", type=int, default=500)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    data = load_from_disk("data/texts{{ s }}")["test"]
    texts = list(data.select(range(min(args.rows, len(data))))["text"])
    report = modelled(args.model, texts) if args.model else compressed(texts)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(report, indent=2) + "\n")
    print(report)
    if args.baseline:
        sys.exit(report["bits_per_byte"] >= json.loads(args.baseline.read_text())["bits_per_byte"])


if __name__ == "__main__":
    main()
