{% set folder = model.id if model.is_local else "models/" ~ plan.slug %}
{% set auto = "AutoModel" if set.export == "feature-extraction" else "AutoModelForSequenceClassification" %}
{% set output = "last_hidden_state" if set.export == "feature-extraction" else "logits" %}
{% set ort = "ORTModelForFeatureExtraction" if set.export == "feature-extraction" else "ORTModelForSequenceClassification" %}
"""Compare an exported model with the reference: outputs, answers, and milliseconds."""

import argparse
import json
import sys
import time
from pathlib import Path

import numpy as np
from optimum.onnxruntime import {{ ort }}
from transformers import AutoTokenizer

LONGEST = {{ set.max_length }}
TOLERANCE, SAME = {{ set.tolerance }}, {{ set.same }}


{% if set.export == "feature-extraction" %}
def agrees(ours: np.ndarray, theirs: np.ndarray) -> bool:
    """Whether two embeddings point in the same direction."""
    a, b = ours.mean(axis=0), theirs.mean(axis=0)
    return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b))) > 0.99
{% else %}
def agrees(ours: np.ndarray, theirs: np.ndarray) -> bool:
    """Whether both choose the same class."""
    return bool(ours.argmax(axis=-1) == theirs.argmax(axis=-1))
{% endif %}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", required=True)
    parser.add_argument("--file", default="model.onnx")
    parser.add_argument("--rounded", action="store_true", help="8 bits: answers count, and not the digits")
    parser.add_argument("--baseline", type=Path, required=True, help="the reference")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()

    reference = json.loads(args.baseline.read_text())
    tokenizer = AutoTokenizer.from_pretrained(args.folder)
    model = {{ ort }}.from_pretrained(args.folder, file_name=args.file)
    apart, same, began = 0.0, 0, time.perf_counter()
    for text, expected in zip(reference["texts"], reference["outputs"], strict=True):
        inputs = tokenizer(text, return_tensors="np", truncation=True, max_length=LONGEST)
        ours, theirs = np.asarray(model(**inputs).{{ output }}[0]), np.asarray(expected)
        apart = max(apart, float(np.abs(ours - theirs).max()))
        same += agrees(ours, theirs)
    seconds = (time.perf_counter() - began) / len(reference["texts"])
    report = {
        "largest_difference": apart,
        "same": same / len(reference["texts"]),
        "milliseconds": round(seconds * 1000, 2),
        "times_as_fast": round(reference["seconds"] / seconds, 2),
    }
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(report, indent=2) + "\n")
    print(report)
    sys.exit(report["same"] < SAME if args.rounded else apart > TOLERANCE)


if __name__ == "__main__":
    main()
