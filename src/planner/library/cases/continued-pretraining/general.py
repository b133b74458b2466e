"""Write general text, which the model shall not forget, into a file of lines."""

import argparse
import json
from itertools import islice
from pathlib import Path

from datasets import load_dataset


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=20000)
    parser.add_argument("--out", type=Path, default=Path("data/general.jsonl"))
    args = parser.parse_args()
    revision = json.loads(Path("revisions.json").read_text())["HuggingFaceFW/fineweb-edu"]
    rows = load_dataset(
        "HuggingFaceFW/fineweb-edu", "sample-10BT", split="train", streaming=True, revision=revision
    )
    args.out.parent.mkdir(parents=True, exist_ok=True)
    with args.out.open("w") as out:
        for row in islice(rows, args.documents):
            out.write(json.dumps({"text": row["text"]}) + "\n")


if __name__ == "__main__":
    main()
