#!/usr/bin/env python3
"""Proves that the packages of every plan can be installed together.

    resolve.py [CASE]... [--again] [--newer]

Makes the plan of every setting that a use case names, takes the packages of its project and of each environment
apart, and has them locked as the plan's own first step does (`uv lock`, Python >=3.12, all platforms). Equal lists
are locked once; what was locked is kept in ${XDG_CACHE_HOME:-~/.cache}/hf-lsp/planner/locks, `--again` asks anew.
Nothing is installed. `--newer` says for which pins the index has a newer release.

HF_LSP names the program (target/release/hf-lsp by default); HF_LSP_PLANNER_VENV the virtual environment with `uv`,
which is made with Python 3.12 where it is not there.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
import tomllib
from collections import defaultdict
from pathlib import Path

from common import CACHE, LIBRARY, PROGRAM, uv, variables

LOCKS = CACHE / "locks"
PROJECT = """[project]
name = "project"
version = "0.1.0"
requires-python = ">=3.12"
dependencies = {packages}
"""
# A script that has to be upgraded.
OLD = """from transformers import TrainingArguments

TrainingArguments(output_dir="out", evaluation_strategy="steps")
"""


def settings(wanted: list[str]) -> list[tuple[str, list[str]]]:
    """Every use case with the arguments of each of its examples."""
    cases = sorted(path.parent for path in LIBRARY.glob("cases/*/case.toml"))
    return [
        (case.name, example["arguments"])
        for case in cases
        if not wanted or case.name in wanted
        for example in tomllib.loads((case / "case.toml").read_text())["example"]
    ]


def lists(case: str, arguments: list[str]) -> dict[str, tuple[str, ...]]:
    """The packages of a plan by the environment that they are for; the project's own is `project`.

    Raises `ValueError` where there is no such plan."""
    with tempfile.TemporaryDirectory() as folder:
        if case == "migration":
            (Path(folder) / "train.py").write_text(OLD)
        command = [PROGRAM, "plan", "new", "--use-case", case, *arguments, "--format", "json"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise ValueError(f"{' '.join(map(str, command))}\n    {done.stderr.strip()}\n")
    plan = json.loads(done.stdout)
    named = {"project": plan["packages"], **plan["environments"]}
    return {name: tuple(sorted(packages)) for name, packages in named.items() if packages}


def lock(packages: tuple[str, ...], again: bool) -> dict:
    """What `uv lock` makes of a list: the `releases` by their names, or the `error`."""
    kept = LOCKS / f"{hashlib.sha256(repr(packages).encode()).hexdigest()[:16]}.json"
    if kept.exists() and not again:
        return json.loads(kept.read_text())
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "pyproject.toml").write_text(PROJECT.format(packages=json.dumps(packages)))
        done = subprocess.run([uv(), "lock", "--quiet"], cwd=folder, env=variables(), capture_output=True, text=True)
        if done.returncode:
            return {"error": done.stderr.strip()}
        locked = tomllib.loads((Path(folder) / "uv.lock").read_text())["package"]
    answer = {"releases": {it["name"]: it["version"] for it in locked if it["name"] != "project"}}
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps({"packages": packages, **answer}, indent=1))
    return answer


def newer() -> None:
    """Says which pins are behind the index."""
    for name, pin in tomllib.loads((LIBRARY / "packages.toml").read_text())["releases"].items():
        command = [uv(), "pip", "compile", "--quiet", "--no-deps", "--no-header", "--no-annotate", "-"]
        done = subprocess.run(command, env=variables(), input=name, capture_output=True, text=True)
        newest = done.stdout.strip().partition("==")[2]
        if newest != pin:
            print(f"{name}: {pin} is pinned, {newest or 'nothing'} is the newest")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("cases", nargs="*", metavar="CASE")
    parser.add_argument("--again", action="store_true", help="lock also what was locked before")
    parser.add_argument("--newer", action="store_true", help="compare the pins with the index as well")
    args = parser.parse_args()

    users = defaultdict(set)
    failed = 0
    for case, arguments in settings(args.cases):
        try:
            for environment, packages in lists(case, arguments).items():
                users[packages].add(case if environment == "project" else f"{case} ({environment})")
        except ValueError as error:
            failed += 1
            print(error)
    for packages, cases in sorted(users.items(), key=lambda it: sorted(it[1])):
        answer = lock(packages, args.again)
        failed += "error" in answer
        said = f"{len(answer['releases'])} packages" if "releases" in answer else f"NO\n{answer['error']}"
        print(f"{', '.join(sorted(cases))}\n    {' '.join(packages)}\n    {said}\n")
    print(f"{len(users)} lists of {len(settings(args.cases))} plans, {failed} faults")
    if args.newer:
        newer()
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
