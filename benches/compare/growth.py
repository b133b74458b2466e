"""How cost grows: with the size of a file, with the number of open files."""

from __future__ import annotations

import random
import statistics
from contextlib import ExitStack
from dataclasses import dataclass
from math import log
from pathlib import Path

from corpus import of_size
from lsp import Server
from programs import Program

SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000)
"""Bytes of a file."""
OPEN = (1, 10, 50, 100, 200)
"""Documents."""
SIZE_OF_EACH = 20_000
"""Bytes of each of many documents."""


@dataclass(frozen=True)
class Step:
    """What one server did at one step: seconds, and bytes."""

    open: float
    edit: float
    edit_worst: float
    edit_cpu: float
    """Processor time of an edit."""
    memory: int


Steps = dict[int, dict[str, Step]]


def by_size(programs: list[Program], pieces: tuple[str, ...], root: Path, cache: Path, edits: int) -> Steps:
    """One file of each size, in servers of its own; edits in the middle."""
    steps: Steps = {}
    for size in SIZES:
        text = of_size(pieces, size, seed=size)
        with ExitStack() as stack:
            servers = [stack.enter_context(Server(program, root, cache)) for program in programs]
            opened: dict[str, list[float]] = {server.name: [] for server in servers}
            for server in servers:
                server.open("warm_up.py", "import transformers\n")
            for turn in range(5):
                for server in servers:
                    opened[server.name].append(server.open(f"file_{turn}.py", text))
                    if turn < 4:
                        server.close(f"file_{turn}.py")
            at = text.count("\n") // 2
            before = {server.name: server.cpu() for server in servers}
            took = {server.name: type_calls(server, "file_4.py", at, edits) for server in servers}
            steps[len(text.encode())] = summary(servers, opened, took, before)
    return steps


def by_number(programs: list[Program], pieces: tuple[str, ...], root: Path, cache: Path, edits: int) -> Steps:
    """More and more open documents in the same two servers; edits in random ones of them."""
    steps: Steps = {}
    choose = random.Random(7)
    texts = [of_size(pieces, SIZE_OF_EACH, seed=number) for number in range(max(OPEN))]
    with ExitStack() as stack:
        servers = [stack.enter_context(Server(program, root, cache)) for program in programs]
        there = 0
        for count in OPEN:
            opened: dict[str, list[float]] = {server.name: [] for server in servers}
            for number in range(there, count):
                for server in servers:
                    opened[server.name].append(server.open(f"doc_{number}.py", texts[number]))
            there = count
            took: dict[str, list[float]] = {server.name: [] for server in servers}
            before = {server.name: server.cpu() for server in servers}
            for _ in range(max(1, edits // 6)):
                number = choose.randrange(count)
                for server in servers:
                    took[server.name] += type_calls(server, f"doc_{number}.py", texts[number].count("\n"), 6)
            steps[count] = summary(servers, opened, took, before)
    return steps


Times = dict[str, list[float]]


def summary(servers: list[Server], opened: Times, took: Times, before: dict[str, float]) -> dict[str, Step]:
    """What each server did since `before`, its processor time at the first edit."""
    return {
        server.name: Step(
            open=statistics.median(opened[server.name]),
            edit=statistics.median(took[server.name]),
            edit_worst=max(took[server.name]),
            edit_cpu=(server.cpu() - before[server.name]) / len(took[server.name]),
            memory=server.memory()[0],
        )
        for server in servers
    }


def type_calls(server: Server, name: str, line: int, edits: int) -> list[float]:
    """Types into a fresh line before `line`, character by character: a call, over and over."""
    server.edit(name, line, 0, 0, "\n")
    typed = "Trainer(model=model)\n"
    took, column = [], 0
    for number in range(edits):
        character = typed[number % len(typed)]
        took.append(server.edit(name, line, column, 0, character))
        line, column = (line + 1, 0) if character == "\n" else (line, column + 1)
    return took


def exponent(steps: Steps, name: str, of: str) -> float:
    """How the last step compares with the middle one: 1 is linear, 0 is constant."""
    sizes = sorted(steps)
    low, high = sizes[len(sizes) // 2], sizes[-1]
    values = [max(getattr(steps[size][name], of), 1e-9) for size in (low, high)]
    return log(values[1] / values[0]) / log(high / low)
