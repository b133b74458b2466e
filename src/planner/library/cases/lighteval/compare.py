"""Compare the newest results of two runs of lighteval; end with an error where a task has lost too much."""

import argparse
import json
import sys
from pathlib import Path

LOSS = {{ set.loss }}


def newest(folder: Path) -> dict[str, dict[str, float]]:
    """The scores of each task in the newest results below a folder."""
    paths = sorted(folder.rglob("results_*.json"), key=lambda path: path.stat().st_mtime)
    if not paths:
        raise SystemExit(f"{folder} has no results")
    results = json.loads(paths[-1].read_text())["results"]
    return {
        task: {name: value for name, value in scores.items() if not name.endswith("_stderr")}
        for task, scores in results.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--before", type=Path, required=True)
    parser.add_argument("--after", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()

    before, after = newest(args.before), newest(args.after)
    rows = [
        {"task": task, "metric": metric, "before": before[task][metric], "after": value}
        for task, scores in sorted(after.items())
        for metric, value in sorted(scores.items())
        if metric in before.get(task, {})
    ]
    for row in rows:
        print("{task:24} {metric:24} {before:8.4f} {after:8.4f}".format(**row))
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(rows, indent=2) + "\n")
    sys.exit(not rows or any(row["after"] < row["before"] - LOSS for row in rows))


if __name__ == "__main__":
    main()
