"""Seconds to the first piece and to the end of an answer; and whether the server stops when a reader leaves."""

import argparse
import json
import sys
import time
from pathlib import Path
from urllib.request import Request, urlopen

QUESTIONS = ("Explain why the sky is blue.", "Tell a story of a lighthouse.", "List ten fruits with a sentence each.")
SHARE = {{ set.share }}


def ask(url: str, question: str, leave: bool = False) -> dict:
    """One answer with its times; with `leave` only its first piece."""
    body = json.dumps({"messages": [{"role": "user", "content": question}]}).encode()
    began, first, pieces = time.perf_counter(), 0.0, 0
    with urlopen(Request(f"{url}/chat", body, {"Content-Type": "application/json"}), timeout=300) as answer:
        for line in answer:
            if line.startswith(b"data: {"):
                first = first or time.perf_counter() - began
                pieces += 1
                if leave:
                    break
    return {"first": round(first, 3), "seconds": round(time.perf_counter() - began, 3), "pieces": pieces}


def seconds_until_idle(url: str) -> float:
    """How long the server works on after the last reader has left."""
    began = time.perf_counter()
    while json.load(urlopen(f"{url}/health", timeout=10))["readers"]:
        time.sleep(0.1)
    return round(time.perf_counter() - began, 2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--baseline", type=Path, help="a report with the seconds of whole answers")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()

    ask(args.url, "Hello.", leave=True)
    answers = [ask(args.url, question) for question in QUESTIONS]
    whole = sum(answer["seconds"] for answer in answers) / len(answers)
    first = sum(answer["first"] for answer in answers) / len(answers)
    ask(args.url, QUESTIONS[1], leave=True)
    report = {"whole": round(whole, 3), "first": round(first, 3), "idle_after": seconds_until_idle(args.url)}
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(report | {"answers": answers}, indent=2) + "\n")
    print(report)
    if args.baseline:
        before = json.loads(args.baseline.read_text())["whole"]
        sys.exit(report["first"] > SHARE * before or report["idle_after"] > before)


if __name__ == "__main__":
    main()
