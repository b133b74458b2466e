"""Write the card of the dataset out of what was measured."""

import argparse
import json
from pathlib import Path

from huggingface_hub import DatasetCardData

ABOUT = """
# {{ plan.title }}

{rows} rows in three parts: {parts}. The columns are {{ data.spans }}.

## Where they come from

`{{ data.shown }}`, {raw} rows. {dropped} of them were dropped: {doubles} say the same as another one, the others are
too short. Addresses and numbers of persons were found in {personal} texts and are masked as `[email]` and `[phone]`.

## How they are split

By a hash of the text, so a row is in the same part in each version. Train on `train`, choose with `validation`, and
report numbers of `test` only.

## What they are not for

Learning who somebody is, and deciding about single persons. Names in the texts are not masked.
"""


def size(rows: int) -> str:
    """The size as the Hub writes it."""
    return "n<1K" if rows < 1_000 else "1K<n<10K" if rows < 10_000 else "10K<n<100K" if rows < 100_000 else "100K<n<1M"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--baseline", type=Path, required=True)
    parser.add_argument("--result", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    raw, result = (json.loads(path.read_text()) for path in (args.baseline, args.result))
    data = DatasetCardData(
        license="{{ set.licence }}", language=["{{ set.language }}"], size_categories=[size(result["rows"])]
    )
    text = ABOUT.format(
        rows=result["rows"],
        parts=", ".join(f"{count} in `{name}`" for name, count in result["parts"].items()),
        raw=raw["rows"],
        dropped=raw["rows"] - result["rows"],
        doubles=raw["doubles"],
        personal=raw["personal"],
    )
    args.out.write_text(f"---\n{data.to_yaml()}\n---\n{text}")
    print(args.out)


if __name__ == "__main__":
    main()
