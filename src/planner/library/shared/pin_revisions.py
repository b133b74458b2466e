"""Write the newest commit of each repository into revisions.json, where it is not pinned yet."""

import argparse
import json
from pathlib import Path

from huggingface_hub import HfApi

PINS = Path("revisions.json")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="*")
    parser.add_argument("--dataset", action="append", default=[])
    args = parser.parse_args()
    api = HfApi()
    pins = json.loads(PINS.read_text()) if PINS.exists() else {}
    for model in args.models:
        pins.setdefault(model, api.model_info(model).sha)
    for dataset in args.dataset:
        pins.setdefault(dataset, api.dataset_info(dataset).sha)
    PINS.write_text(json.dumps(pins, indent=2) + "\n")
    print(PINS.read_text())


if __name__ == "__main__":
    main()
