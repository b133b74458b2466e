"""The report: Markdown tables with ratios, and plots made of characters."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from growth import Steps, exponent
from programs import Series
from typing_session import PHASES, Session

OURS, PEER = "hf-lsp", "ruff"
BAR = 46


def milliseconds(seconds: float) -> str:
    """Short, with the digits that count."""
    value = seconds * 1000
    return f"{value:.1f} ms" if value < 100 else f"{value:.0f} ms" if value < 10_000 else f"{seconds:.1f} s"


def mebibytes(size: float) -> str:
    """Whole mebibytes, or one digit more for little."""
    return f"{size / 2**20:.1f} MiB"


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of all lies (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -int(-share * len(ordered) // 1) - 1))]


def ratio(ours: float, peer: float) -> str:
    """How many times the peer's."""
    return f"{ours / peer:.2f}x" if peer > 0 else "-"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; numbers to the right."""
    rule = ["---", *("---:" for _ in head[1:])]
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, rule, *rows)) + "\n"


HEAD = ("", OURS, PEER, "ratio", "wanted")


def row(label: str, ours: float, peer: float, show: Callable[[float], str], wanted: str = "") -> list[str]:
    """One quantity of both, and the ratio."""
    return [label, show(ours), show(peer), ratio(ours, peer), wanted]


def commands(series: dict[str, Series], wanted: str) -> str:
    """Cost of one command in both."""
    ours, peer = series[OURS], series[PEER]
    rows = [
        row("CPU, best", ours.best("cpu"), peer.best("cpu"), milliseconds, wanted),
        row("CPU, median", ours.median("cpu"), peer.median("cpu"), milliseconds),
        row("elapsed, best", ours.best("elapsed"), peer.best("elapsed"), milliseconds),
        row("elapsed, median", ours.median("elapsed"), peer.median("elapsed"), milliseconds),
        row("memory, median", ours.median("memory"), peer.median("memory"), mebibytes),
    ]
    return table(HEAD, rows)


def caches(without: dict[str, Series], first: dict[str, Series], second: dict[str, Series]) -> str:
    """Runs without a cache, the run that fills it, and those after."""
    rows = []
    for name in (OURS, PEER):
        base = without[name].best("cpu")
        for label, series in (("filling the cache", first), ("from the cache", second)):
            cpu, elapsed = series[name].best("cpu"), series[name].best("elapsed")
            rows.append([f"{name}, {label}", milliseconds(cpu), milliseconds(elapsed), ratio(cpu, base)])
    return table(("", "CPU, best", "elapsed, best", "CPU against no cache"), rows)


def typing(sessions: dict[str, Session]) -> str:
    """An edit session."""
    ours, peer = sessions[OURS], sessions[PEER]
    rows = [row("open to diagnostics, fresh server", ours.opened[0], peer.opened[0], milliseconds)]
    for phase in PHASES:
        mine, theirs = ours.edits[phase], peer.edits[phase]
        wanted = {0.5: "5 ms, 1.0x", 0.99: "15 ms"}
        for share in (0.5, 0.95, 0.99):
            label = f"edit to diagnostics, {phase} ({len(mine)} edits), p{share * 100:.0f}"
            ends = percentile(mine, share), percentile(theirs, share)
            rows.append(row(label, *ends, milliseconds, wanted.get(share, "") if phase == PHASES[0] else ""))
        each = ours.cpu[phase] / len(mine), peer.cpu[phase] / len(theirs)
        rows.append(row(f"CPU of an edit, {phase}", *each, milliseconds))
    rows.append(row("typing and removing the quote, worst of 6", max(ours.quote), max(peer.quote), milliseconds))
    rows.append(row("memory after opening", ours.first[0], peer.first[0], mebibytes, "40 MiB"))
    rows.append(row("memory at the end", ours.memory[0], peer.memory[0], mebibytes, "40 MiB"))
    rows.append(row("memory, most", ours.memory[1], peer.memory[1], mebibytes))
    rows.append(row("diagnostics of the file", ours.diagnostics, peer.diagnostics, str))
    return table(HEAD, rows)


def growth(steps: Steps, unit: str, linear: str) -> str:
    """Growth as a table and a plot of edits."""
    head = [unit]
    columns = (
        ("open, p50", "open", milliseconds),
        ("edit, p50", "edit", milliseconds),
        ("edit, worst", "edit_worst", milliseconds),
        ("edit, CPU", "edit_cpu", milliseconds),
        ("memory", "memory", mebibytes),
    )
    for what, _, _ in columns:
        head += [f"{what}: {OURS}", PEER]
    rows = []
    for size, both in sorted(steps.items()):
        cells = [f"{size:,}"]
        for _, of, show in columns:
            cells += [show(getattr(both[name], of)) for name in (OURS, PEER)]
        rows.append(cells)
    growths = "; ".join(
        f"{name}: open {exponent(steps, name, 'open'):.2f}, edit {exponent(steps, name, 'edit'):.2f}, "
        f"CPU of an edit {exponent(steps, name, 'edit_cpu'):.2f}, "
        f"memory {exponent(steps, name, 'memory'):.2f}"
        for name in (OURS, PEER)
    )
    note = f"Exponent of growth from the middle step to the last ({linear}): {growths}.\n"
    return "\n".join([table(head, rows), plot(steps, "edit", "edit to diagnostics, p50"), plot(steps, "edit_cpu", "CPU of an edit"), note])


def plot(steps: Steps, of: str, title: str) -> str:
    """Bars, as long as the times are great."""
    most = max(getattr(step, of) for both in steps.values() for step in both.values()) or 1
    lines = [title]
    for size, both in sorted(steps.items()):
        for name, mark in ((OURS, "#"), (PEER, "-")):
            value = getattr(both[name], of)
            bar = mark * max(1, round(value / most * BAR))
            lines.append(f"{size:>9,} {name:<6} {bar} {milliseconds(value)}")
    return "```text\n" + "\n".join(lines) + "\n```\n"
