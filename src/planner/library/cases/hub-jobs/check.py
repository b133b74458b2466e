"""Fetch the report of the job; end with an error where the training did not help."""

import argparse
import json
import sys
from pathlib import Path

from huggingface_hub import hf_hub_download, whoami

GAIN = 0.95


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repository", required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    repository = args.repository if "/" in args.repository else f"{whoami()['name']}/{args.repository}"
    report = json.loads(Path(hf_hub_download(repository, "report.json")).read_text())
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(report, indent=2) + "\n")
    print(report)
    sys.exit(report["after"] > GAIN * report["before"])


if __name__ == "__main__":
    main()
