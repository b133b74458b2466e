"""Whether the client said that it can take what the server sends."""

from . import items
from .look import at

# What the server may say or ask without being told that it may.
ALWAYS = {
    "window/logMessage",
    "window/showMessage",
    "window/showMessageRequest",
    "telemetry/event",
    "textDocument/publishDiagnostics",
    "client/registerCapability",
    "client/unregisterCapability",
    "$/progress",
    "$/logTrace",
    "$/cancelRequest",
}
# What it may where the client has announced it.
IF_ANNOUNCED = {
    "workspace/applyEdit": "workspace.applyEdit",
    "workspace/configuration": "workspace.configuration",
    "workspace/workspaceFolders": "workspace.workspaceFolders",
    "workspace/codeLens/refresh": "workspace.codeLens.refreshSupport",
    "workspace/inlayHint/refresh": "workspace.inlayHint.refreshSupport",
    "workspace/diagnostic/refresh": "workspace.diagnostics.refreshSupport",
    "workspace/semanticTokens/refresh": "workspace.semanticTokens.refreshSupport",
    "workspace/foldingRange/refresh": "workspace.foldingRange.refreshSupport",
    "workspace/inlineValue/refresh": "workspace.inlineValue.refreshSupport",
    "workspace/textDocumentContent/refresh": "workspace.textDocumentContent",
    "window/workDoneProgress/create": "window.workDoneProgress",
    "window/showDocument": "window.showDocument.support",
}
# Where a client says that a method may be registered, if not under `textDocument` and the method's own name.
DYNAMIC = {
    "workspace/didChangeWatchedFiles": "workspace.didChangeWatchedFiles",
    "workspace/didChangeConfiguration": "workspace.didChangeConfiguration",
    "workspace/symbol": "workspace.symbol",
    "workspace/executeCommand": "workspace.executeCommand",
    "workspace/textDocumentContent": "workspace.textDocumentContent",
    "workspace/willRenameFiles": "workspace.fileOperations",
    "notebookDocument/sync": "notebookDocument.synchronization",
    "textDocument/didOpen": "textDocument.synchronization",
    "textDocument/didChange": "textDocument.synchronization",
    "textDocument/didSave": "textDocument.synchronization",
    "textDocument/didClose": "textDocument.synchronization",
}
# Providers that only a client can use that has announced the feature.
PROVIDERS = {
    "notebookDocumentSync": "notebookDocument",
    "diagnosticProvider": "textDocument.diagnostic",
    "inlineCompletionProvider": "textDocument.inlineCompletion",
    "workspace.fileOperations.willRename": "workspace.fileOperations.willRename",
}
# The provider that says the same as a registration.
STATIC = {
    "textDocument/definition": "definitionProvider",
    "textDocument/references": "referencesProvider",
    "textDocument/documentSymbol": "documentSymbolProvider",
    "textDocument/foldingRange": "foldingRangeProvider",
    "textDocument/rename": "renameProvider",
    "notebookDocument/sync": "notebookDocumentSync",
    "textDocument/inlineCompletion": "inlineCompletionProvider",
    "workspace/symbol": "workspaceSymbolProvider",
}
# What the server may offer beyond the protocol: nothing.
EXPERIMENTAL = frozenset()


class Announced:
    """The client's side of the contract, and what the server has offered."""

    def __init__(self, capabilities, options):
        self.client = capabilities
        self.commands = set(options.get("commands") or [])
        self.server = {}
        self.registered = {}
        self.listed = {}

    def can(self, path):
        """What the client says under a path; nothing where it says nothing."""
        return at(self.client, path)

    def sent(self, method, params):
        """A notification of the client: nothing that changes what it can do."""

    def received(self, message):
        """Problems of a request or notification."""
        method, params = message["method"], message.get("params")
        needs = IF_ANNOUNCED.get(method)
        if needs is None and method not in ALWAYS:
            yield f"{method}: no client has to know this"
        elif needs and not self.can(needs):
            yield f"{method}: the client has not announced {needs}"
        match method:
            case "client/registerCapability":
                for registration in params["registrations"]:
                    yield from self.registration(registration)
            case "client/unregisterCapability":
                for gone in params["unregisterations"]:
                    if self.registered.pop(gone["id"], None) is None:
                        yield f"{method}: {gone['id']} was never registered"
            case "workspace/applyEdit":
                yield from items.workspace_edit(self, params["edit"], method)
            case "textDocument/publishDiagnostics":
                if at(self.server, "diagnosticProvider"):
                    yield f"{method}: the client pulls diagnostics, and would show them twice"
                shown = [self.can("textDocument.publishDiagnostics")]
                for one in params["diagnostics"]:
                    yield from items.diagnostic(shown, one, method)

    def registration(self, registration):
        method, number = registration["method"], registration["id"]
        name = DYNAMIC.get(method) or "textDocument." + method.removeprefix("textDocument/")
        if not self.can(f"{name}.dynamicRegistration"):
            yield f"registration of {method}: the client has not announced {name}.dynamicRegistration"
        if number in self.registered:
            yield f"registration of {method}: {number!r} is registered already"
        if at(self.server, STATIC.get(method, "none")):
            yield f"registration of {method}: it was offered in the answer to initialize"
        options = registration.get("registerOptions") or {}
        if options.get("prepareProvider") and not self.can("textDocument.rename.prepareSupport"):
            yield f"registration of {method}: the client has not announced textDocument.rename.prepareSupport"
        if method.startswith("textDocument/") and "documentSelector" not in options:
            yield f"registration of {method}: there is no document selector"
        self.registered[number] = registration

    def offered(self, result):
        """Problems of the answer to `initialize`."""
        self.server = result["capabilities"]
        encoding = self.server.get("positionEncoding", "utf-16")
        if encoding not in (self.can("general.positionEncodings") or []) and encoding != "utf-16":
            yield f"initialize: the client has not offered {encoding}"
        for provider, needs in PROVIDERS.items():
            if at(self.server, provider) and self.can(needs) is None:
                yield f"initialize: {provider} for a client that has not announced {needs}"
        for provider, needs in {
            "codeActionProvider": "textDocument.codeAction.codeActionLiteralSupport",
            "renameProvider": "textDocument.rename.prepareSupport",
        }.items():
            if isinstance(self.server.get(provider), dict) and not self.can(needs):
                yield f"initialize: {provider} with options for a client that has not announced {needs}"
        for name in (self.server.get("experimental") or {}).keys() - EXPERIMENTAL:
            yield f"initialize: the experimental {name} is not listed"

    def answered(self, request, result):
        """Problems of a result."""
        method = request["method"]
        if method == "initialize":
            yield from self.offered(result)
        elif result is not None:
            yield from items.ANSWERS.get(method, items.nothing)(self, request, result)

    def command(self, command, where):
        """Problems of a command that the user may run: an empty one is only to be read."""
        known = set(at(self.server, "executeCommandProvider.commands") or []) | self.commands | {""}
        if command["command"] not in known:
            yield f"{where}: nobody has the command {command['command']}"
