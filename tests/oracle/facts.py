"""What the store speaks of: the names to ask the real packages for. Reads `src/knowledge/store/*.facts`."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

# Of these only constructors are known; comparing more would compare nothing.
SHALLOW = ("transformers.models.", "timm.models.", "timm.layers.")
STORE = Path(__file__).parents[2] / "src" / "knowledge" / "store"


def names(library: str) -> dict[str, list[str]]:
    """Every name that any release of the library has or had, below its module or class."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    owner = kind = ""
    for line in (STORE / f"{library}.facts").read_text().splitlines()[4:]:
        if not line.startswith("\t"):
            kind, owner = line.split("\t")[0].split(" ", 1)
            found[owner.rpartition(".")[0]].add(owner.rpartition(".")[2])
            continue
        fact, name = line.split("\t")[1:3]
        if fact in ("name", "attr") or (fact == "param" and kind == "class"):
            found[owner].add(name)
    return {path: sorted(inner) for path, inner in found.items() if path}


def packages(library: str) -> list[str]:
    """The packages that the distribution installs."""
    header = (STORE / f"{library}.facts").read_text().splitlines()[:4]
    return header[2].split("\t")[1:]
