"""Draws the pictures of docs/performance.md from its own tables: plot.py [--check]

So a picture never says something else than the page. With --check nothing is written, and what is not current is told.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/performance.md"
FRAME = 16.0  # ms

STYLE = """<style>.card{fill:#fff}text{fill:#3b4252}.soft{fill:#57606a}.a{fill:#0b7285}.b{fill:#b4bcc8}.line{stroke:#c5382c}
.dot{fill:#0b7285}.end{fill:#d9822b}.range{stroke:#8b949e;stroke-opacity:.6;stroke-width:3}
@media(prefers-color-scheme:dark){.card{fill:#1f2430}text{fill:#ced3de}.soft{fill:#aab2c2}.a{fill:#3bc9db}.b{fill:#5d6678}
.line{stroke:#ff6b6b}.dot{fill:#3bc9db}.end{fill:#ffb454}}</style>"""

# The label in the picture, and how the row of the table begins.
BESIDE = [
    ("1.2 million lines, nothing cached (CPU)", "transformers wheel"),
    ("101 scripts, nothing cached (CPU)", "101 files"),
    ("101 scripts, second run (CPU)", "second run over the 101 files"),
    ("edit to diagnostics, 1,485 lines", "edit to diagnostics, 1,485"),
    ("the same behind a stray quote", "the same behind a stray"),
    ("edit to diagnostics, 5,248 lines", "edit to diagnostics, 5,248"),
    ("start to first diagnostics", "start to first diagnostics"),
    ("memory after 800 edits", "memory of the server"),
]

# The label, how the row begins, and which cells are the median and what is nearly the worst.
ANSWERS = [
    ("edit, 1,485 lines", "edit to diagnostics, 1,485", 1, 1),
    ("edit, 5,248 lines", "edit to diagnostics, 5,248", 1, 1),
    ("completion", "completion", 1, 2),
    ("signature help", "signature help", 1, 2),
    ("hover", "1,000 hovers", 1, 2),
    ("a plan of 1,975 lines: edit", "a character in the plan", 1, 2),
    ("a script with its plan: edit", "a character in a script", 1, 2),
    ("grey text in the plan", "grey text", 1, 2),
]


def row(page: str, start: str) -> list[str]:
    """The cells of the row that begins so."""
    for line in page.splitlines():
        cells = [cell.strip().replace("**", "").replace("`", "") for cell in line.strip().strip("|").split("|")]
        if line.startswith("|") and cells[0].startswith(start):
            return cells
    raise SystemExit(f"docs/performance.md has no row that begins with {start!r}")


def figures(cell: str) -> list[tuple[float, str]]:
    """The numbers of a cell with their units; one that stands before a slash has the unit behind it."""
    unit = re.search(r"(ms|s|MiB)\b", cell)
    found = re.findall(r"([\d.]+)(?: (ms|s|MiB)\b)?", cell)
    return [(float(number), own or (unit[1] if unit else "")) for number, own in found]


def svg(height: int, title: str, parts: list[str]) -> str:
    """A picture on a card of its own, so that it can be read on any background."""
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 {height}" font-family="sans-serif" font-size="13" role="img">'
    card = f'<rect class="card" width="760" height="{height}" rx="8"/>'
    return "\n".join([head, f"<title>{title}</title>", STYLE, card, *parts, "</svg>", ""])


def beside(page: str) -> str:
    """Pairs of bars, each pair to its own scale: less is better."""
    parts = ['<rect class="a" x="290" y="16" width="12" height="12" rx="2"/><text x="308" y="27">hf-lsp</text>']
    parts.append('<rect class="b" x="370" y="16" width="12" height="12" rx="2"/><text x="388" y="27">ruff, on the same files (shorter is better)</text>')
    for at, (label, start) in enumerate(BESIDE):
        cells = row(page, start)
        top = 48 + at * 44
        pair = [figures(cell)[0] for cell in cells[1:3]]
        most = max(value for value, _ in pair)
        parts.append(f'<text x="276" y="{top + 19}" text-anchor="end">{label}</text>')
        for kind, below, (value, unit) in zip("ab", (0, 16), pair, strict=True):
            width = max(2.0, 380 * value / most)
            parts.append(f'<rect class="{kind}" x="290" y="{top + below}" width="{width:.1f}" height="13" rx="2"/>')
            parts.append(f'<text class="soft" x="{296 + width:.1f}" y="{top + below + 11}" font-size="12">{value:g} {unit}</text>')
    return svg(48 + len(BESIDE) * 44 + 4, "Cost of hf-lsp beside ruff", parts)


def answers(page: str) -> str:
    """Medians and what is nearly the worst, beside one frame of a screen."""
    scale = 420 / 25
    bottom = 48 + len(ANSWERS) * 30
    frame = 240 + FRAME * scale
    parts = ['<circle class="dot" cx="296" cy="22" r="5"/><text x="308" y="27">median</text>']
    parts.append('<circle class="end" cx="386" cy="22" r="5"/><text x="398" y="27">99 %, or the worst where the page says so</text>')
    parts.append(f'<path class="line" stroke-dasharray="4 4" d="M{frame:.1f} 40V{bottom}"/>')
    for tick in range(0, 26, 5):
        parts.append(f'<text class="soft" x="{240 + tick * scale:.1f}" y="{bottom + 20}" text-anchor="middle" font-size="12">{tick}</text>')
    parts.append(f'<text class="soft" x="{240 + 25 * scale + 28:.1f}" y="{bottom + 20}" font-size="12">ms</text>')
    parts.append(f'<text class="soft" x="{frame:.1f}" y="{bottom + 36}" text-anchor="middle" font-size="12">one frame</text>')
    for at, (label, start, median, worst) in enumerate(ANSWERS):
        cells = row(page, start)
        low, high = figures(cells[median])[0][0], figures(cells[worst])[-1][0]
        x, far, y = 240 + low * scale, 240 + high * scale, 60 + at * 30
        parts.append(f'<text x="226" y="{y + 4}" text-anchor="end">{label}</text>')
        parts.append(f'<path class="range" d="M{x:.1f} {y}H{far:.1f}"/><circle class="dot" cx="{x:.1f}" cy="{y}" r="5"/>')
        parts.append(f'<circle class="end" cx="{far:.1f}" cy="{y}" r="5"/>')
        parts.append(f'<text class="soft" x="{far + 10:.1f}" y="{y + 4}" font-size="12">{low:g} to {high:g}</text>')
    return svg(bottom + 48, "Time of answers, in milliseconds", parts)


def main() -> int:
    """Writes both pictures; with --check ends with 1 where one is not current."""
    page, stale = PAGE.read_text(encoding="utf-8"), 0
    for name, draw in (("beside-ruff", beside), ("answers", answers)):
        path, picture = ROOT / f"docs/images/{name}.svg", draw(page)
        if "--check" not in sys.argv:
            path.write_text(picture, encoding="utf-8")
        elif not path.is_file() or path.read_text(encoding="utf-8") != picture:
            print(f"{path.relative_to(ROOT)} is not current: python3 benches/compare/plot.py draws it anew")
            stale += 1
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
