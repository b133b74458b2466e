"""Measure the first rows of the source, or check those that were written."""

import argparse
import json
import sys
import time
from pathlib import Path

from datasets import load_dataset

from prepare_data{{ s }} import SHORTEST, clean, digest, source


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--release", help="folder of the written files; without it the source is measured")
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    if args.release:
        files = f"{args.release}/data/*.parquet"
        stream = load_dataset("parquet", data_files=files, split="train", streaming=True)
    else:
        stream = source()
    began, count, short, keys = time.monotonic(), 0, 0, set()
    for row in stream.take(args.rows):
        text = clean(row["text"] or "")
        count += 1
        short += len(text) < SHORTEST
        keys.add(digest(text))
    speed = count / (time.monotonic() - began)
    report = {"rows": count, "short": short, "doubles": count - len(keys), "rows_per_second": round(speed)}
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(report, indent=2) + "\n")
    print(report)
    if args.release:
        sys.exit(bool(report["short"] or report["doubles"] or not count))


if __name__ == "__main__":
    main()
