#!/usr/bin/env python3
"""Runs what plans say: their own commands, with the real libraries, on tiny models and data.

    execute.py [CASE]... [--folder FOLDER]

For each use case of `cases.toml` it makes a project, has `hf-lsp plan new` and `plan write` make the plan and its
files, takes step after step as `plan export json` says that they can be done, and runs the commands of `Run:` and
`Verify:` as they are written. What a step says holds where all of them end with 0, no loss is `nan` and that of a
smoke test falls; then it is marked with `plan done`. Steps for the Hub, for GPUs, for environments apart and for programs that only show
something are left out with `plan skip`, which says why. Servers are started and ended. At the end the plan
is checked. Prints a table, and ends with 1 where something did not hold. Logs: FOLDER/CASE.log.

`uv run` and `uv add` find the virtual environment of this folder, made once with the releases that the plans pin
(about 6 GB), and install nothing. The Hub is not reached. HF_LSP names the program (target/release/hf-lsp by default).
"""

import argparse
import json
import math
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path

from common import HERE, LIBRARY, PROGRAM, PYTHON, VENV, uv, variables

LIMIT_S = 900
UP_S = 120
# What is not run here, and why.
LEFT_OUT = {
    r"\bhf (auth|download|upload|repos?|datasets|models|jobs|spaces|endpoints|cache)\b": "reaches the Hub",
    r"src/(release|pin_revisions)\w*\.py": "reaches the Hub",
    r"\b(trackio|mlflow|tensorboard|wandb) ": "shows a page until it is stopped",
    r"--project envs/\S+ (?!.*--check)(?!.*lock)": "runs in an environment apart",
    r"\b(docker|vllm|git) ": "needs a program that is not here",
    r"gpu|cuda": "needs a GPU",
}
# Output that a plan expects to the letter.
SAID = re.compile(r"(?:(?:lists|has|says|holds) )?`([^`]+)`")
LOSS = re.compile(r"'loss': '?([-\w.+]+)")


class Fault(Exception):
    """A command that did not do what the plan says of it."""


class Project:
    """A folder with a tiny model, tiny data and a plan."""

    def __init__(self, case: str, given: dict, folder: Path) -> None:
        self.case, self.given, self.folder = case, given, folder
        self.log = folder.with_suffix(".log").open("w")
        self.servers: list[subprocess.Popen] = []
        self.commands = 0
        self.losses: list[str] = []

    def variables(self) -> dict[str, str]:
        """Of every command: no Hub, everything that is written within the project, `uv` installs nothing."""
        home = self.folder / ".home"
        return variables(
            HF_HUB_OFFLINE="1",
            HF_HOME=str(home / "hf"),
            TRACKIO_DIR=str(home / "trackio"),
            PATH=f"{PROGRAM.parent}{os.pathsep}{VENV / 'bin'}{os.pathsep}{os.environ['PATH']}",
            UV_NO_SYNC="1",
            UV_PROJECT_ENVIRONMENT=str(VENV),
            CUDA_VISIBLE_DEVICES="",
            OMP_NUM_THREADS="1",
            TOKENIZERS_PARALLELISM="false",
        )

    def note(self, text: str) -> None:
        print(text, file=self.log, flush=True)

    def run(self, command: str) -> str:
        """What a command prints; a fault where it fails or a loss is no number."""
        self.note(f"$ {command}")
        self.commands += 1
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self.folder,
            env=self.variables(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=LIMIT_S,
        )
        self.note(re.sub(r"[^\n]*\r", "", done.stdout))
        if done.returncode:
            raise Fault(f"`{command}` ended with {done.returncode}")
        losses = [float(loss) for loss in LOSS.findall(done.stdout)]
        if not all(map(math.isfinite, losses)):
            raise Fault(f"`{command}`: a loss is no number")
        if "--smoke" in command and losses:
            self.losses.append(f"{losses[0]:.3g} → {losses[-1]:.3g}")
            if losses[-1] >= losses[0]:
                raise Fault(f"`{command}`: the loss does not fall: {self.losses[-1]}")
        return done.stdout

    def serve(self, command: str) -> None:
        """Starts a server; it is ended with the project."""
        self.note(f"$ {command} &")
        self.commands += 1
        server = subprocess.Popen(
            ["bash", "-c", f"exec {command}"],
            cwd=self.folder,
            env=self.variables(),
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )
        self.servers.append(server)

    def ask(self, command: str) -> str:
        """What a server answers, as soon as it is up."""
        until = time.monotonic() + UP_S
        while True:
            try:
                return self.run(command)
            except Fault:
                if time.monotonic() > until or self.servers[-1].poll() is not None:
                    raise
                self.commands -= 1
                time.sleep(2)

    def end(self) -> None:
        for server in self.servers:
            if server.poll() is None:
                os.killpg(server.pid, signal.SIGTERM)
                server.wait(30)
        self.log.close()

    def plan(self, *arguments: str) -> str:
        """What `hf-lsp plan` prints."""
        self.note(f"$ hf-lsp plan {' '.join(arguments)}")
        command = [PROGRAM, "plan", *arguments]
        done = subprocess.run(command, cwd=self.folder, env=self.variables(), capture_output=True, text=True)
        if done.returncode:
            raise Fault(f"`hf-lsp plan {' '.join(arguments)}`: {done.stderr}{done.stdout}".strip())
        return done.stdout

    def make(self) -> None:
        """Model, data, plan and files."""
        self.folder.mkdir(parents=True)
        for what, kind, path in (("model", self.given["model"], "tiny"), ("data", self.given["data"], self.given["at"])):
            self.run(f"python {HERE / 'tiny.py'} {what} {kind} {path}")
        chosen = ["--model", "./tiny", "--dataset", f"./{self.given['at']}", "--gpu", "cpu"]
        settings = [part for pair in ["licence=apache-2.0", *self.given["set"]] for part in ("--set", pair)]
        wanted = ["new", "--use-case", self.case, *chosen, *settings]
        install(json.loads(self.plan(*wanted, "--format", "json"))["packages"])
        self.plan(*wanted)
        self.plan("write")

    def next(self, behind: set[str]) -> dict | None:
        """The first step that waits for nothing and has no steps within it; `behind` are the ids dealt with."""
        steps = json.loads(self.plan("export", "json"))["steps"]
        parents = {step["parent"] for step in steps}
        left = [step for step in steps if step["id"] not in behind and step["id"] not in parents]
        ready = [step for step in left if not step["waits_for"]]
        if left and not ready:
            raise Fault(f"steps wait for each other: {', '.join(step['id'] for step in left)}")
        return ready[0] if ready else None

    def take(self, step: dict) -> str:
        """Does a step; gives why it was left out, or nothing."""
        checks = [verify["command"] for verify in step["verify"] if verify["command"]]
        for command in [*step["run"], *checks]:
            for pattern, reason in LEFT_OUT.items():
                if re.search(pattern, command):
                    return reason
        asks = any(check.startswith("curl ") for check in checks)
        if asks and not step["run"] and not self.servers:
            return "its server was left out"
        for command in step["run"]:
            (self.serve if asks else self.run)(command)
        for verify in step["verify"]:
            if not verify["command"]:
                continue
            said = (self.ask if asks else self.run)(verify["command"])
            wanted = SAID.fullmatch(verify["expected"] or "")
            if wanted and wanted[1] not in said:
                raise Fault(f"`{verify['command']}` does not say `{wanted[1]}`")
        return ""

    def write(self, step: dict) -> None:
        """Texts that a step leaves to a person."""
        for path in (self.folder / file["path"] for file in step["files"]):
            if path.suffix == ".md" and not path.exists():
                path.write_text("Written by a person.\n")

    def work(self) -> tuple[int, int, list[str]]:
        """All steps: how many were done with commands, by their text alone, and what was left out."""
        behind: set[str] = set()
        ran, left_out = 0, []
        while step := self.next(behind):
            self.note(f"\n=== {step['id']} {step['title']}")
            behind.add(step["id"])
            before = self.commands
            reason = self.take(step)
            if reason:
                left_out.append(f"{step['id']} {reason}")
                self.plan("skip", step["id"], "--reason", reason)
            else:
                ran += self.commands > before
                self.write(step)
                self.plan("done", step["id"])
        return ran, len(behind), left_out


def install(packages: list[str]) -> None:
    """Packages at the releases that a plan pins; those that are there already cost nothing."""
    command = [uv(), "pip", "install", "--no-cache", "--quiet", "--requirements", "-"]
    subprocess.run(command, env=variables(), input="\n".join(packages), text=True, check=True)


def attempt(case: str, given: dict, folder: Path) -> tuple[str, bool]:
    """The row of a use case, and whether all held."""
    began = time.monotonic()
    project = Project(case, given, folder / case.replace(",", "-"))
    shutil.rmtree(project.folder, ignore_errors=True)
    held = "yes"
    ran, steps, left_out = 0, 0, []
    try:
        project.make()
        ran, steps, left_out = project.work()
        # The other documents of a journal are none of the plan's business.
        project.plan("check", "--ignore", "HFP706")
    except (Fault, subprocess.TimeoutExpired) as fault:
        held = f"NO: {str(fault).splitlines()[0]}"
        project.note(f"FAULT {fault}")
    finally:
        project.end()
    seconds = round(time.monotonic() - began)
    why = "; ".join(left_out)
    cells = [f"`{case}`", held, f"{ran} of {steps}", project.commands, ", ".join(project.losses), seconds, why]
    return "| " + " | ".join(map(str, cells)) + " |", held == "yes"


def releases(pins: dict[str, str]) -> str:
    """What is installed of the libraries that the plans use."""
    done = subprocess.run([uv(), "pip", "freeze"], env=variables(), capture_output=True, text=True, check=True)
    names = {name.replace("_", "-") for name in pins}
    return ", ".join(line.replace("==", " ") for line in done.stdout.split() if line.partition("==")[0] in names)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("cases", nargs="*", metavar="CASE")
    parser.add_argument("--folder", type=Path, help="where projects and logs go; a new one that is removed without it")
    args = parser.parse_args()
    known = tomllib.loads((HERE / "cases.toml").read_text())
    if unknown := set(args.cases) - set(known):
        sys.exit(f"not in cases.toml: {', '.join(sorted(unknown))}")
    pins = tomllib.loads((LIBRARY / "packages.toml").read_text())["releases"]
    install(["pillow", *(f"{name}=={pins[name]}" for name in ("torch", "transformers", "sentence-transformers"))])
    kept = args.folder.absolute() if args.folder else Path(tempfile.mkdtemp())
    kept.mkdir(parents=True, exist_ok=True)
    print("| use case | holds | steps with commands | commands | loss of the smoke test | seconds | left out |")
    print("| --- | --- | --- | --- | --- | --- | --- |", flush=True)
    fine = True
    for case in args.cases or known:
        row, held = attempt(case, known[case], kept)
        print(row, flush=True)
        fine &= held
    print(f"\n{time.strftime('%Y-%m-%d')}, Python {PYTHON[0]}.{PYTHON[1]}; {releases(pins)}")
    if not args.folder:
        shutil.rmtree(kept)
    sys.exit(not fine)


if __name__ == "__main__":
    main()
