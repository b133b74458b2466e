"""A table of all runs from what the trainer itself wrote down; the best one is copied."""

import argparse
import json
import shutil
import sys
from pathlib import Path


def row(folder: Path) -> dict:
    """The losses of a run before its first step and at its best, and what it cost."""
    log = json.loads((folder / "trainer_state.json").read_text())["log_history"]
    losses = [entry["eval_loss"] for entry in log if "eval_loss" in entry]
    return {
        "run": folder.name,
        "learning_rate": max(entry.get("learning_rate", 0.0) for entry in log),
        "first": losses[0],
        "best": min(losses),
        "seconds": sum(entry.get("train_runtime", 0.0) for entry in log),
        "peak_gib": max(entry.get("peak_gib", 0.0) for entry in log),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=Path, required=True)
    parser.add_argument("--best", type=Path, required=True, help="where the best run is copied to")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()

    rows = [row(path.parent) for path in sorted(args.runs.glob("*/trainer_state.json"))]
    if not rows:
        raise SystemExit(f"{args.runs} has no finished run")
    rows.sort(key=lambda it: it["best"])
    for it in rows:
        shown = "{run:24} {learning_rate:8.1e} {first:8.4f} {best:8.4f} {seconds:7.0f} s {peak_gib:6.1f} GiB"
        print(shown.format(**it))
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(rows, indent=2) + "\n")
    best = rows[0]
    shutil.copytree(
        args.runs / best["run"],
        args.best,
        dirs_exist_ok=True,
        ignore=shutil.ignore_patterns("checkpoint-*"),
    )
    sys.exit(best["best"] >= best["first"])


if __name__ == "__main__":
    main()
