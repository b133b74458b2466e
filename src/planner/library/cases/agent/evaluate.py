"""How many tasks are solved, with tools and without, and how many steps it takes."""

import argparse
import json
import sys
from pathlib import Path

from datasets import Dataset, load_dataset

from agent import make_agent, make_model


def load_tasks(limit: int) -> Dataset:
    """The first tasks, with the answers that are right."""
{% set to = "rows =" %}
{% include "shared/load_data.py" %}
    return rows.select(range(min(limit, len(rows))))


def alone(task: str) -> tuple[str, int, str]:
    """What the model says without tools."""
    said = make_model().generate([{"role": "user", "content": [{"type": "text", "text": task}]}])
    return str(said.content), 1, "success"


def with_tools(task: str) -> tuple[str, int, str]:
    """What the agent says, its steps, and whether it came to an end by itself."""
    result = make_agent().run(task)
    return str(result.output), len(result.steps), result.state


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--alone", action="store_true", help="the model without tools")
    parser.add_argument("--rows", type=int, default=50)
    parser.add_argument("--baseline", type=Path, help="a report to be better than")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()

    rows, answers = load_tasks(args.rows), []
    for row in rows:
        said, steps, state = (alone if args.alone else with_tools)(row["task"])
        solved = str(row["answer"]).lower() in said.lower()
        answers.append({"task": row["task"], "said": said, "solved": solved, "steps": steps, "state": state})
    report = {
        "solved": sum(answer["solved"] for answer in answers) / len(answers),
        "steps": sum(answer["steps"] for answer in answers) / len(answers),
        "out_of_steps": sum(answer["state"] != "success" for answer in answers),
    }
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(report | {"answers": answers}, indent=2) + "\n")
    print(report)
    if args.baseline:
        sys.exit(report["solved"] < json.loads(args.baseline.read_text())["solved"] + {{ set.gain }})


if __name__ == "__main__":
    main()
