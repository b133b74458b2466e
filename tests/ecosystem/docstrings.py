"""Examples in docstrings, as files that can be checked."""

import ast
import re
import textwrap
import zipfile
from pathlib import Path

FENCE = re.compile(r"^([ \t]*)```[ \t]*(?:python3?|py|pycon)\b[^\n]*\n(.*?)^[ \t]*```", re.S | re.M)


def extract(wheel: Path, into: Path) -> None:
    """Writes every example of a wheel into a file named after its module and line."""
    with zipfile.ZipFile(wheel) as archive:
        for name in sorted(archive.namelist()):
            if not name.endswith(".py"):
                continue
            data = archive.read(name)
            if b">>>" not in data and b"```" not in data:
                continue
            for line, text in strings(data):
                example = code(text)
                if example:
                    target = into / f"{name[:-3]}.{line}.py"
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_text(example, encoding="utf-8")


def strings(data: bytes):
    """Line and value of every string constant of a module that may hold an example."""
    try:
        tree = ast.parse(data)
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if ">>>" in node.value or "```" in node.value:
                yield node.lineno, node.value


def code(text: str) -> str:
    """The code of a docstring: its Python fences and what stands behind prompts outside of them."""
    parts = [plain(textwrap.dedent(match[2])) for match in FENCE.finditer(text)]
    parts.append(prompted(FENCE.sub("", text)))
    return "\n".join(part for part in parts if part.strip())


def plain(block: str) -> str:
    """A block as it stands, or what stands behind its prompts where it has any."""
    return prompted(block) if re.search(r"^\s*>>>", block, re.M) else block


def prompted(text: str) -> str:
    """The lines behind `>>>` and `...`; what a session printed falls away."""
    kept, inside = [], False
    for line in text.splitlines():
        match = re.match(r"\s*(>>>|\.\.\.)(?: (.*)|)$", line)
        if match and (match[1] == ">>>" or inside):
            kept.append(match[2] or "")
            inside = True
        else:
            inside = False
    return "\n".join(kept) + "\n" if kept else ""
