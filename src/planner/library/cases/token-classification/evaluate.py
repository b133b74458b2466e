"""The F1 of whole pieces in held-out texts, by the result and by a list of the words of the training part."""

import argparse
import json
import sys
from collections import Counter, defaultdict
from pathlib import Path

import torch
from datasets import DatasetDict, load_from_disk
from spans{{ s }} import scores
from transformers import AutoModelForTokenClassification, AutoTokenizer


def by_list(data: DatasetDict, names: list[str]) -> list[list[str]]:
    """Each word with the tag that it has most often in the training part."""
    seen: dict[str, Counter] = defaultdict(Counter)
    for row in data["train"]:
        for word, tag in zip(row["tokens"], row["tags"]):
            seen[word.lower()][names[tag]] += 1
    usual = {word: count.most_common(1)[0][0] for word, count in seen.items()}
    return [[usual.get(word.lower(), "O") for word in row["tokens"]] for row in data["test"]]


@torch.inference_mode()
def by_model(data: DatasetDict, folder: str) -> list[list[str]]:
    """Each word with the tag of its first piece; words behind the cut with none."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForTokenClassification.from_pretrained(folder, dtype=torch.float32).to(device).eval()
    said = []
    for row in data["test"]:
        made = tokenizer(
            row["tokens"],
            is_split_into_words=True,
            truncation=True,
            max_length={{ fit.max_length }},
            return_tensors="pt",
        )
        best = model(**made.to(device)).logits[0].argmax(-1).tolist()
        tags = ["O"] * len(row["tokens"])
        for word, tag in reversed(list(zip(made.word_ids(0), best))):
            if word is not None:
                tags[word] = model.config.id2label[tag]
        said.append(tags)
    return said


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", help="folder of the result; without it the list of words is measured")
    parser.add_argument("--baseline", type=Path, help="a report to be better than")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()

    data = load_from_disk("data/processed{{ s }}")
    names = data["test"].features["tags"].feature.names
    right = [[names[tag] for tag in tags] for tags in data["test"]["tags"]]
    said = by_model(data, args.model) if args.model else by_list(data, names)
    report = scores(right, said) | {"n": len(right)}
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(report, indent=2) + "\n")
    print(report)
    if args.baseline:
        before = json.loads(args.baseline.read_text())["f1"]
        sys.exit(report["f1"] < before + {{ set.least_gain }})


if __name__ == "__main__":
    main()
