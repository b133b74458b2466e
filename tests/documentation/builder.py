"""What Hugging Face's own documentation builder reads out of docstrings.

Reads lines of JSON, {"candidates": [paths of definitions], "name": parameter}, and the folder with the packages as its
argument; writes for each line the text of the parameter's entry in the first candidate that has one, or null. Packages are
parsed, never imported.
"""

import ast
import functools
import json
import pathlib
import re
import sys

from doc_builder.convert_rst_to_mdx import parse_rst_docstring

SITE = pathlib.Path(sys.argv[1])
TREES = {}


def tree(module):
    """The syntax tree of a module, or None."""
    if module not in TREES:
        base = SITE.joinpath(*module.split("."))
        found = None
        for path in (base / "__init__.py", base.with_suffix(".py")):
            if path.is_file():
                found = ast.parse(path.read_text(encoding="utf-8"))
                break
        TREES[module] = found
    return TREES[module]


def children(body):
    for node in body:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node
        for name in ("body", "orelse", "handlers"):
            if isinstance(node, (ast.If, ast.Try, ast.With, ast.ExceptHandler)):
                yield from children(getattr(node, name, []))


def definition(path):
    """The node that a path names."""
    parts = path.split(".")
    for end in range(len(parts) - 1, 0, -1):
        found = tree(".".join(parts[:end]))
        if found is None:
            continue
        for part in parts[end:]:
            found = next((child for child in children(found.body) if child.name == part), None)
            if found is None:
                return None
        return found
    return None


@functools.cache
def docstrings(path):
    """The docstrings that speak about the arguments of a definition."""
    return list(texts(path))


def texts(path):
    node = definition(path)
    if node is None:
        return
    yield ast.get_docstring(node, clean=False)
    if isinstance(node, ast.ClassDef):
        for child in children(node.body):
            if child.name in ("__init__", "__new__"):
                yield ast.get_docstring(child, clean=False)


ENTRY = re.compile(r"^(?:- \*\*(?P<bold>.*?)\*\*(?P<rest>.*?)|\s*(?P<bare>\S+)) --(?P<text>.*)$")


@functools.cache
def entries(docstring):
    """Name -> text of every entry of the lists of parameters."""
    parsed = parse_rst_docstring(docstring)
    found = {}
    for block in re.findall(r"<parameters>(.*?)</parameters>", parsed, re.DOTALL):
        names, lines = [], []
        for line in block.split("\n") + ["- **** --"]:
            match = ENTRY.match(line)
            if match is None and not re.match(r"> \S", line):
                lines.append(line)
                continue
            for name in names:
                found.setdefault(name, " ".join("\n".join(lines).split()))
            names, lines = [], []
            if match is not None:
                intro = match["bare"] or match["bold"] + match["rest"]
                names = [name.strip(" *`") for name in re.split(r"[,/]", intro.split("(")[0])]
                lines = [match["text"]]
    return found


def answer(question):
    for path in question["candidates"]:
        for docstring in docstrings(path):
            try:
                text = entries(docstring or "").get(question["name"])
            except IndexError:  # a heading at the very end
                continue
            if text:
                return text
    return None


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))))
