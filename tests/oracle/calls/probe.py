"""Runs calls against one real release and says what happened to each: reads cases as JSON lines, writes answers as JSON lines.

A case is {id, setup, without, with, argument}: `setup` runs once for all cases that share it, then `without` and `with` run in
forked children, so that what is said only once per process is heard by each. What `without` says is not about the argument.
"""
import contextlib
import importlib
import io
import itertools
import json
import logging
import os
import re
import signal
import sys
import tempfile
import traceback
import warnings

LIBRARIES = ("transformers", "trl", "datasets", "huggingface_hub", "diffusers", "accelerate", "peft", "sentence_transformers",
             "evaluate", "smolagents", "tokenizers", "safetensors", "optimum")  # fmt: skip
SECONDS = 180


class Ear(logging.Handler):
    """Collects log records of level warning and above."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.heard = []

    def emit(self, record):
        with contextlib.suppress(Exception):
            self.heard.append(["logger", str(record.getMessage())])


def listen():
    """Attaches one ear to every logger that may keep its records to itself."""
    ear = Ear()
    logging.getLogger().addHandler(ear)
    for name in LIBRARIES:
        logging.getLogger(name).addHandler(ear)
    return ear


def observe(code, names):
    """Runs the code and returns {"raised": [type, message] or None, "said": [[channel, message], ...]}."""
    ear, raised = listen(), None
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                exec(compile(code, "<call>", "exec"), names)
        except SystemExit as error:
            raised = ["SystemExit", str(error)]
        except BaseException as error:  # noqa: BLE001 - everything that a call can raise is an outcome
            raised = [type(error).__name__, str(error)]
            if os.environ.get("PROBE_TRACE"):
                traceback.print_exc()
    said = [[one.category.__name__, str(one.message)] for one in caught] + ear.heard
    return {"raised": raised, "said": [list(one) for one in dict.fromkeys(map(tuple, said))]}


def forked(code, names):
    """`observe` in a child process with a time limit, and the modules that the child had to import."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        signal.alarm(SECONDS)
        before, native = set(sys.modules), tempfile.TemporaryFile()
        os.dup2(native.fileno(), 1)
        answer = observe(code, names)
        native.seek(0)
        answer["said"] += [["stdout", line] for line in native.read().decode(errors="replace").splitlines()]
        answer = json.dumps([answer, sorted(set(sys.modules) - before)]).encode()
        os.write(writer, b"%16d" % len(answer))
        with os.fdopen(writer, "wb") as pipe:
            pipe.write(answer)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:  # not up to its end: a process that the child started may hold it open
        size = pipe.read(16)
        answer = pipe.read(int(size)) if size else b""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return json.loads(answer) if answer else [{"raised": ["Died", f"status {status}"], "said": []}, []]


def preload(modules):
    """Imports here what every child would import again."""
    for module in modules:
        with contextlib.suppress(BaseException), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            importlib.import_module(module)


def main():
    with contextlib.suppress(ImportError):
        import torch  # noqa: F401 - once here instead of in every child
    cases = [json.loads(line) for line in sys.stdin]
    out, sys.stdout = sys.stdout, sys.stderr
    for setup, group in itertools.groupby(cases, key=lambda case: case["setup"]):
        names, failed, baselines = {}, None, {}
        try:
            exec(compile(setup, "<setup>", "exec"), names)
        except BaseException as error:  # noqa: BLE001
            failed = f"{type(error).__name__}: {error}"
        for case in group:
            answer = {"id": case["id"]}
            if failed:
                answer["setup"] = failed
            else:
                without = case["without"]
                if without not in baselines:
                    baselines[without], modules = forked(without, names) if without else ({"raised": None, "said": []}, [])
                    preload(modules)
                answer["without"] = baselines[without]
                answer["with"], _ = forked(case["with"], names)
            print(json.dumps(answer), file=out, flush=True)
    out.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
