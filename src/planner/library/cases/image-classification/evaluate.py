"""The F1 of each class on held-out pictures, by the result and by a linear model on the frozen features."""

import argparse
import json
import sys
from pathlib import Path

import torch
from datasets import Dataset, DatasetDict, load_from_disk
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import classification_report, confusion_matrix
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from transformers import AutoImageProcessor, AutoModel, AutoModelForImageClassification

{% include "shared/model_revision.py" %}
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


def pixels(processor, data: Dataset):
    """The prepared pictures, some at a time."""
    for at in range(0, len(data), 32):
        yield processor(data[at : at + 32]["image"], return_tensors="pt")["pixel_values"].to(DEVICE)


@torch.inference_mode()
def features(data: Dataset) -> list[list[float]]:
    """What the pretrained model says of the pictures: the mean over their places."""
    processor = AutoImageProcessor.from_pretrained(MODEL{% if not model.is_local %}, revision=REVISION{% endif %})
    model = AutoModel.from_pretrained(MODEL{% if not model.is_local %}, revision=REVISION{% endif %}, dtype=torch.float32)
    model.to(DEVICE).eval()
    means = []
    for batch in pixels(processor, data):
        said = model(pixel_values=batch).last_hidden_state
        means += said.flatten(2).mean(2).tolist() if said.ndim == 4 else said.mean(1).tolist()
    return means


def by_features(data: DatasetDict) -> list[int]:
    """What a linear model on the frozen features says."""
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000, class_weight="balanced"))
    model.fit(features(data["train"]), data["train"]["label"][:])
    return model.predict(features(data["test"])).tolist()


@torch.inference_mode()
def by_model(data: DatasetDict, folder: str) -> list[int]:
    """What the trained model says."""
    processor = AutoImageProcessor.from_pretrained(folder)
    model = AutoModelForImageClassification.from_pretrained(folder, dtype=torch.float32).to(DEVICE).eval()
    said = [model(pixel_values=batch).logits.argmax(-1).tolist() for batch in pixels(processor, data["test"])]
    return [label for labels in said for label in labels]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", help="folder of the result; without it the frozen features are measured")
    parser.add_argument("--baseline", type=Path, help="a report to be better than")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()

    data = load_from_disk("data/processed{{ s }}")
    names = data["test"].features["label"].names
    right = data["test"]["label"][:]
    said = by_model(data, args.model) if args.model else by_features(data)
    numbers = list(range(len(names)))
    each = classification_report(right, said, labels=numbers, output_dict=True, zero_division=0)
    report = {
        "f1_macro": each["macro avg"]["f1-score"],
        "accuracy": sum(a == b for a, b in zip(right, said)) / len(right),
        "f1": {name: each[str(at)]["f1-score"] for at, name in enumerate(names)},
        "confusion": confusion_matrix(right, said, labels=numbers).tolist(),
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
