"""Installs, for each release that the table names, that release with the dependencies of its own day.

Each environment is one folder for PYTHONPATH, made by uv (`pip install uv`) with hard links into uv's cache, so a hundred of
them cost little disk. torch is left out of all of them: one copy is shared.
"""
import datetime
import os
import pathlib
import re
import shutil
import subprocess
import sys
import zipfile

HOME = pathlib.Path(os.environ.get("HF_LSP_ORACLE", pathlib.Path.home() / ".cache/hf-lsp/oracle"))
WHEELS = pathlib.Path(os.environ.get("HF_LSP_WHEELS", pathlib.Path.home() / ".cache/hf-lsp/wheels"))

# What a call needs beside the hard requirements of a release.
EXTRAS = {
    "transformers": ["accelerate", "jinja2"],
    "trl": ["peft", "rich", "jinja2"],
    "accelerate": [],
    "peft": [],
    "diffusers": ["transformers", "accelerate", "pillow"],
    "sentence-transformers": ["datasets", "accelerate"],
    "datasets": ["pillow", "soundfile"],
    "huggingface_hub": ["aiohttp", "pillow"],
    "evaluate": [],
    "safetensors": ["numpy"],
    "tokenizers": [],
    "smolagents": [],
}


def releases():
    """The stored wheels: (library, minor release) -> (exact version, day of the wheel)."""
    found = {}
    for wheel in WHEELS.glob("*.whl"):
        name, version = wheel.name.split("-")[:2]
        minor = re.match(r"\d+\.\d+", version)[0]
        day = max(entry.date_time[:3] for entry in zipfile.ZipFile(wheel).infolist())
        found[name.lower().replace("_", "-"), minor] = (version, datetime.date(*day))
    return found


# What every environment shares: torch is too large to install a hundred times, and one version works with nearly all releases.
SHARED = {
    "torch": (["torch==2.9.1"], re.compile(r"torch|functorch|triton|nvidia|sympy|isympy|mpmath|networkx|typing_extensions")),
    "bitsandbytes": (["--no-deps", "bitsandbytes==0.50.2"], re.compile("bitsandbytes")),
}


def install_shared():
    """Makes the shared folders, without the small packages that each environment has from its own day."""
    for part, (wanted, kept) in SHARED.items():
        target = HOME / part
        if target.exists():
            continue
        fresh = HOME / f"{part}.new"
        subprocess.run(["uv", "pip", "install", "--quiet", "--python", sys.executable, "--target", str(fresh), *wanted], check=True)
        for entry in fresh.iterdir():
            if not kept.match(entry.name):
                shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
        fresh.rename(target)


def folder(library, minor):
    """Where an environment lies; without `site-packages` in its path dill would pickle pyarrow by value."""
    return HOME / "site-packages" / f"{library.replace('_', '-')}-{minor}"


def install(library, minor, known):
    """Makes one environment; nothing is done where it is there already. Returns what uv said when it failed."""
    target = folder(library, minor)
    done = target / "installed.txt"
    if done.exists():
        return None
    version, day = known[library.lower().replace("_", "-"), minor]
    if day.year < 2020:  # wheels with a frozen clock: the newest of everything
        day = datetime.date.today()
    overrides = HOME / "overrides.txt"
    overrides.parent.mkdir(parents=True, exist_ok=True)
    # torch's own copy brings these; an absurd marker takes them out of the resolution.
    overrides.write_text("torch ; sys_platform == 'none'\ntriton ; sys_platform == 'none'\n")
    command = [
        "uv", "pip", "install", "--quiet", "--python", sys.executable, "--target", str(target),
        "--exclude-newer", str(day + datetime.timedelta(days=2)), "--override", str(overrides),
        f"{library}=={version}", *EXTRAS[library], "setuptools<80",
    ]  # fmt: skip
    if day.year < 2025:
        command.append("numpy<2")
    ran = subprocess.run(command, capture_output=True, text=True)
    if ran.returncode:
        return ran.stderr
    done.write_text(f"{library}=={version}\n")
    return None


def main(names):
    known = releases()
    for name in names:
        library, minor = name.rsplit("-", 1)
        error = install(library, minor, known)
        print(name, "failed: " + error if error else "ready", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
