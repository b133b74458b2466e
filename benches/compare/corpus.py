"""The texts that are measured: made from pinned wheels, the same on every machine."""

from __future__ import annotations

import ast
import os
import random
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, zip_longest
from pathlib import Path

RUFF = "ruff==0.17.6"
TRANSFORMERS = "transformers==5.23.0"
PACKAGES = (
    "adapters==1.3.0",
    "axolotl==0.19.0",
    "llamafactory==0.9.5",
    "lm_eval==0.4.13",
    "setfit==1.1.3",
    "simpletransformers==0.70.1",
    "span-marker==1.8.1",
    "unsloth==2026.10.9",
    "unsloth_zoo==2026.10.9",
)
PINS = (
    TRANSFORMERS,
    "trl==1.16.0",
    "peft==0.21.0",
    "datasets==5.2.0",
    "huggingface_hub==2.4.0",
    "accelerate==1.15.0",
    "diffusers==0.42.0",
)
SCRIPT_LINES = 50_000
SHORT_LINES = 1_500
LONG_LINES = 5_300

LIBRARIES = "transformers|trl|peft|datasets|huggingface_hub|accelerate|diffusers|sentence_transformers|evaluate|tokenizers"
IMPORTS = re.compile(rf"^[ \t]*(?:import|from)[ \t]+(?:{LIBRARIES})\b", re.MULTILINE)
RELATIVE = re.compile(r"from\s+(\.+)(\w*)")


@dataclass(frozen=True)
class Trees:
    """What the wheels gave, on disk."""

    ruff: Path
    """The program."""
    scripts: Path
    wheel: Path


@dataclass(frozen=True)
class Files:
    """Texts of single files."""

    short: str
    long: str
    pieces: tuple[str, ...]
    """Top-level statements of scripts, to build files of any size from."""


def cache_folder() -> Path:
    """Where downloads and trees are kept between runs."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "hf-lsp" / "compare"


def prepare(folder: Path) -> Trees:
    """Downloads what is missing and makes the trees."""
    wheels = download(folder / "wheels")
    ruff = unpack(wheels, RUFF, folder / "ruff")
    program = next(path for path in ruff.rglob("scripts/ruff*") if path.is_file())
    program.chmod(0o755)
    wheel = unpack(wheels, TRANSFORMERS, folder / "wheel")
    sources = [unpack(wheels, package, folder / "packages") for package in PACKAGES]
    return Trees(program, make_scripts(sources, folder / "scripts"), wheel)


def make_files(trees: Trees) -> Files:
    """Puts together the files that are edited; takes some memory."""
    paths = sorted(trees.scripts.rglob("*.py"))
    trainer = trees.wheel / "transformers" / "trainer.py"
    pieces = list(statements(paths, trees.scripts))
    return Files(
        short=assemble(statements(training_first(paths), trees.scripts), SHORT_LINES),
        long=assemble([*statements([trainer], trees.wheel), *pieces], LONG_LINES),
        pieces=tuple(pieces),
    )


def download(folder: Path) -> Path:
    """Fetches the pinned wheels with pip, those only that are not there; no dependencies."""
    missing = [pin for pin in (RUFF, TRANSFORMERS, *PACKAGES) if find(folder, pin) is None]
    if missing:
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary", ":all:"]
        subprocess.run([*command, "-d", str(folder), *missing], check=True)
    return folder


def find(folder: Path, pin: str) -> Path | None:
    """The wheel of `name==version`."""
    name, version = pin.split("==")
    return next(iter(sorted(folder.glob(f"{name.replace('-', '_')}-{version}-*.whl"))), None)


def unpack(wheels: Path, pin: str, parent: Path) -> Path:
    """The unpacked wheel; a half-unpacked one never bears the final name."""
    target = parent / pin.replace("==", "-")
    if not target.exists():
        wheel = find(wheels, pin)
        if wheel is None:
            raise SystemExit(f"pip left no wheel of {pin} in {wheels}")
        partial = parent / (target.name + ".partial")
        shutil.rmtree(partial, ignore_errors=True)
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(partial)
        partial.rename(target)
    return target


def make_scripts(sources: list[Path], folder: Path) -> Path:
    """Files that import a library, one of each package in turns, sorted by path, until there are enough lines."""
    shutil.rmtree(folder, ignore_errors=True)
    turns = zip_longest(*([(source, path) for path in sorted(source.rglob("*.py"))] for source in sources))
    lines = 0
    for source, path in filter(None, chain.from_iterable(turns)):
        text = path.read_text(encoding="utf-8", errors="replace")
        if lines >= SCRIPT_LINES or not IMPORTS.search(text):
            continue
        target = folder / path.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        lines += text.count("\n")
    (folder / "requirements.txt").write_text(requirements(), encoding="utf-8")
    return folder


def requirements() -> str:
    """The releases that the scripts are checked against."""
    return "".join(f"{pin}\n" for pin in PINS)


def training_first(files: list[Path]) -> list[Path]:
    """Files that name training before the others."""
    return sorted(files, key=lambda path: ("train" not in path.name, str(path)))


def statements(files: Iterable[Path], root: Path) -> Iterator[str]:
    """The top-level statements of files as text, imports made absolute, `__future__` left out."""
    for path in files:
        text = path.read_text(encoding="utf-8")
        try:
            module = ast.parse(text)
        except SyntaxError:
            continue
        lines = absolute(text.splitlines(), module, path.relative_to(root).parts[:-1])
        end = 0
        for node in module.body:
            start, end = max(end, first_line(node) - 1), max(end, node.end_lineno or 0)
            future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
            if start < end and not future:
                yield "\n".join(lines[start:end]) + "\n"


def first_line(node: ast.stmt) -> int:
    """The line on which a statement begins, decorators included."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def absolute(lines: list[str], module: ast.Module, package: tuple[str, ...]) -> list[str]:
    """The lines with `from .x` spelt out, as a script would write it."""
    for node in ast.walk(module):
        if not isinstance(node, ast.ImportFrom) or not 0 < node.level <= len(package):
            continue
        base = package[: len(package) - node.level + 1]

        def spell(found: re.Match[str], base: tuple[str, ...] = base) -> str:
            return "from " + ".".join([*base, found[2]] if found[2] else base)

        lines[node.lineno - 1] = RELATIVE.sub(spell, lines[node.lineno - 1], count=1)
    return lines


def assemble(pieces: Iterable[str], lines: int) -> str:
    """Whole statements, in order, until there are so many lines; one that goes far beyond is left out."""
    text, count = [], 0
    for piece in pieces:
        size = piece.count("\n") + 1
        if count + size > lines * 1.02:
            continue
        text.append(piece)
        count += size
        if count >= lines * 0.99:
            break
    return checked("\n".join(text))


def of_size(pieces: tuple[str, ...], size: int, seed: int) -> str:
    """A file of about so many bytes; imports of the first piece are kept in front."""
    order = list(pieces)
    random.Random(seed).shuffle(order)
    order.sort(key=lambda piece: not piece.startswith(("import ", "from ")))
    header = [piece for piece in order if piece.startswith(("import ", "from "))][:20]
    body = order[len([piece for piece in order if piece.startswith(("import ", "from "))]) :]
    text, count, at = header, sum(map(len, header)), 0
    while count < size:
        piece = body[at % len(body)]
        at += 1
        if len(piece) <= max(2_000, size // 5):
            text.append(piece)
            count += len(piece) + 1
    return checked("\n".join(text))


def checked(text: str) -> str:
    """The text, which must be Python."""
    ast.parse(text)
    return text
