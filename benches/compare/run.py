#!/usr/bin/env python3
"""Measures hf-lsp and ruff side by side in one run; prints a Markdown report. README.md says more."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import mean, median

import corpus as texts
import growth
import report
from programs import Program, Series, alternate, findings, hf_lsp, ruff, run
from typing_session import first_diagnostics, session

SEED = 20
PARTS = ("commands", "editing", "growth")


def arguments() -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hf-lsp", type=Path, required=True, help="the program to measure; build it with --release")
    parser.add_argument("--output", type=Path, help="also write the report to this file")
    parser.add_argument("--rounds", type=int, default=5, help="runs of each command (default: %(default)s)")
    parser.add_argument("--edits", type=int, default=300, help="edits in each phase (default: %(default)s)")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS, help="only these (default: all)")
    parser.add_argument("--quick", action="store_true", help="2 rounds, 60 edits")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.edits = 2, 60
    if not os.access(options.hf_lsp, os.X_OK):
        parser.error(f"{options.hf_lsp} is not a program")
    options.hf_lsp = options.hf_lsp.resolve()
    return options


def main() -> None:
    """Prepares, measures, reports."""
    options = arguments()
    trees = texts.prepare(texts.cache_folder())
    parts = []
    with tempfile.TemporaryDirectory(prefix="hf-lsp-compare-") as folder:
        root = Path(folder).resolve() / "project"
        root.mkdir()
        (root / "requirements.txt").write_text(texts.requirements(), encoding="utf-8")
        # A copy: the program that is measured stays the same while somebody builds.
        programs = [hf_lsp(copy(options.hf_lsp, root.parent)), ruff(copy(trees.ruff, root.parent))]
        for part in measure(options, trees, programs, root):
            print(part, flush=True)
            parts.append(part)
            if options.output:
                options.output.write_text("\n".join(parts) + "\n", encoding="utf-8")


def copy(program: Path, folder: Path) -> Path:
    """The copy of a program."""
    return Path(shutil.copy2(program, folder / program.name))


def measure(options: argparse.Namespace, trees: texts.Trees, programs: list[Program], root: Path) -> Iterator[str]:
    """The parts of the report, one after the other."""
    begin, cache = time.time(), root.parent / "cache"
    yield introduction(programs, root, cache, options)
    # First, while this process is small: the memory of a command is not told below that of its parent.
    if "commands" in options.parts:
        yield from measure_commands(options, trees, programs, root)
    files = texts.make_files(trees)
    if "editing" in options.parts:
        yield from measure_editing(options, files, programs, root, cache)
    if "growth" in options.parts:
        yield from measure_growth(options, files, programs, root, cache)
    yield f"{time.time() - begin:.0f} s of measuring; load average {load()} at the end.\n"


def measure_commands(
    options: argparse.Namespace, trees: texts.Trees, programs: list[Program], root: Path
) -> Iterator[str]:
    """Start-up, and checks of both trees."""
    yield "## Start-up\n\n`--version`.\n"
    versions = {program.name: program.command("--version") for program in programs}
    yield report.commands(alternate(versions, root, root.parent / "unused", options.rounds * 3), "")
    for title, tree in (("Scripts", trees.scripts), ("Wheel of transformers", trees.wheel)):
        yield f"## {title}\n\n{describe(tree)}"
        yield from check(programs, tree, root.parent, options.rounds)


def measure_editing(
    options: argparse.Namespace, files: texts.Files, programs: list[Program], root: Path, cache: Path
) -> Iterator[str]:
    """First diagnostics and an edit session, in a short file and in a long one."""
    for title, text in (("short", files.short), ("long", files.long)):
        lines = text.count("\n")
        yield f"## Editing a {title} file\n\n{lines:,} lines, {len(text.encode()):,} bytes.\n"
        yield first(programs, text, root, cache, options.rounds)
        yield report.typing(session(programs, text, root, cache, options.edits, SEED))


def measure_growth(
    options: argparse.Namespace, files: texts.Files, programs: list[Program], root: Path, cache: Path
) -> Iterator[str]:
    """Cost by size, and by number of open files."""
    edits = max(12, options.edits // 5)
    yield "## Growth with the size of a file\n\nOne open document, edited in the middle.\n"
    steps = growth.by_size(programs, files.pieces, root, cache, edits)
    yield report.growth(steps, "bytes", "1 is linear")
    yield f"## Growth with the number of open files\n\n{growth.SIZE_OF_EACH:,} bytes each, edits in random ones.\n"
    steps = growth.by_number(programs, files.pieces, root, cache, edits)
    yield report.growth(steps, "open files", "an edit should not grow, memory at most linearly")


def introduction(programs: list[Program], root: Path, cache: Path, options: argparse.Namespace) -> str:
    """What is measured, and on what."""
    names = []
    for program in programs:
        done = subprocess.run(program.command("--version"), capture_output=True, text=True, check=True)
        names.append(f"{done.stdout.strip()} ({program.path.stat().st_size / 2**20:.1f} MiB)")
    floor = run(["true"], root, cache).memory
    processors = len(os.sched_getaffinity(0))
    return (
        f"# {names[0]} beside {names[1]}\n\n"
        f"{time.strftime('%Y-%m-%d %H:%M', time.gmtime())} UTC, {platform.system()} {platform.machine()}, "
        f"{processors} processors, load average {load()} at the start.\n"
        f"{options.rounds} rounds in turns after one to warm up; seed {SEED}. `ruff` checks its rules `AIR`, all settings of "
        f"its own. Ratios are hf-lsp / ruff: below 1 hf-lsp is cheaper. Memory of finished commands cannot be told below "
        f"{report.mebibytes(floor)}.\n"
    )


def load() -> str:
    """Load averages of 1, 5 and 15 minutes."""
    return " ".join(f"{value:.1f}" for value in os.getloadavg())


def describe(tree: Path) -> str:
    """How much there is."""
    files = lines = 0
    for path in tree.rglob("*.py"):
        files, lines = files + 1, lines + path.read_bytes().count(b"\n")
    return f"{files:,} files, {lines:,} lines.\n"


def check(programs: list[Program], tree: Path, temporary: Path, rounds: int) -> Iterator[str]:
    """Checks of a tree: without a cache, filling one, and from it."""
    cache = temporary / "unused"
    off = {program.name: program.command(*program.check, *program.cache_off, str(tree)) for program in programs}
    on = {program.name: program.command(*program.check, str(tree)) for program in programs}
    without = alternate(off, tree, cache, rounds)
    yield report.commands(without, "1.0x")
    counts = {name: findings([*line, "--output-format", "concise"], tree, cache) for name, line in off.items()}
    yield "Findings: " + ", ".join(f"{name} {count:,}" for name, count in counts.items()) + ".\n"
    first, last = {}, {}
    for name, line in on.items():
        folders = [temporary / f"{tree.name}-{name}-{turn}" for turn in range(2)]
        first[name] = Series(tuple(run(line, tree, folder) for folder in folders))
    for name, series in alternate(on, tree, temporary / f"{tree.name}-both", rounds).items():
        last[name] = series
    yield report.caches(without, first, last)


def first(programs: list[Program], text: str, root: Path, cache: Path, rounds: int) -> str:
    """From the start of a server to the first diagnostics."""
    took: dict[str, list[tuple[float, float]]] = {program.name: [] for program in programs}
    for turn in range(rounds):
        for program in programs if turn % 2 == 0 else programs[::-1]:
            took[program.name].append(first_diagnostics(program, text, root, cache))
    ours, peer = ([list(both) for both in zip(*took[name])] for name in (report.OURS, report.PEER))
    label = "start to first diagnostics"
    rows = [
        report.row(f"{label}, best", min(ours[0]), min(peer[0]), report.milliseconds, "50 ms"),
        report.row(f"{label}, median", median(ours[0]), median(peer[0]), report.milliseconds),
        report.row(f"{label}, CPU, mean", mean(ours[1]), mean(peer[1]), report.milliseconds),
    ]
    return report.table(report.HEAD, rows)


if __name__ == "__main__":
    sys.exit(main())
