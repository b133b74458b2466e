"""A small language client: one server over standard input and output, diagnostics pushed."""

from __future__ import annotations

import json
import os
import select
import subprocess
import time
from pathlib import Path
from typing import Any

from programs import Program, environment

LIMIT = 60.0
"""Seconds that any answer may take."""

Message = dict[str, Any]


class Server:
    """A running server. Use it as a context: it is ended at the end, whatever happens."""

    def __init__(self, program: Program, root: Path, cache: Path) -> None:
        self.name = program.name
        self.root = root
        self.settings = program.settings
        self.begun = time.perf_counter()
        self.process = subprocess.Popen(
            program.command("server"),
            cwd=root,
            env=environment(cache),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
        )
        self.buffer = bytearray()
        self.asked = 0
        self.versions: dict[str, int] = {}
        self.found: dict[str, int] = {}

    def __enter__(self) -> Server:
        try:
            capabilities = {"textDocument": {"publishDiagnostics": {"versionSupport": True}}}
            folder = {"uri": self.root.as_uri(), "name": self.root.name}
            self.request(
                "initialize",
                {
                    "processId": os.getpid(),
                    "rootUri": self.root.as_uri(),
                    "workspaceFolders": [folder],
                    "capabilities": capabilities,
                    "initializationOptions": self.settings,
                },
            )
            self.notify("initialized", {})
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.request("shutdown", None)
            self.notify("exit", None)
            self.process.wait(5)
        except (OSError, TimeoutError, RuntimeError, subprocess.TimeoutExpired):
            pass
        self.end()

    def end(self) -> None:
        """Ends the process, if it still runs, and waits for it."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()

    def open(self, name: str, text: str, language: str = "python") -> float:
        """Opens a document; seconds until its diagnostics."""
        uri = (self.root / name).as_uri()
        self.versions[uri] = 1
        document = {"uri": uri, "languageId": language, "version": 1, "text": text}
        begin = time.perf_counter()
        self.notify("textDocument/didOpen", {"textDocument": document})
        self.published(uri)
        return time.perf_counter() - begin

    def close(self, name: str) -> None:
        """Closes a document."""
        uri = (self.root / name).as_uri()
        self.notify("textDocument/didClose", {"textDocument": {"uri": uri}})

    def edit(self, name: str, line: int, column: int, removed: int, text: str, also: str = "") -> float:
        """Replaces some characters of one line; seconds until the diagnostics of the new version, and until those of
        the document `also`."""
        uri = (self.root / name).as_uri()
        self.versions[uri] += 1
        ends = {"line": line, "character": column}, {"line": line, "character": column + removed}
        change = {"range": {"start": ends[0], "end": ends[1]}, "text": text}
        document = {"uri": uri, "version": self.versions[uri]}
        begin = time.perf_counter()
        self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})
        self.published(*[uri, also] if also else [uri])
        return time.perf_counter() - begin

    def published(self, *uris: str) -> None:
        """Waits for the diagnostics of the newest versions of some documents."""
        deadline = time.perf_counter() + LIMIT
        waiting = set(uris)
        while waiting:
            message = self.receive(deadline)
            params = message.get("params") or {}
            if message.get("method") != "textDocument/publishDiagnostics":
                continue
            uri = params["uri"]
            if params.get("version") in (None, self.versions.get(uri)):
                self.found[uri] = len(params["diagnostics"])
                waiting.discard(uri)

    def request(self, method: str, params: object) -> Message:
        """Asks and waits for the answer."""
        self.asked += 1
        self.send({"id": self.asked, "method": method, "params": params})
        deadline = time.perf_counter() + LIMIT
        while True:
            message = self.receive(deadline)
            if message.get("id") == self.asked and "method" not in message:
                return message

    def notify(self, method: str, params: object) -> None:
        """Tells something."""
        self.send({"method": method, "params": params})

    def send(self, message: Message) -> None:
        """Writes one frame. What is unset is left out."""
        kept = {key: value for key, value in message.items() if value is not None}
        body = json.dumps({"jsonrpc": "2.0", **kept}).encode()
        frame = memoryview(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        assert self.process.stdin is not None
        while frame:
            frame = frame[self.process.stdin.write(frame) or 0 :]

    def receive(self, deadline: float) -> Message:
        """The next message; a request of the server is answered with nothing."""
        message: Message = json.loads(self.frame(deadline))
        if "method" in message and "id" in message:
            self.send({"id": message["id"], "error": {"code": -32601, "message": "not offered"}})
        return message

    def frame(self, deadline: float) -> bytes:
        """The bytes of the next frame."""
        while (head := self.buffer.find(b"\r\n\r\n")) < 0:
            self.fill(deadline)
        fields = dict(line.split(b":", 1) for line in bytes(self.buffer[:head]).split(b"\r\n"))
        end = head + 4 + int(fields[b"Content-Length"])
        while len(self.buffer) < end:
            self.fill(deadline)
        body = bytes(self.buffer[head + 4 : end])
        del self.buffer[:end]
        return body

    def fill(self, deadline: float) -> None:
        """Reads what has come, or waits for it."""
        assert self.process.stdout is not None
        left = deadline - time.perf_counter()
        if left <= 0 or not select.select([self.process.stdout], [], [], left)[0]:
            raise TimeoutError(f"{self.name} gave no answer for {LIMIT:.0f} s")
        some = os.read(self.process.stdout.fileno(), 1 << 20)
        if not some:
            raise RuntimeError(f"{self.name} ended on its own")
        self.buffer += some

    def memory(self) -> tuple[int, int]:
        """Bytes in memory now, and at most since the start."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        fields = dict(line.split(":", 1) for line in status.splitlines())
        now, most = (int(fields[key].split()[0]) * 1024 for key in ("VmRSS", "VmHWM"))
        return now, most

    def cpu(self) -> float:
        """Seconds of processor used so far, all threads, in steps of a clock tick."""
        stat = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="utf-8")
        fields = stat.rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
