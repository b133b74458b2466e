"""Asks the real packages of every era what their commands accept.

`python3 tests/oracle/commands.py [ERA]...` imports the console scripts, lets each build its parser, and writes
it down instead of running it: `${XDG_CACHE_HOME:-~/.cache}/hf-lsp/oracle/commands/ERA.json`. No network.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib

from make import HERE, ORACLE, PYTHON, environment

CHILD = r"""
import argparse, importlib, importlib.metadata, json, os, signal, socket, sys, warnings
warnings.simplefilter("ignore")
def refuse(*_, **__):
    raise OSError("no network here")
socket.socket.connect = refuse
socket.getaddrinfo = refuse

class Seen(BaseException):
    pass

def stop(self, *_, **__):
    raise Seen(self)

argparse.ArgumentParser.parse_args = stop
argparse.ArgumentParser.parse_known_args = stop
try:
    import click, typer, typer.main
    typer.Typer.__call__ = stop
    click.Command.__call__ = stop
    click.Command.main = stop
    kinds = [click.Command]
    try:
        # typer brings a click of its own since 0.26
        from typer import _click
        kinds.append(_click.Command)
        _click.Command.main = stop
    except ImportError:
        pass
    COMMANDS = tuple(kinds)
except ImportError:
    click = typer = None
    COMMANDS = ()

def of_action(action):
    nargs = {None: "1"}.get(action.nargs, str(action.nargs))
    choices = action.choices
    return {
        "names": list(action.option_strings),
        "takes": nargs,
        "choices": sorted(map(str, choices)) if choices is not None and not isinstance(choices, range) else None,
        "required": bool(action.required),
    }

def of_parser(parser, path, out):
    row = out[path] = {"options": [], "subs": {}, "needs": 0}
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            by = {}
            for name, child in action.choices.items():
                by.setdefault(id(child), (child, []))[1].append(name)
            for child, names in by.values():
                row["subs"][names[0]] = names[1:]
                of_parser(child, f"{path} {names[0]}", out)
        elif action.option_strings:
            row["options"].append(of_action(action))
        elif action.required:
            row["needs"] += action.nargs if isinstance(action.nargs, int) else 1

def of_command(command, path, out):
    if hasattr(command, "materialize"):
        command = command.materialize()
    row = out[path] = {"options": [], "subs": {}, "needs": 0}
    for param in command.params:
        if param.param_type_name != "option":
            row["needs"] += int(param.required)
            continue
        flag = param.is_flag or param.count
        # typer 0.26 and later keep the type elsewhere
        kind = getattr(param, "type", None) or getattr(param, "type_descriptor", None)
        choices = getattr(kind, "choices", None)
        row["options"].append({
            "names": list(param.opts) + list(param.secondary_opts),
            "takes": "0" if flag else str(param.nargs or 1),
            "choices": sorted(str(getattr(c, "value", c)) for c in choices) if choices else None,
            "required": bool(param.required),
        })
    for key, child in getattr(command, "commands", {}).items():
        names = [name.strip() for name in key.split("|")]
        row["subs"][names[0]] = names[1:]
        of_command(child, f"{path} {names[0]}", out)

def dump(thing, path, out):
    if typer is not None and isinstance(thing, typer.Typer):
        thing = typer.main.get_command(thing)
    if isinstance(thing, argparse.ArgumentParser):
        of_parser(thing, path, out)
    elif isinstance(thing, COMMANDS):
        of_command(thing, path, out)
    else:
        out[path] = {"failed": f"a {type(thing).__name__}"}

out = {}
for library in sys.argv[1:]:
    try:
        points = importlib.metadata.distribution(library).entry_points
    except importlib.metadata.PackageNotFoundError:
        continue
    for point in points:
        if point.group != "console_scripts":
            continue
        sys.argv = [point.name]
        try:
            signal.alarm(300)
            found = point.load()
            if not (typer is not None and isinstance(found, (typer.Typer, *COMMANDS))):
                found()
            dump(found, point.name, out)
        except Seen as seen:
            try:
                dump(seen.args[0], point.name, out)
            except BaseException as error:
                out[point.name] = {"failed": f"{type(error).__name__}: {error}"[:200]}
        except BaseException as error:
            out[point.name] = {"failed": f"{type(error).__name__}: {error}"[:200]}
        if point.name == "trl" and "failed" not in out["trl"]:
            for name in list(out["trl"]["subs"]):
                try:
                    script = importlib.import_module("trl.scripts." + name.replace("-", "_"))
                    if hasattr(script, "make_parser"):
                        of_parser(script.make_parser(), f"trl {name}", out)
                except BaseException as error:
                    out[f"trl {name}"] = {"failed": f"{type(error).__name__}: {error}"[:200]}
print("\n" + json.dumps(out, sort_keys=True))
"""


def main() -> None:
    table = tomllib.loads((HERE / "eras.toml").read_text())["era"]
    folder = ORACLE / "commands"
    folder.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[1:] or table:
        home = ORACLE / "home" / "commands"
        seen = {**environment(table[name], home), "HF_HUB_OFFLINE": "1"}
        libraries = [library for library in table[name] if library != "beside"]
        done = subprocess.run(
            [PYTHON, "-c", CHILD, *libraries],
            capture_output=True, text=True, check=False, env=seen, cwd=home, stdin=subprocess.DEVNULL,
        )
        if done.returncode != 0:
            print(name, done.stderr[-2000:])
            continue
        told = json.loads(done.stdout.splitlines()[-1])
        (folder / f"{name}.json").write_text(json.dumps(told, indent=1, sort_keys=True) + "\n")
        failed = {path: row["failed"] for path, row in told.items() if "failed" in row}
        print(name, f"{len(told) - len(failed)} commands", failed)


if __name__ == "__main__":
    main()
