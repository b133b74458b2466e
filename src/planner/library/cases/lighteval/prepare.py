"""Lay the rows of our own task where lighteval reads them."""

import json
from pathlib import Path

from datasets import load_dataset

OUT = Path("data/own/test.jsonl")


def main() -> None:
{% set to = "rows =" %}
{% include "shared/load_data.py" %}
    OUT.parent.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps({"prompt": row["prompt"], "answer": str(row["answer"])}) for row in rows]
    OUT.write_text("\n".join(lines) + "\n")
    print(f"{len(lines)} questions in {OUT}")


if __name__ == "__main__":
    main()
