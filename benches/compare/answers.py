"""How long hovers and completion take in the real server: a thousand hovers on a script, with the documentation of installed wheels.

    python3 benches/compare/answers.py --hf-lsp target/release/hf-lsp --wheels FOLDER SCRIPT...

The wheels that FOLDER holds are unpacked into an environment beside the scripts, never imported. With `--stalled` the Hub is a
port of this machine that takes connections and never answers.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import socket
import statistics
import tempfile
import threading
import time
import zipfile
from dataclasses import replace
from pathlib import Path

from lsp import Server
from programs import hf_lsp

HOVERS = 1000
WORD = re.compile(r"\b[a-z_]{4,}(?==)|\b[A-Z]\w{5,}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hf-lsp", type=Path, required=True)
    parser.add_argument("--wheels", type=Path, required=True)
    parser.add_argument("--stalled", action="store_true")
    parser.add_argument("scripts", type=Path, nargs="+")
    arguments = parser.parse_args()
    text = "\n".join(script.read_text(encoding="utf-8") for script in arguments.scripts)
    with tempfile.TemporaryDirectory() as name:
        root = Path(name).resolve()
        install(arguments.wheels, root)
        settings: dict[str, object] = {"network": "off"}
        if arguments.stalled:
            os.environ["HF_ENDPOINT"] = stall()
            settings = {"network": "on", "trusted": True}
        program = replace(hf_lsp(arguments.hf_lsp.resolve()), settings=settings)
        with Server(program, root, root / "cache") as server:
            measure(server, root, text)


def install(wheels: Path, root: Path) -> None:
    """Makes `.venv` of all wheels in a folder, newest last."""
    site = root / ".venv/lib/python3.12/site-packages"
    site.mkdir(parents=True)
    (root / ".venv/pyvenv.cfg").write_text("home = /usr/bin\nversion = 3.12.3\n", encoding="utf-8")
    for wheel in sorted(wheels.glob("*.whl")):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(site)


def stall() -> str:
    """The address of a port that never answers."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    kept: list[socket.socket] = []

    def take() -> None:
        while True:
            kept.append(listener.accept()[0])

    threading.Thread(target=take, daemon=True).start()
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


def measure(server: Server, root: Path, text: str) -> None:
    server.open("train.py", text)
    document = {"uri": (root / "train.py").as_uri()}
    lines = text.split("\n")
    places = [(number, found.start() + 1) for number, line in enumerate(lines) for found in WORD.finditer(line)]

    def hover(place: tuple[int, int]) -> tuple[float, bool]:
        position = {"line": place[0], "character": place[1]}
        begin = time.perf_counter()
        answer = server.request("textDocument/hover", {"textDocument": document, "position": position})
        return (time.perf_counter() - begin) * 1000, answer.get("result") is not None

    cold = [(place, *hover(place)) for place in places]
    telling = [place for place, _, tells in cold if tells]
    dice = random.Random(1)
    took = [hover(dice.choice(telling))[0] for _ in range(HOVERS)]
    took_sorted = sorted(took)
    now, most = server.memory()
    print(f"{len(lines)} lines; {len(telling)} places say something; the first time at worst {max(it[1] for it in cold):.1f} ms")
    print(
        f"{HOVERS} hovers: median {statistics.median(took):.1f} ms, 99 % {took_sorted[HOVERS * 99 // 100]:.1f} ms, worst {took_sorted[-1]:.1f} ms"
    )
    print(f"memory: {now / 2**20:.0f} MiB, at most {most / 2**20:.0f} MiB")
    call = f"{text}\nfrom trl import SFTConfig\nSFTConfig("
    server.notify("textDocument/didChange", {"textDocument": {**document, "version": 2}, "contentChanges": [{"text": call}]})
    position = {"line": call.count("\n"), "character": len("SFTConfig(")}
    took = []
    for _ in range(30):
        begin = time.perf_counter()
        server.request("textDocument/completion", {"textDocument": document, "position": position})
        took.append((time.perf_counter() - begin) * 1000)
    print(f"completion: first {took[0]:.1f} ms, median {statistics.median(took):.1f} ms, worst {max(took):.1f} ms")


if __name__ == "__main__":
    main()
