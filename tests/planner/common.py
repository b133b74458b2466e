"""What the scripts of this folder share: where things lie, and `uv` in a virtual environment."""

import os
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
LIBRARY = HERE.parents[1] / "src/planner/library"
PROGRAM = Path(os.environ.get("HF_LSP") or HERE.parents[1] / "target/release/hf-lsp").absolute()
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hf-lsp/planner"
VENV = Path(os.environ.get("HF_LSP_PLANNER_VENV") or CACHE / "venv")
PYTHON = (3, 12)


def variables(**more: str) -> dict[str, str]:
    """The environment variables of a process that uses the virtual environment, and no other Python."""
    seen = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "UV_", "PYTHON"))}
    seen |= {
        "PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "VIRTUAL_ENV": str(VENV),
        "UV_PYTHON": str(VENV / "bin/python"),
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_CACHE_DIR": str(CACHE / "uv"),
        "NO_COLOR": "1",
    }
    return seen | more


def uv() -> Path:
    """The program `uv` of the virtual environment, which is made where it is not there."""
    program = VENV / "bin/uv"
    if not program.exists():
        if sys.version_info[:2] != PYTHON:
            sys.exit(f"run this with Python {PYTHON[0]}.{PYTHON[1]}, the one that plans name")
        venv.create(VENV, with_pip=True)
        subprocess.run([VENV / "bin/python", "-m", "pip", "install", "--quiet", "uv"], check=True)
    return program
