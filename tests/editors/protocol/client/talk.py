"""One conversation: pytest-lsp's typed client, with every message checked and the documents of an editor."""

import asyncio
import itertools
import json

from checker import Checker
from checker.mirror import path_of
from checker.read import CONVERTER, converter
from checker.strict import client_capabilities
from lsprotocol import types
from pytest_lsp import LanguageClient
from pytest_lsp.client import register_lsp_features
from pytest_lsp.protocol import LanguageClientProtocol

# No test waits longer for one thing.
LIMIT = 15
# What is answered with nothing.
QUIET = [
    types.CLIENT_REGISTER_CAPABILITY,
    types.CLIENT_UNREGISTER_CAPABILITY,
    types.WORKSPACE_CODE_LENS_REFRESH,
    types.WORKSPACE_INLAY_HINT_REFRESH,
]


class Recording(LanguageClientProtocol):
    """Shows both directions to the client as they are on the wire."""

    def structure_message(self, data):
        # Called for every object from the inside out: this is the whole message, and its parts are as they came.
        if "jsonrpc" in data:
            self._server.took(data)
        return super().structure_message(data)

    def _send_data(self, data):
        self._server.gave(json.loads(json.dumps(data, default=self._serialize_message)))
        super()._send_data(data)


class Client(LanguageClient):
    """An editor of one profile with one server."""

    def __init__(self, profile, settings=None):
        self.profile = profile
        self.checker = Checker(profile.capabilities, profile.options)
        self.transcript = []
        self.responses = {}
        self.published = {}
        self.pulled = {}
        self.applied = []
        self.refuses = None
        self.news = asyncio.Event()
        # Not numbers: pygls mixes up its own with those of the server.
        self.numbers = (f"client {number}" for number in itertools.count(1))
        self.result = None
        super().__init__(
            protocol_cls=Recording,
            converter_factory=converter,
            configuration={"": {"hf-lsp": settings or {}}},
        )
        register_lsp_features(self)
        for method in QUIET:
            self.feature(method)(lambda _: None)
        self.feature(types.WORKSPACE_APPLY_EDIT)(lambda params: self.asked_to_edit(params))

    # The wire

    def took(self, message):
        """Takes note of a message of the server."""
        self.transcript.append(("server", message))
        self.checker.received(message)
        if "method" not in message:
            self.responses[message["id"]] = message
        elif message["method"] == "textDocument/publishDiagnostics" and isinstance(message.get("params"), dict):
            params = message["params"]
            self.published[params["uri"]] = (params.get("version"), params["diagnostics"])
        self.news.set()

    def gave(self, message):
        """Takes note of a message of this side."""
        self.transcript.append(("client", message))
        self.checker.sent(message)

    async def until(self, condition, what):
        """Waits until a condition gives something, and gives that."""
        try:
            async with asyncio.timeout(LIMIT):
                while not (found := condition()):
                    self.news.clear()
                    await self.news.wait()
        except TimeoutError:
            raise AssertionError(f"waited {LIMIT} s for {what}; last came {self.tail()}") from None
        return found

    def tail(self):
        """The last messages, to be read in failures."""
        return "\n".join(f"{who}: {json.dumps(message)[:600]}" for who, message in self.transcript[-6:])

    def asked(self, method):
        """What the server has asked or told by a method."""
        return [message for who, message in self.transcript if who == "server" and message.get("method") == method]

    async def request(self, method, params=None):
        """Asks, with parameters that the protocol's types take, and gives the result as it came."""
        number = next(self.numbers)
        kind = types.METHOD_TO_TYPES[method][2]
        typed = CONVERTER.structure(params, kind) if params is not None else None
        await asyncio.wait_for(self.protocol.send_request_async(method, typed, msg_id=number), LIMIT)
        return self.responses[number]["result"]

    def ask(self, method, params):
        """Asks with any parameters; the identifier is for `answer`."""
        number = next(self.numbers)
        self.protocol._send_data({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
        return number

    async def answer(self, number):
        """The whole answer to what was asked."""
        return await self.until(lambda: self.responses.get(number), f"the answer to {number}")

    def notify(self, method, params):
        """Tells, with parameters that the protocol's types take."""
        self.protocol.notify(method, CONVERTER.structure(params, types.METHOD_TO_TYPES[method][2]))

    def tell(self, method, params):
        """Tells with any parameters."""
        self.protocol._send_data({"jsonrpc": "2.0", "method": method, "params": params})

    # From start to end

    async def initialize(self, folders=(), **more):
        """Says `initialize` and `initialized`."""
        params = {
            "processId": None,
            "rootUri": folders[0] if folders else None,
            "capabilities": self.profile.capabilities,
            "initializationOptions": self.profile.options,
            "workspaceFolders": [{"uri": uri, "name": uri.rsplit("/", 1)[-1]} for uri in folders],
            **more,
        }
        if self.profile.info:
            params["clientInfo"] = self.profile.info
        # Read once: a profile that the types do not know would be tested only in part.
        self.capabilities = client_capabilities(self.profile.capabilities)
        self.result = await self.request("initialize", params)
        self.tell("initialized", {})

    async def end(self):
        """Says `shutdown` and `exit`; the server must end with 0, and have done nothing wrong."""
        if self._server and self._server.returncode is None and self.result is not None:
            await self.request("shutdown")
            self.tell("exit", None)
            status = await asyncio.wait_for(self._server.wait(), LIMIT)
            assert status == 0, f"the server ended with {status}"
        assert not self.checker.finish(), "\n".join(dict.fromkeys(self.checker.finish()))

    async def stop(self):
        """Ends the process, however the test has ended."""
        if self._server is not None and self._server.returncode is None:
            self._server.kill()
        await super().stop()

    # What there is

    def can(self, path):
        """What this editor announces under a path."""
        return self.profile.can(path)

    @property
    def offered(self):
        """What the server offers."""
        return self.result["capabilities"]

    def registered(self, method):
        """The options of what the server has registered."""
        return [it.get("registerOptions") for it in self.checker.announced.registered.values() if it["method"] == method]

    @property
    def encoding(self):
        """The units of positions."""
        return self.checker.mirror.encoding

    # Documents

    def text(self, uri):
        """The text of a document now."""
        return self.checker.mirror.text(uri)

    def content(self, uri):
        """The same as a string."""
        return self.text(uri).content

    def version_of(self, uri):
        """The version of an open document."""
        return self.checker.mirror.open[uri][0]

    def open(self, uri, text=None, language="python"):
        """Opens a document, by default as it is on disk."""
        text = path_of(uri).read_bytes().decode() if text is None else text
        item = {"uri": uri, "languageId": language, "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})
        return uri

    def close(self, uri):
        """Closes a document."""
        self.notify("textDocument/didClose", {"textDocument": {"uri": uri}})

    def change(self, uri, *changes):
        """Makes changes, each a range (or none: all of it) and a text, one after the other."""
        items = [{"range": range_, "text": text} if range_ else {"text": text} for range_, text in changes]
        document = {"uri": uri, "version": self.version_of(uri) + 1}
        notebooks = self.checker.mirror.notebooks.items()
        notebook = next((notebook for notebook, cells in notebooks if uri in cells), None)
        if notebook is None:
            self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": items})
            return
        change = {"cells": {"textContent": [{"document": document, "changes": items}]}}
        of = {"uri": notebook, "version": document["version"]}
        self.notify("notebookDocument/didChange", {"notebookDocument": of, "change": change})

    def replace(self, uri, old, new):
        """Types over the first occurrence of a text."""
        self.change(uri, (self.text(uri).range_of(old), new))

    def place(self, uri, part, nth=0):
        """Parameters for a request about the start of a text."""
        return {"textDocument": {"uri": uri}, "position": self.text(uri).range_of(part, nth)["start"]}

    def behind(self, uri, part):
        """Parameters for a request about the end of a text."""
        return {"textDocument": {"uri": uri}, "position": self.text(uri).range_of(part)["end"]}

    def whole(self, uri):
        """The range of all of a document."""
        text = self.text(uri)
        return {"start": text.position(0), "end": text.position(len(text.content))}

    # Edits

    def asked_to_edit(self, params):
        """Answers `workspace/applyEdit`."""
        edit = CONVERTER.unstructure(params.edit)
        self.applied.append(edit)
        if self.refuses:
            return types.ApplyWorkspaceEditResult(applied=False, failure_reason=self.refuses)
        self.apply(edit)
        return types.ApplyWorkspaceEditResult(applied=True)

    def apply(self, edit):
        """Makes an edit as an editor does."""
        changes = edit.get("documentChanges")
        if changes is None:
            changes = [{"textDocument": {"uri": uri}, "edits": edits} for uri, edits in edit["changes"].items()]
        for change in changes:
            if change.get("kind") == "create":
                path = path_of(change["uri"])
                path.parent.mkdir(parents=True, exist_ok=True)
                path.touch(exist_ok=False)
            else:
                self.edit(change["textDocument"]["uri"], change["edits"])

    def edit(self, uri, edits):
        """Makes edits of one document, in the editor or on disk."""
        after = self.text(uri).edited(edits).content
        if uri not in self.checker.mirror.open:
            path_of(uri).write_bytes(after.encode())
            return
        order = sorted(enumerate(edits), key=lambda it: (*self.text(uri).span(it[1]["range"]), it[0]), reverse=True)
        self.change(uri, *((edit["range"], edit["newText"]) for _, edit in order))
        assert self.content(uri) == after

    # Findings

    @property
    def pulls(self):
        """Whether this editor asks for diagnostics."""
        return "diagnosticProvider" in self.offered

    async def findings(self, uri):
        """The diagnostics of the text as it is now."""
        if self.pulls:
            return await self.pull(uri)
        is_newest = lambda: (self.published.get(uri) or (None,))[0] == self.version_of(uri)  # noqa: E731
        await self.until(is_newest, f"diagnostics of version {self.version_of(uri)} of {uri}")
        return self.published[uri][1]

    async def pull(self, uri):
        """Asks for diagnostics; those from before where they are the same."""
        before = self.pulled.get(uri)
        params = {"textDocument": {"uri": uri}}
        if before:
            params["previousResultId"] = before["resultId"]
        report = await self.request("textDocument/diagnostic", params)
        if report["kind"] == "full":
            self.pulled[uri] = report
        return self.pulled[uri]["items"]

    async def findings_when(self, uri, wanted, what):
        """The diagnostics once they are as wanted: published anew, or asked for again when the server says so."""
        if not self.pulls:
            await self.findings(uri)
            await self.until(lambda: wanted(self.published[uri][1]), what)
            return self.published[uri][1]
        while True:
            refreshes = len(self.asked("workspace/diagnostic/refresh"))
            if wanted(found := await self.pull(uri)):
                return found
            is_told = lambda: len(self.asked("workspace/diagnostic/refresh")) > refreshes  # noqa: B023, E731
            await self.until(is_told, f"{what}; they are {found}")

    async def actions(self, uri, range_, only=None, findings=()):
        """The code actions for a range."""
        context = {"diagnostics": list(findings), "triggerKind": 1}
        if only:
            context["only"] = only
        params = {"textDocument": {"uri": uri}, "range": range_, "context": context}
        return await self.request("textDocument/codeAction", params) or []

    async def choose(self, action):
        """Does what an editor does when an action is chosen: resolve, edit, run."""
        if isinstance(action.get("command"), str):
            await self.run(action)
            return
        if "edit" not in action and "command" not in action:
            action = await self.request("codeAction/resolve", action)
        if "edit" in action:
            self.apply(action["edit"])
        if "command" in action:
            await self.run(action["command"])

    async def run(self, command):
        """Runs a command of the server."""
        params = {"command": command["command"], "arguments": command.get("arguments") or []}
        return await self.request("workspace/executeCommand", params)
