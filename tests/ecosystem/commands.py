"""Commands in the scripts, documents and workflows of the libraries' own repositories, at tags of releases.

    python3 tests/ecosystem/commands.py target/release/hf-lsp

prints each finding of HF711 to HF715 with its line, those about the repositories' own scripts too. The releases are those of the
Python corpora.
"""

import io
import json
import subprocess
import sys
import tarfile
from pathlib import Path

from corpora import CACHE, Corpora, make

RULES = "HF711,HF712,HF713,HF714,HF715,HF716"
ENDINGS = (".py", ".sh", ".md", ".mdx", ".yml", ".yaml", ".ipynb", ".mk")


def is_wanted(path: str) -> bool:
    name = path.rsplit("/", 1)[-1]
    return name.endswith(ENDINGS) or name.startswith(("Dockerfile", "Makefile"))


def fill(clone: Path, tag: str, into: Path) -> None:
    """What may hold commands, of all folders."""
    git = ["git", f"--git-dir={clone}"]
    tags = subprocess.run([*git, "tag"], check=True, capture_output=True, text=True).stdout.split()
    tag = f"v{tag}" if f"v{tag}" in tags else tag
    listed = subprocess.run([*git, "ls-tree", "-r", "--name-only", tag], check=True, capture_output=True, text=True)
    wanted = [path for path in listed.stdout.splitlines() if is_wanted(path)]
    data = subprocess.run([*git, "archive", tag, *wanted], capture_output=True)
    if data.returncode:
        # A clone that is not whole lacks the largest files.
        wanted = [path for path in wanted if not path.endswith(".ipynb")]
        data = subprocess.run([*git, "archive", tag, *wanted], check=True, capture_output=True)
    with tarfile.open(fileobj=io.BytesIO(data.stdout)) as tar:
        tar.extractall(into, filter="data")
    # The pages of the documentation are Markdown by another name.
    for page in into.rglob("*.mdx"):
        page.rename(page.with_suffix(".md"))


def main() -> None:
    program = Path(sys.argv[1]).resolve()
    corpora = Corpora()
    files = found = 0
    for row in corpora.table["repository"]:
        owner, name = row["source"].removesuffix("/").split("/")[-2:]
        clone = CACHE / "clones" / f"{owner}+{name}"
        for version in row["versions"]:
            # The folder is called as the clone that documents speak of.
            tree = CACHE / "commands" / f"{row['library']}-{version}" / name
            make(tree, lambda into: fill(clone, version, into))
            targets = corpora._own(row["library"], version)
            stated = [f"--target={library}=={release}" for library, release in targets.items()]
            run = [program, "check", "--no-cache", "--select", RULES, "--output-format", "json", *stated, "."]
            done = subprocess.run(run, cwd=tree, capture_output=True, text=True)
            if done.returncode == 2:
                sys.exit(done.stderr)
            files += sum(path.is_file() for path in tree.rglob("*"))
            for it in json.loads(done.stdout):
                found += 1
                line = (tree / it["filename"]).read_text(errors="replace").splitlines()[it["location"]["row"] - 1]
                print(f"{tree.parent.name}/{it['filename']}:{it['location']['row']}: {it['severity']} {it['code']} {it['message']}")
                print(f"    {line.strip()[:160]}")
    print(f"{files} files, {found} findings")


if __name__ == "__main__":
    main()
