"""The documents as the server must see them, rebuilt from what the client sent."""

import pathlib
import urllib.parse

from .text import Text


def path_of(uri):
    """The file behind an address, if it is one."""
    parts = urllib.parse.urlsplit(uri)
    return pathlib.Path(urllib.parse.unquote(parts.path)) if parts.scheme == "file" else None


class Mirror:
    """Open documents, with every version there was of each."""

    def __init__(self):
        self.encoding = "utf-16"
        self.open = {}
        self.versions = {}
        self.notebooks = {}

    def put(self, uri, version, text):
        """The new state of a document."""
        self.open[uri] = (version, text)
        self.versions.setdefault(uri, {})[version] = text

    def text(self, uri):
        """The text of a document: as it is open, else as it is on disk; none where there is neither."""
        if uri in self.open:
            return self.open[uri][1]
        path = path_of(uri)
        if path is not None and path.is_file():
            return Text(path.read_bytes().decode(), self.encoding)
        return None

    def snapshot(self):
        """The state now, for answers that come later."""
        copy = Mirror()
        copy.encoding, copy.open, copy.versions = self.encoding, dict(self.open), self.versions
        copy.notebooks = dict(self.notebooks)
        return copy

    def sent(self, method, params):
        """Takes a notification of the client."""
        match method:
            case "textDocument/didOpen":
                self.opened(params["textDocument"])
            case "textDocument/didChange":
                self.changed(params["textDocument"], params.get("contentChanges"))
            case "textDocument/didClose":
                self.open.pop(params["textDocument"]["uri"], None)
            case "notebookDocument/didOpen":
                notebook = params["notebookDocument"]
                self.notebooks[notebook["uri"]] = [cell["document"] for cell in notebook["cells"]]
                for cell in params["cellTextDocuments"]:
                    self.opened(cell)
            case "notebookDocument/didChange":
                self.notebook_changed(params["notebookDocument"]["uri"], params["change"].get("cells") or {})
            case "notebookDocument/didClose":
                self.notebooks.pop(params["notebookDocument"]["uri"], None)
                for cell in params["cellTextDocuments"]:
                    self.open.pop(cell["uri"], None)

    def opened(self, item):
        if "text" not in item:
            return
        self.put(item["uri"], item["version"], Text(item["text"], self.encoding))

    def changed(self, document, changes):
        # What cannot be understood changes nothing.
        if changes is None or document.get("uri") not in self.open:
            return
        text = self.open[document["uri"]][1]
        for change in changes:
            text = text.changed(change.get("range"), change["text"])
        self.put(document["uri"], document["version"], text)

    def notebook_changed(self, uri, cells):
        structure = cells.get("structure")
        if structure:
            splice, order = structure["array"], self.notebooks[uri]
            start, count = splice["start"], splice["deleteCount"]
            new = [cell["document"] for cell in splice.get("cells") or []]
            self.notebooks[uri] = order[:start] + new + order[start + count :]
            for item in structure.get("didOpen") or []:
                self.opened(item)
            for item in structure.get("didClose") or []:
                self.open.pop(item["uri"], None)
        for content in cells.get("textContent") or []:
            self.changed(content["document"], content["changes"])
