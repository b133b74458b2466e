"""Rows a second, and whether batches change the answers that rows have alone."""

import argparse
import json
import sys
import time
from pathlib import Path

from generate{{ s }} import answer, load_data, load_model, prompts_of


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--batch", type=int, required=True)
    parser.add_argument("--rows", type=int, default=32)
    parser.add_argument("--baseline", type=Path, help="the report of single rows")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()

    model, tokenizer = load_model()
    rows = load_data()
    prompts = prompts_of(tokenizer, rows.select(range(min(args.rows, len(rows)))))
    order = list(prompts)
    answer(model, tokenizer, [prompts[order[0]]])
    began, answers = time.perf_counter(), {}
    for start in range(0, len(order), args.batch):
        batch = order[start : start + args.batch]
        said = answer(model, tokenizer, [prompts[at] for at in batch])
        answers |= {str(at): text for at, text in zip(batch, said, strict=True)}
    speed = len(order) / (time.perf_counter() - began)
    report = {"batch": args.batch, "rows_per_second": round(speed, 3), "answers": answers}
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(report, indent=2) + "\n")
    print(f"{speed:.3f} rows/s")
    if args.baseline:
        alone = json.loads(args.baseline.read_text())
        # The first words: in 16 bits a batch rounds otherwise, and later words follow from earlier ones.
        same = sum(answers[at].split()[:5] == text.split()[:5] for at, text in alone["answers"].items())
        share = same / max(1, len(alone["answers"]))
        print(f"{share:.0%} of the answers begin as alone, {speed / alone['rows_per_second']:.1f} times as fast")
        sys.exit(share < 0.9 or speed < alone["rows_per_second"])


if __name__ == "__main__":
    main()
