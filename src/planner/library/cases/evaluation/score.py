"""Score answers, with an interval, and compare them with those of a base line on the same examples."""

import argparse
import json
import sys
from pathlib import Path

{% if data.format != "labels" %}
import evaluate
{% endif %}
import numpy as np
{% if data.format == "labels" %}
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score

from metrics import words
{% else %}

from metrics import ExactMatch, WordOverlap, overlap
{% endif %}

GAIN = {{ set.gain }}


def read(path: Path) -> list[dict]:
    """Questions, right answers, and what was said."""
    return [json.loads(line) for line in path.read_text().splitlines()]


{% if data.format == "labels" %}
def chosen(said: str, labels: list[str]) -> str:
    """The label that an answer names first; nothing where it names none."""
    text = f" {' '.join(words(said))} "
    places = {label: text.find(f" {' '.join(words(label))} ") for label in labels}
    found = [label for label, place in places.items() if place >= 0]
    return min(found, key=lambda label: places[label]) if found else ""


def points(rows: list[dict]) -> np.ndarray:
    """For each example whether it is right."""
    labels = sorted({row["right"] for row in rows})
    return np.array([float(chosen(row["said"], labels) == row["right"]) for row in rows])


def scores(rows: list[dict]) -> dict:
    """What scikit-learn says of all examples."""
    labels = sorted({row["right"] for row in rows})
    right, said = [row["right"] for row in rows], [chosen(row["said"], labels) for row in rows]
    return {
        "accuracy": accuracy_score(right, said),
        "macro_f1": f1_score(right, said, labels=labels, average="macro", zero_division=0),
        "no_label": said.count(""),
        "labels": labels,
        "confusion": confusion_matrix(right, said, labels=labels).tolist(),
    }
{% else %}
def points(rows: list[dict]) -> np.ndarray:
    """For each example how much of the right answer was said."""
    return np.array([overlap(row["said"], row["right"]) for row in rows])


def scores(rows: list[dict]) -> dict:
    """What the metrics say of all examples."""
    both = evaluate.combine([ExactMatch(), WordOverlap()])
    return both.compute(predictions=[row["said"] for row in rows], references=[row["right"] for row in rows])
{% endif %}


def interval(values: np.ndarray) -> list[float]:
    """Between which values the mean lies in 95 of 100 draws of examples."""
    draws = np.random.default_rng({{ set.seed }}).choice(values, (2000, len(values))).mean(axis=1)
    return [round(float(it), 4) for it in np.percentile(draws, [2.5, 97.5])]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", type=Path, required=True)
    parser.add_argument("--baseline", type=Path, help="answers to be better than")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()

    rows = read(args.answers)
    report = scores(rows) | {"n": len(rows), "mean": float(points(rows).mean()), "interval": interval(points(rows))}
    if args.baseline:
        before = read(args.baseline)
        assert [row["question"] for row in rows] == [row["question"] for row in before], "other examples"
        report["gain"] = interval(points(rows) - points(before))
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(report, indent=2) + "\n")
    print(json.dumps(report, indent=2))
    sys.exit(args.baseline is not None and report["gain"][0] < GAIN)


if __name__ == "__main__":
    main()
