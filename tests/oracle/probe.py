"""Imports every module of one library and writes what `inspect` and `dir` say of it, as JSON.

Runs inside the environment of one era: `probe.py LIBRARY RELEASE SITE OUT`, once per library.
"""

from __future__ import annotations

import collections
import contextlib
import enum
import importlib
import inspect
import io
import json
import os
import signal
import socket
import sys
import types
import warnings
from pathlib import Path

import facts
import literal
from facts import SHALLOW

LIMIT_S = 120
IGNORED = {"tests", "testing", "benchmark", "benchmarks", "_vendor", "__main__"}
KINDS = {
    inspect.Parameter.POSITIONAL_ONLY: "pos",
    inspect.Parameter.POSITIONAL_OR_KEYWORD: "arg",
    inspect.Parameter.VAR_POSITIONAL: "*",
    inspect.Parameter.KEYWORD_ONLY: "kw",
    inspect.Parameter.VAR_KEYWORD: "**",
}


def module_names(site: Path, packages: list[str]) -> list[str]:
    """Every module in the files of these packages, parents first; nothing is imported for it."""
    found: set[str] = set()
    for package in packages:
        for file in (site / package).rglob("*"):
            if file.suffix not in (".py", ".pyi", ".so"):
                continue
            parts = list(file.relative_to(site).parts)
            parts[-1] = parts[-1].split(".")[0]
            if parts[-1] == "__init__":
                parts.pop()
            if all(part.isidentifier() for part in parts) and not IGNORED & set(parts):
                found.add(".".join(parts))
    return sorted(found, key=lambda name: (name.count("."), name))


def default(value: object, factory: object = None) -> list[str]:
    """`["lit", normal form]`, or `["obj", what it is]`. A field's factory is asked where that does no harm."""
    if factory in (list, dict, set, tuple, str) or getattr(factory, "__name__", "") == "<lambda>":
        with contextlib.suppress(Exception):
            value = factory()
    form = literal.of_value(value)
    if form is not None:
        return ["lit", form]
    if isinstance(value, enum.Enum):
        return ["obj", f".{value.name}"]
    return ["obj", type(value).__qualname__]


def parameters(called: object, drop_first: bool = False) -> list[list[object]] | None:
    """`[name, kind]` of a required parameter, `[name, kind, "lit" | "obj", default]` of another."""
    try:
        found = list(inspect.signature(called).parameters.values())
    except Exception:  # noqa: BLE001 - no signature, whatever the reason
        return None
    # Compiled classes show the `self` of their constructor.
    drop_first |= inspect.isclass(called) and bool(found) and found[0].name in ("self", "$self")
    if drop_first and found and found[0].kind in (found[0].POSITIONAL_ONLY, found[0].POSITIONAL_OR_KEYWORD):
        found = found[1:]
    fields = getattr(called, "__dataclass_fields__", {}) if inspect.isclass(called) else {}
    out: list[list[object]] = []
    for parameter in found:
        entry: list[object] = [parameter.name, KINDS[parameter.kind]]
        if parameter.default is not parameter.empty:
            field = fields.get(parameter.name)
            entry += default(parameter.default, getattr(field, "default_factory", None))
        out.append(entry)
    return out


def is_routine(value: object) -> bool:
    """Whether it is a function, not an object that can be called by accident."""
    return inspect.isroutine(value) or isinstance(value, types.MethodType)


def path_of(value: object) -> str:
    """Where it says that it is defined."""
    return f"{getattr(value, '__module__', None)}.{getattr(value, '__qualname__', None)}"


class Probe:
    """What has been seen of one library."""

    def __init__(self, library: str, packages: list[str]) -> None:
        self.packages = packages
        self.asked = facts.names(library)
        self.modules: dict[str, dict[str, object]] = {}
        self.callables: dict[str, list[list[object]] | None] = {}
        self.classes: dict[str, dict[str, object]] = {}
        self.keys: dict[int, str] = {}
        self.kept: list[object] = []

    def is_own(self, value: object, module: str) -> bool:
        """Whether it belongs to the library, not to something that the library imports."""
        home = getattr(value, "__module__", None)
        home = home if isinstance(home, str) else module
        return home.split(".")[0] in self.packages

    def key(self, value: object, access: str) -> str:
        """One name per object: that of its definition, unless another object has it already."""
        known = self.keys.get(id(value))
        if known is None:
            known = path_of(value)
            taken = known in self.callables or known in self.classes
            if taken or "<" in known or known.startswith("None") or known.endswith("None"):
                known = access
            self.keys[id(value)] = known
            self.kept.append(value)
        return known

    def module(self, name: str) -> None:
        """Imports one module and notes its names."""
        try:
            module = import_module(name)
        except BaseException as error:  # noqa: BLE001 - also `sys.exit` and time limits
            self.modules[name] = {"error": f"{type(error).__name__}: {str(error).splitlines()[:1]}"}
            return
        listed = {text for text in dir(module) if isinstance(text, str)}
        names = {}
        for text in sorted(listed | set(self.asked.get(name, ()))):
            said = self.name(module, name, text, text in listed)
            if said is not None:
                names[text] = said
        self.modules[name] = {"names": names}

    def name(self, module: types.ModuleType, path: str, text: str, listed: bool) -> str | None:
        """What a name of a module is: a code, `:`, and for own callables their key."""
        try:
            value = getattr(module, text)
        except AttributeError:
            return "error" if listed else None
        except BaseException:  # noqa: BLE001 - there, but its backend is not
            return "error"
        if isinstance(value, types.ModuleType):
            return "module"
        if not self.is_own(value, path):
            return "foreign"
        if inspect.isclass(value):
            key = self.key(value, f"{path}.{text}")
            self.add_class(value, key)
            return f"class:{key}"
        if is_routine(value) or hasattr(value, "__wrapped__"):
            key = self.key(value, f"{path}.{text}")
            if key not in self.callables:
                self.callables[key] = parameters(value)
            return f"def:{key}"
        return "value"

    def add_class(self, cls: type, key: str) -> None:
        """A class with its constructor, its own members and its order of bases."""
        if key in self.classes:
            return
        entry: dict[str, object] = {"init": parameters(cls)}
        self.classes[key] = entry
        if stands_in(cls):
            entry["dummy"] = True
            return
        order = []
        for base in cls.__mro__[1:]:
            is_own = self.is_own(base, "")
            path = self.key(base, path_of(base)) if is_own else path_of(base)
            order.append(path)
            if is_own:
                self.add_class(base, path)
            elif path not in self.classes:
                self.classes[path] = {"foreign": True, "own": dict.fromkeys(sorted(map(str, vars(base))), "")}
        entry["mro"] = order
        shallow = f"{getattr(cls, '__module__', '')}.".startswith(SHALLOW)
        entry["own"] = {
            text: self.member(cls, text, raw, f"{key}.{text}", shallow)
            for text, raw in vars(cls).items()
            if isinstance(text, str) and text != "_abc_impl"
        }
        known = {text for base in cls.__mro__ for text in vars(base)}
        entry["extra"] = [text for text in self.asked.get(key, ()) if text not in known and has(cls, text)]

    def member(self, cls: type, text: str, raw: object, key: str, shallow: bool) -> str:
        """What a name of a class is."""
        if isinstance(raw, property):
            return "property"
        is_public = not text.startswith("_") or text == "__call__"
        if shallow or not is_public:
            return "def" if is_routine(raw) else "value"
        if isinstance(raw, staticmethod):
            self.callables[key] = parameters(raw.__func__)
        elif isinstance(raw, classmethod):
            with contextlib.suppress(Exception):
                self.callables[key] = parameters(getattr(cls, text))
        elif inspect.isfunction(raw) or hasattr(raw, "__wrapped__") or inspect.ismethoddescriptor(raw):
            if not callable(raw):
                return "value"
            self.callables[key] = parameters(raw, drop_first=True)
        else:
            return "class" if inspect.isclass(raw) else "value"
        return f"def:{key}"


def stands_in(cls: type) -> bool:
    """Whether it is put in the place of a class whose backend is not installed."""
    placeholder = any("<locals>.Placeholder" in base.__qualname__ for base in cls.__mro__)
    return type(cls).__name__ == "DummyObject" or placeholder


def has(cls: type, text: str) -> bool:
    """`hasattr` that takes any complaint for a yes: something answered for that name."""
    try:
        getattr(cls, text)
    except AttributeError:
        return False
    except BaseException:  # noqa: BLE001
        return True
    return True


def import_module(name: str) -> types.ModuleType:
    """Imports within a limit of processor time, without output and without arguments to read."""

    def too_long(*_: object) -> None:
        raise TimeoutError(f"no end after {LIMIT_S} s of computing")

    signal.signal(signal.SIGPROF, too_long)
    signal.setitimer(signal.ITIMER_PROF, LIMIT_S)
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            return importlib.import_module(name)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def refuse(*_: object, **__: object) -> None:
    """Stands in for everything that would reach out."""
    raise OSError("no network while probing")


def main() -> None:
    library, release, site, out = sys.argv[1:]
    sys.argv = ["probe"]
    os.environ.update(HF_HUB_OFFLINE="1", TQDM_DISABLE="1", CUDA_VISIBLE_DEVICES="", USE_TF="0")
    warnings.simplefilter("ignore")
    socket.socket.connect = refuse  # type: ignore[method-assign]
    sys.setrecursionlimit(10_000)
    packages = facts.packages(library)
    probe = Probe(library, packages)
    for name in module_names(Path(site), packages):
        probe.module(name)
    failed = collections.Counter("error" in entry for entry in probe.modules.values())
    result = {
        "library": library,
        "release": release,
        "modules": probe.modules,
        "classes": probe.classes,
        "callables": probe.callables,
    }
    Path(out).write_text(json.dumps(result, separators=(",", ":")))
    sys.stderr.write(f"{library} {release}: {failed[False]} modules imported, {failed[True]} not\n")
    sys.stderr.flush()
    os._exit(0)  # threads that libraries have left behind shall not hold us up


if __name__ == "__main__":
    main()
