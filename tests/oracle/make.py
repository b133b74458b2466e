"""Installs the real packages of every era and writes down what they say of themselves.

`python3 tests/oracle/make.py [--only LIBRARY[==RELEASE]]... [--era ERA]... [--again]`

Everything lies in `${XDG_CACHE_HOME:-~/.cache}/hf-lsp/oracle`: one virtual environment with what all
eras share, one folder per installed release (`sites/`), and the answers (`answers/*.json`). What is
there already is kept. Nothing is reached but the package index, and that only while installing.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import tomllib
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hf-lsp"
ORACLE = CACHE / "oracle"
PYTHON = ORACLE / "base" / "bin" / "python"
LIMIT_S = 3600


def pip(*arguments: str) -> None:
    """Installs; what pip says is shown only where it fails."""
    command = [PYTHON, "-m", "pip", "install", "--quiet", "--find-links", CACHE / "wheels", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"pip install {' '.join(arguments)} failed:\n{done.stderr}")


def base(requirements: list[str]) -> None:
    """The environment that all eras share: torch and the small packages."""
    done = ORACLE / "base" / "complete"
    if done.exists() and done.read_text() == "\n".join(requirements):
        return
    if not PYTHON.exists():
        subprocess.run([sys.executable, "-m", "venv", ORACLE / "base"], check=True)
    pip(*requirements)
    # Some of them bring one of our libraries along, which would shadow nothing but confuse everything.
    ours = [path.stem for path in (HERE.parents[1] / "src" / "knowledge" / "store").glob("*.facts")]
    subprocess.run([PYTHON, "-m", "pip", "uninstall", "--yes", "--quiet", *ours], check=True, capture_output=True)
    done.write_text("\n".join(requirements))


def site(requirement: str) -> Path:
    """The folder with one installed release, alone. A wheel that was downloaded for the store is unpacked,
    which is all that pip would do with it, and much faster."""
    folder = ORACLE / "sites" / requirement.replace("==", "-")
    if folder.exists():
        return folder
    part = folder.with_suffix(".part")
    name, _, release = requirement.partition("==")
    wheels = list((CACHE / "wheels").glob(f"{name.replace('-', '_')}-{release}-*.whl"))
    if len(wheels) == 1:
        with zipfile.ZipFile(wheels[0]) as wheel:
            wheel.extractall(part)
    else:
        pip("--no-deps", "--no-compile", "--target", str(part), requirement)
    part.rename(folder)
    return folder


def environment(era: dict[str, object], home: Path) -> dict[str, str]:
    """What a process sees that shall import the releases of an era; everything of it is installed then."""
    pins = [f"{name}=={pin}" for name, pin in era.items() if name != "beside"]
    sites = [site(requirement) for requirement in [*era["beside"], *pins]]
    home.mkdir(parents=True, exist_ok=True)
    return {
        "PATH": f"{PYTHON.parent}:/usr/bin:/bin",
        "HOME": str(home),
        "PYTHONPATH": ":".join(map(str, sites)),
        "OMP_NUM_THREADS": "1",
    }


def fingerprint(era: dict[str, object]) -> str:
    """Changes with what asks and whom, so that answers to older questions are asked for again."""
    asking = b"".join((HERE / script).read_bytes() for script in ("probe.py", "static.py", "literal.py"))
    return hashlib.sha256(asking + repr(sorted(era.items())).encode()).hexdigest()


def probe(era: dict[str, object], library: str, again: bool) -> str:
    """Asks one library of one era; gives what is to be said about it."""
    release = era[library]
    answer = ORACLE / "answers" / f"{library}-{release}.json"
    asked = fingerprint(era)
    mark = answer.with_suffix(".by")
    if mark.exists() and mark.read_text() == asked and not again:
        return f"{library} {release}: kept"
    home = ORACLE / "home"
    seen = {**environment(era, home), "PYTHONDONTWRITEBYTECODE": "", "PYTHONHASHSEED": "0"}
    for script in ("probe.py", "static.py"):
        command = [PYTHON, HERE / script, library, release, str(site(f"{library}=={release}")), str(answer)]
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, env=seen, cwd=home, timeout=LIMIT_S
        )
        if done.returncode != 0:
            return f"{library} {release}: {script} failed with {done.returncode}\n{done.stderr[-2000:]}"
    mark.write_text(asked)
    return done.stderr.strip().splitlines()[-1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--only", action="append", default=[], help="this library, or library==release")
    parser.add_argument("--skip", action="append", default=[], help="not this library")
    parser.add_argument("--era", action="append", default=[], help="this era")
    parser.add_argument("--again", action="store_true", help="ask again what was asked before")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    table = tomllib.loads((HERE / "eras.toml").read_text())
    (ORACLE / "answers").mkdir(parents=True, exist_ok=True)
    base(table["base"])
    wanted: dict[str, tuple[dict[str, object], str]] = {}
    for name, era in table["era"].items():
        if options.era and name not in options.era:
            continue
        for library, release in era.items():
            pair = f"{library}=={release}"
            if library not in ["beside", *options.skip] and (not options.only or {library, pair} & set(options.only)):
                wanted.setdefault(pair, (era, library))
    for era, _ in wanted.values():
        for requirement in [*era["beside"], *(f"{name}=={pin}" for name, pin in era.items() if name != "beside")]:
            site(requirement)
    with ThreadPoolExecutor(options.jobs) as pool:
        for said in pool.map(lambda item: probe(*item, options.again), wanted.values()):
            print(said, flush=True)


if __name__ == "__main__":
    main()
