"""The two programs, and what running one of their commands costs."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

CODES_OF_A_CHECK = (0, 1)
"""Nothing found, something found; others are failures."""


@dataclass(frozen=True)
class Program:
    """One of the two: how it checks a folder and how it serves."""

    name: str
    path: Path
    check: tuple[str, ...]
    cache_off: tuple[str, ...]
    settings: dict[str, object]

    def command(self, *arguments: str) -> list[str]:
        """A command line of this program."""
        return [str(self.path), *arguments]


def hf_lsp(path: Path) -> Program:
    """hf-lsp, as it is without options."""
    return Program("hf-lsp", path, ("check",), ("--no-cache",), {})


def ruff(path: Path) -> Program:
    """ruff with its rules about the API of one library (Airflow), the nearest to the same work."""
    settings = {"configurationPreference": "editorOnly", "lint": {"select": ["AIR"]}}
    check = ("check", "--select", "AIR", "--isolated")
    return Program("ruff", path, check, ("--no-cache",), {"settings": settings})


@dataclass(frozen=True)
class Cost:
    """What one run took: seconds, and bytes at most."""

    cpu: float
    elapsed: float
    memory: int


@dataclass(frozen=True)
class Series:
    """Several runs of the same command."""

    costs: tuple[Cost, ...]

    def best(self, of: str) -> float:
        """The least of all runs."""
        return min(getattr(cost, of) for cost in self.costs)

    def median(self, of: str) -> float:
        """The middle one."""
        return statistics.median(getattr(cost, of) for cost in self.costs)


def environment(cache: Path) -> dict[str, str]:
    """A surrounding without virtual environments, and with caches of its own."""
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG", "TMPDIR") if key in os.environ}
    return {**kept, "XDG_CACHE_HOME": str(cache), "RUFF_CACHE_DIR": str(cache / "ruff")}


def run(command: list[str], cwd: Path, cache: Path) -> Cost:
    """Runs a command to its end. Its output is written, but to nowhere."""
    begin = time.perf_counter()
    with subprocess.Popen(
        command,
        cwd=cwd,
        env=environment(cache),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        _, status, usage = os.wait4(process.pid, 0)
        elapsed = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in CODES_OF_A_CHECK:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return Cost(usage.ru_utime + usage.ru_stime, elapsed, usage.ru_maxrss * 1024)


def alternate(commands: dict[str, list[str]], cwd: Path, cache: Path, rounds: int) -> dict[str, Series]:
    """Runs each command once in every round, in changing order, after one unmeasured round."""
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for turn in range(rounds + 1):
        for name in sorted(commands, reverse=turn % 2 == 1):
            cost = run(commands[name], cwd, cache)
            if turn > 0:
                costs[name].append(cost)
    return {name: Series(tuple(of)) for name, of in costs.items()}


def findings(command: list[str], cwd: Path, cache: Path) -> int:
    """How many lines a check with short output prints: what was found, and a line or two of summary."""
    done = subprocess.run(command, cwd=cwd, env=environment(cache), capture_output=True, check=False)
    return sum(line.count(b":") >= 3 for line in done.stdout.splitlines())
