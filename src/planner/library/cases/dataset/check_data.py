"""Count rows, doubles and traces of persons in the raw data, or check that the released data have none."""

import argparse
import json
import sys
from collections import Counter
from pathlib import Path

from datasets import load_dataset

from prepare_data{{ s }} import EMAIL, PHONE, TEXTS, key, load


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--release", help="folder of the released data; without it the raw data are counted")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    parts = load_dataset("parquet", data_dir=args.release) if args.release else {"raw": load()}
    rows = [row for name in parts for row in parts[name].select_columns(TEXTS)]
    keys = Counter(key({name: row[name] or "" for name in TEXTS}) for row in rows)
    texts = [row[name] or "" for row in rows for name in TEXTS]
    report = {
        "rows": len(rows),
        "parts": {name: len(parts[name]) for name in parts},
        "doubles": len(rows) - len(keys),
        "personal": sum(bool(EMAIL.search(text) or PHONE.search(text)) for text in texts),
        "empty": sum(not text.strip() for text in texts),
        "characters": sum(map(len, texts)),
    }
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(report, indent=2) + "\n")
    print(report)
    if args.release:
        sys.exit(any(report[name] for name in ("doubles", "personal", "empty")) or not all(report["parts"].values()))


if __name__ == "__main__":
    main()
