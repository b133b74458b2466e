"""Fills in what could not be imported, by griffe's reading of the same sources.

`static.py LIBRARY RELEASE SITE ANSWER` rewrites the answer that `probe.py` left.
"""

from __future__ import annotations

import ast
import json
import logging
import sys
from pathlib import Path

import griffe
import literal
from facts import SHALLOW

KINDS = {
    griffe.ParameterKind.positional_only: "pos",
    griffe.ParameterKind.positional_or_keyword: "arg",
    griffe.ParameterKind.var_positional: "*",
    griffe.ParameterKind.keyword_only: "kw",
    griffe.ParameterKind.var_keyword: "**",
}


def parameters(found: griffe.Parameters, drop_first: bool) -> list[list[object]]:
    """In the form that `probe.py` writes."""
    out: list[list[object]] = []
    for parameter in list(found)[int(drop_first) :]:
        entry: list[object] = [parameter.name, KINDS[parameter.kind]]
        if parameter.kind.value.startswith("variadic"):
            pass
        elif parameter.default is not None:
            form = literal.of_source(str(parameter.default))
            entry += ["lit", form] if form is not None else ["obj", str(parameter.default)]
        out.append(entry)
    return out


def is_plain(function: griffe.Function) -> bool:
    """Whether nothing but `self` stands between its definition and its signature."""
    names = {str(decorator.value).split("(")[0].split(".")[-1] for decorator in function.decorators}
    return names <= {"staticmethod", "classmethod", "abstractmethod", "no_grad", "wraps"}


def add(module: griffe.Module, answer: dict[str, dict[str, object]]) -> None:
    """The names of one module, its functions, and the methods of its classes."""
    names: dict[str, str] = {}
    for name, member in module.members.items():
        if member.is_alias:
            names[name] = "foreign"
        elif member.is_function:
            names[name] = f"def:{member.path}"
            if is_plain(member):
                answer["callables"].setdefault(member.path, parameters(member.parameters, False))
        elif member.is_class:
            names[name] = f"class:{member.path}"
            add_class(member, answer)
        else:
            names[name] = "module" if member.is_module else "value"
    answer["modules"][module.path] |= {"names": names, "static": True}


def add_class(cls: griffe.Class, answer: dict[str, dict[str, object]]) -> None:
    """A class: its own methods, and its constructor where it has its own."""
    own: dict[str, str] = {}
    for name, member in cls.members.items():
        own[name] = "value"
        if member.is_alias or not member.is_function or not is_plain(member):
            continue
        own[name] = "def"
        if not name.startswith("_") and not f"{cls.path}.".startswith(SHALLOW):
            own[name] = f"def:{member.path}"
            is_static = "staticmethod" in member.labels
            answer["callables"].setdefault(member.path, parameters(member.parameters, not is_static))
    init = cls.members.get("__init__")
    plain = init is not None and not init.is_alias and init.is_function and is_plain(init)
    answer["classes"].setdefault(
        cls.path, {"static": True, "init": parameters(init.parameters, True) if plain else None, "own": own}
    )


def conditional(body: list[ast.stmt], inside: bool = False) -> set[str]:
    """The names that a module binds only behind an `if`, `try` or the like."""
    found: set[str] = set()
    for node in body:
        if inside:
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                found |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                found.add(node.name)
            else:
                targets = [*getattr(node, "targets", ()), getattr(node, "target", None)]
                walked = (inner for target in targets if target for inner in ast.walk(target))
                found |= {inner.id for inner in walked if isinstance(inner, ast.Name)}
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            for part in ("body", "orelse", "finalbody"):
                found |= conditional(getattr(node, part, []), True)
            for handler in getattr(node, "handlers", []):
                found |= conditional(handler.body, True)
    return found


def source(name: str, site: Path) -> tuple[Path, str]:
    """The file and text of a module; no text where it is compiled."""
    path = site.joinpath(*name.split("."))
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return file, file.read_text() if file.exists() else ""


def main() -> None:
    library, release, site, out = sys.argv[1:]
    logging.disable(logging.CRITICAL)
    answer = json.loads(Path(out).read_text())
    missing = [name for name, entry in answer["modules"].items() if "error" in entry]
    filled = 0
    for name in missing:
        file, text = source(name, Path(site))
        if text:
            add(griffe.visit(name, filepath=file, code=text), answer)
            filled += 1
    for name, entry in answer["modules"].items():
        if found := conditional(ast.parse(source(name, Path(site))[1]).body):
            entry["conditional"] = sorted(found)
    Path(out).write_text(json.dumps(answer, separators=(",", ":")))
    imported = len(answer["modules"]) - len(missing)
    print(f"{library} {release}: {imported} imported, {filled} read, {len(missing) - filled} neither", file=sys.stderr)


if __name__ == "__main__":
    main()
