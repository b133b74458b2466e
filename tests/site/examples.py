"""Runs what "Start in five minutes" shows: examples.py PROGRAM

Its first two files are written into an empty folder, its commands are run there in their order, and what a command prints on standard
output has to be what stands below it.
"""

import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs/start.md"


def main() -> int:
    """Ends with 1 where a command says something else than the page."""
    program, page = str(Path(sys.argv[1]).resolve()), PAGE.read_text(encoding="utf-8")
    files = re.findall(r"`([\w.]+)`\n\n(?:<!--.*-->\n)?```\w+\n(.*?)```", page, re.S)
    shells = re.findall(r"```console\n(\$ .*?)```", page, re.S)
    wrong = ran = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files:
            Path(folder, name).write_text(text, encoding="utf-8")
        for shell in shells:
            for command, shown in re.findall(r"\$ ([^\n]*)\n((?:(?!\$ ).*\n)*)", shell):
                words = shlex.split(command, comments=True)
                assert words[0] == "hf-lsp", command
                done = subprocess.run([program, *words[1:]], cwd=folder, capture_output=True, text=True, timeout=120)
                ran += 1
                if done.returncode == 2 or (shown and done.stdout != shown):
                    wrong += 1
                    print(f"$ {command}\n{done.stdout}{done.stderr}")
    print(f"{ran} commands of the first page, {wrong} that say something else")
    return 1 if wrong or len(files) < 2 or ran < 5 else 0


if __name__ == "__main__":
    sys.exit(main())
