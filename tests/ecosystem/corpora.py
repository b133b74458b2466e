"""Fetches the corpora into a cache outside of the repository."""

import io
import os
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import docstrings
from versions import Releases, day_of, named, requirements_of

HERE = Path(__file__).parent
DOCUMENTS = (".yaml", ".yml", ".json", ".md", ".sh", "Makefile", "Dockerfile")
HOME = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hf-lsp"
CACHE = HOME / "ecosystem"


@dataclass(frozen=True)
class Corpus:
    """A tree of Python files and the releases that it works with."""

    name: str
    tree: Path
    targets: dict[str, str]


class Corpora:
    """The table, brought to life."""

    def __init__(self):
        self.table = tomllib.loads((HERE / "corpora.toml").read_text())
        self.releases = Releases(HOME / "wheels", self.table["dates"])

    def all(self):
        """Every corpus, fetched where it is not there yet, in the order of their names."""
        found = [*self._docstrings(), *self._repositories(), *self._documents(), *self._packages()]
        return sorted(found, key=lambda corpus: corpus.name)

    def _own(self, library: str, version: str) -> dict[str, str]:
        """What goes with a release of one of the libraries."""
        wheel = self.releases.wheels[library][version]
        day = self.releases.days[library, version]
        return self.releases.met_by(requirements_of(wheel), day) | {library: version}

    def _docstrings(self):
        for library, wheels in self.releases.wheels.items():
            for version, wheel in wheels.items():
                tree = CACHE / "docstrings" / f"{library}-{version}"
                make(tree, lambda into: docstrings.extract(wheel, into))
                yield Corpus(f"docstrings/{library}-{version}", tree, self._own(library, version))

    def _repositories(self):
        for row in self.table["repository"]:
            library = row["library"]
            for version in row["versions"]:
                tree = CACHE / "repositories" / f"{library}-{version}"
                make(tree, lambda into: archive(row, version, into))
                yield Corpus(f"repositories/{library}-{version}", tree, self._own(library, version))

    def _documents(self):
        for row in self.table["repository"]:
            library = row["library"]
            for version in row["versions"]:
                tree = CACHE / "documents" / f"{library}-{version}"
                make(tree, lambda into: archive(row, version, into, DOCUMENTS, ("",)))
                yield Corpus(f"documents/{library}-{version}", tree, self._own(library, version))

    def _packages(self):
        for row in self.table["package"]:
            for version in row["versions"]:
                wheel = download(row["name"], version)
                if wheel is None:
                    continue
                tree = CACHE / "packages" / f"{row['name']}-{version}"
                make(tree, lambda into: unpack(wheel, into))
                stated = self.table["dates"].get(f"{row['name']}=={version}")
                day = day_of(wheel) or stated
                if day is None:
                    print(f"no date: {wheel.name}", file=sys.stderr)
                targets = self.releases.met_by(requirements_of(wheel), day or date.today())
                if named(wheel)[0] in targets:
                    targets[named(wheel)[0]] = version
                yield Corpus(f"packages/{row['name']}-{version}", tree, targets)


def make(tree: Path, fill) -> None:
    """Fills a folder once; a broken run leaves nothing that looks whole."""
    if tree.exists():
        return
    part = tree.with_name(tree.name + ".part")
    subprocess.run(["rm", "-rf", part], check=True)
    part.mkdir(parents=True)
    fill(part)
    part.rename(tree)


def archive(row: dict, version: str, into: Path, ends=(".py",), folders=()) -> None:
    """The files with such names of some folders at a tag, out of a clone that is made once."""
    owner, name = row["source"].removesuffix("/").split("/")[-2:]
    clone = CACHE / "clones" / f"{owner}+{name}"
    if not clone.exists():
        clone.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["git", "clone", "--bare", "--quiet", row["source"], clone], check=True)
    git = ["git", f"--git-dir={clone}"]
    tags = subprocess.run([*git, "tag"], check=True, capture_output=True, text=True).stdout.split()
    tag = f"v{version}" if f"v{version}" in tags else version
    listed = subprocess.run([*git, "ls-tree", "-r", "--name-only", tag], check=True, capture_output=True, text=True)
    folders = folders or tuple(folder + "/" for folder in row["folders"])
    wanted = [f for f in listed.stdout.splitlines() if f.startswith(folders) and f.endswith(ends)]
    data = subprocess.run([*git, "archive", tag, *wanted], check=True, capture_output=True)
    with tarfile.open(fileobj=io.BytesIO(data.stdout)) as tar:
        tar.extractall(into, filter="data")


def download(name: str, version: str) -> Path | None:
    """The wheel of a package, by pip."""
    store = CACHE / "wheels"
    store.mkdir(parents=True, exist_ok=True)
    wanted = [w for w in store.glob("*.whl") if named(w) == (name.lower().replace("_", "-"), version)]
    if wanted:
        return wanted[0]
    pip = [sys.executable, "-m", "pip", "--quiet", "download", "--no-deps", "--ignore-requires-python"]
    pip += ["--disable-pip-version-check", "--only-binary", ":all:", "--dest", store, f"{name}=={version}"]
    if subprocess.run(pip).returncode:
        print(f"not fetched: {name} {version}", file=sys.stderr)
        return None
    return next(w for w in store.glob("*.whl") if named(w) == (name.lower().replace("_", "-"), version))


def unpack(wheel: Path, into: Path) -> None:
    """The Python files of a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(into, [n for n in archive.namelist() if n.endswith((".py", ".ipynb"))])
