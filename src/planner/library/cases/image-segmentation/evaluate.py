"""How much of each class is filled rightly, by the result and by the usual class of each place."""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import torch
from datasets import DatasetDict, load_from_disk
from PIL import Image
from prepare_data{{ s }} import CLASSES
from segmentation{{ s }} import Overlap
from transformers import AutoImageProcessor, AutoModelForSemanticSegmentation

GRID = 32


def by_place(data: DatasetDict) -> Overlap:
    """Every place gets the class that it has most often in the training part."""
    votes = np.zeros((len(CLASSES), GRID, GRID), dtype=np.int64)
    for row in data["train"]:
        small = np.asarray(row["mask"].resize((GRID, GRID), Image.Resampling.NEAREST))
        for at in range(len(CLASSES)):
            votes[at] += small == at
    usual = Image.fromarray(votes.argmax(0).astype(np.uint8))
    overlap = Overlap(CLASSES)
    for row in data["test"]:
        said = usual.resize(row["mask"].size, Image.Resampling.NEAREST)
        overlap.add(np.asarray(row["mask"]), np.asarray(said))
    return overlap


@torch.inference_mode()
def by_model(data: DatasetDict, folder: str) -> Overlap:
    """What the trained model says, in the size of each picture."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    processor = AutoImageProcessor.from_pretrained(folder)
    model = AutoModelForSemanticSegmentation.from_pretrained(folder, dtype=torch.float32).to(device).eval()
    overlap = Overlap(CLASSES)
    for row in data["test"]:
        right = np.asarray(row["mask"])
        outputs = model(**processor(images=row["image"], return_tensors="pt").to(device))
        said = processor.post_process_semantic_segmentation(outputs, target_sizes=[right.shape])[0]
        overlap.add(right, said.cpu().numpy())
    return overlap


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", help="folder of the result; without it the usual classes are measured")
    parser.add_argument("--baseline", type=Path, help="a report to be better than")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()

    data = load_from_disk("data/processed{{ s }}")
    overlap = by_model(data, args.model) if args.model else by_place(data)
    report = overlap.report() | {"n": len(data["test"])}
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(report, indent=2) + "\n")
    print(report)
    if args.baseline:
        before = json.loads(args.baseline.read_text())["miou"]
        sys.exit(report["miou"] < max(before + 0.05, {{ set.least_miou }}))


if __name__ == "__main__":
    main()
