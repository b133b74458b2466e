"""Ask the page questions over its interface; end with an error where an answer is missing or too slow."""

import argparse
import json
import sys
import time
from pathlib import Path

from gradio_client import Client

QUESTIONS = ("Which day follows Monday?", "Name three colours.", "What is two and two?")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--page", required=True, help="an address, or the id of a Space")
    parser.add_argument("--limit", type=float, default=30.0, help="seconds that an answer may take")
    parser.add_argument("--baseline", type=Path, help="a report; at most twice as slow is allowed")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()

    client = Client(args.page)
    answers = []
    for question in QUESTIONS:
        began = time.perf_counter()
        said = client.predict(question, api_name="/chat")
        answers.append({"question": question, "answer": said, "seconds": time.perf_counter() - began})
    slowest = max(answer["seconds"] for answer in answers)
    report = {"slowest": round(slowest, 2), "answers": answers}
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(report, indent=2) + "\n")
    print(json.dumps(report, indent=2))
    limit = 2 * json.loads(args.baseline.read_text())["slowest"] if args.baseline else args.limit
    sys.exit(slowest > limit or not all(answer["answer"] for answer in answers))


if __name__ == "__main__":
    main()
