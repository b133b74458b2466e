"""Makes the calls that should raise, each with the real packages of an era.

`python3 tests/oracle/refusals.py ERA CASES TOLD` reads a list of cases and writes what happened: the name of
the exception's class, `-` where there was none, `import NAME` where the callable could not be imported.
Calls run in processes of their own, without network and within limits of time.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

from make import HERE, ORACLE, PYTHON, environment

CHILD = r"""
import importlib, io, json, os, signal, socket, sys, warnings
warnings.simplefilter("ignore")
def refuse(*_, **__):
    raise OSError("no network here")
socket.socket.connect = refuse
socket.getaddrinfo = refuse
def late(*_):
    raise TimeoutError("too slow")
signal.signal(signal.SIGALRM, late)
out = os.fdopen(os.dup(1), "w")
sys.stdout = sys.stderr = io.StringIO()
for line in sys.stdin:
    case = json.loads(line)
    package, name = case["symbol"].rsplit(".", 1)
    signal.alarm(60)
    try:
        scope = {name: getattr(importlib.import_module(package), name)}
    except BaseException as error:
        told = "import " + type(error).__name__
    else:
        try:
            eval(case["call"], scope)
            told = "-"
        except BaseException as error:
            told = type(error).__name__
    signal.alarm(0)
    print(json.dumps(told), file=out, flush=True)
"""


def main() -> None:
    name, cases, told = sys.argv[1], json.loads(Path(sys.argv[2]).read_text()), Path(sys.argv[3])
    era = tomllib.loads((HERE / "eras.toml").read_text())["era"][name]
    home = ORACLE / "home" / "refusals"
    seen = {**environment(era, home), "HF_HUB_OFFLINE": "1"}
    answers: list[str] = []
    while len(answers) < len(cases):
        rest = cases[len(answers) :]
        lines = "".join(json.dumps(case) + "\n" for case in rest)
        done = subprocess.run(
            [PYTHON, "-c", CHILD], input=lines, capture_output=True, text=True, check=False, env=seen, cwd=home
        )
        answers += [json.loads(line) for line in done.stdout.splitlines()]
        # A call that ends the process is told as such, and the next one goes on in another.
        if len(answers) < len(cases):
            answers.append("SystemExit")
    told.write_text(json.dumps(answers, indent=0))


if __name__ == "__main__":
    main()
