"""How often the reward of the chosen answer is the higher one, on held-out comparisons."""

import argparse
import json
import statistics
import sys
from pathlib import Path

import torch
from datasets import load_from_disk
from transformers import AutoModelForSequenceClassification, AutoTokenizer


def scorer(folder: str):
    """What gives a conversation its reward."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForSequenceClassification.from_pretrained(folder, dtype=torch.{{ fit.dtype }})
    model.to(device).eval()

    def score(messages: list[dict]) -> float:
        text = tokenizer.apply_chat_template(messages, tokenize=False)
        ids = tokenizer(text, add_special_tokens=False, return_tensors="pt")
        return model(**ids.to(device)).logits.item()

    return score


def length(messages: list[dict]) -> float:
    """The rule without a model: the longer answer is the better one."""
    return float(len(messages[-1]["content"]))


@torch.inference_mode()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", help="folder of the reward model; without it length is the reward")
    parser.add_argument("--baseline", type=Path, help="a report to be better than")
    parser.add_argument("--rows", type=int, default=500)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()

    score = scorer(args.model) if args.model else length
    data = load_from_disk("data/processed{{ s }}")["test"]
    pairs = [
        [score(row["prompt"] + row[side]) for side in ("chosen", "rejected")]
        for row, _ in zip(data, range(args.rows))
    ]
    gaps = [chosen - rejected for chosen, rejected in pairs]
    scores = [it for pair in pairs for it in pair]
    report = {
        "accuracy": sum(gap > 0 for gap in gaps) / len(gaps),
        "margin": statistics.fmean(gaps),
        "mean": statistics.fmean(scores),
        "deviation": statistics.pstdev(scores),
        "n": len(gaps),
    }
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(report, indent=2) + "\n")
    print(report)
    if args.baseline:
        before = json.loads(args.baseline.read_text())["accuracy"]
        sys.exit(report["accuracy"] < max({{ set.accuracy }}, before + 0.05))


if __name__ == "__main__":
    main()
