"""The F1 of each class on held-out texts, by the result and by a simple model of word counts."""

import argparse
import json
import sys
from pathlib import Path

from datasets import DatasetDict, load_from_disk
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import classification_report, confusion_matrix
from sklearn.pipeline import make_pipeline
from transformers import pipeline

TEXTS = [{% if data.format == "pairs" %}"first", "second"{% else %}"text"{% endif %}]


def by_words(data: DatasetDict) -> list[str]:
    """What a linear model of words and pairs of words says."""
    joined = {part: [" | ".join(row[it] for it in TEXTS) for row in data[part]] for part in ("train", "test")}
    model = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
        LogisticRegression(max_iter=1000, class_weight="balanced"),
    )
    names = data["train"].features["label"]
    return names.int2str(model.fit(joined["train"], data["train"]["label"]).predict(joined["test"]).tolist())


def by_model(data: DatasetDict, folder: str) -> list[str]:
    """What the trained model says."""
    model = pipeline("text-classification", model=folder)
{% if data.format == "pairs" %}
    asked = [{"text": row["first"], "text_pair": row["second"]} for row in data["test"]]
{% else %}
    asked = data["test"]["text"][:]
{% endif %}
    return [it["label"] for it in model(asked, truncation=True, max_length={{ fit.max_length }}, batch_size={{ fit.batch }})]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", help="folder of the result; without it the simple model is measured")
    parser.add_argument("--baseline", type=Path, help="a report to be better than")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()

    data = load_from_disk("data/processed{{ s }}")
    names = data["test"].features["label"]
    right = names.int2str(data["test"]["label"][:])
    said = by_model(data, args.model) if args.model else by_words(data)
    each = classification_report(right, said, labels=names.names, output_dict=True, zero_division=0)
    report = {
        "f1_macro": each["macro avg"]["f1-score"],
        "accuracy": sum(a == b for a, b in zip(right, said)) / len(right),
        "f1": {name: each[name]["f1-score"] for name in names.names},
        "confusion": confusion_matrix(right, said, labels=names.names).tolist(),
        "n": len(right),
    }
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(report, indent=2) + "\n")
    print(report)
    if args.baseline:
        before = json.loads(args.baseline.read_text())["f1_macro"]
        sys.exit(report["f1_macro"] < before + {{ set.least_gain }})


if __name__ == "__main__":
    main()
