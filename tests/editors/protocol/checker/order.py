"""What may be said when: answers, progress, versions."""

ANY_TIME = {"window/showMessage", "window/logMessage", "telemetry/event"}
# The codes of JSON-RPC and of the protocol.
CODES = {-32700, -32600, -32601, -32602, -32603, -32002, -32001, -32803, -32802, -32801, -32800}


class Order:
    """Follows both sides."""

    def __init__(self):
        self.initialized = False
        self.asked = {}
        self.answered = set()
        self.asked_of_client = {}
        # Of each token who may use it still, and how far it has come.
        self.tokens = {}
        self.shown = {}

    def sent(self, message, mirror):
        """Takes a message of the client."""
        if "method" in message and "id" in message:
            self.asked[message["id"]] = (message, mirror.snapshot())
            token = (message.get("params") or {}).get("workDoneToken")
            if token is not None:
                self.tokens[token] = {"of": message["id"], "state": "new", "percentage": 0}
        elif "method" not in message:
            request = self.asked_of_client.pop(message["id"], None)
            if request and request["method"] == "window/workDoneProgress/create" and "error" not in message:
                self.tokens[request["params"]["token"]] = {"of": None, "state": "new", "percentage": 0}

    def received(self, message, mirror):
        """Takes a message of the server; yields what is wrong with it."""
        method = message.get("method")
        if not self.initialized and method is not None and method not in ANY_TIME:
            yield f"{method} before the answer to initialize"
        if method is None:
            yield from self.response(message)
        elif "id" in message:
            if message["id"] in self.asked_of_client:
                yield f"{method}: the identifier {message['id']} is in use"
            self.asked_of_client[message["id"]] = message
        elif method == "$/progress":
            yield from self.progress(message["params"])
        elif method == "textDocument/publishDiagnostics":
            yield from self.publication(message["params"], mirror)

    def response(self, message):
        number = message["id"]
        if number is None:
            if "error" not in message:
                yield "a result without an identifier"
            return
        if number not in self.asked or number in self.answered:
            yield f"an answer to {number!r}, which was not asked" + " again" * (number in self.answered)
            return
        self.answered.add(number)
        method = self.asked[number][0]["method"]
        self.initialized = self.initialized or method == "initialize"
        if ("result" in message) == ("error" in message):
            yield f"{method}: an answer has a result or an error"
        if "error" in message and message["error"]["code"] not in CODES:
            yield f"{method}: no such error code: {message['error']['code']}"
        for token in [token for token, it in self.tokens.items() if it["of"] == number]:
            if self.tokens[token]["state"] == "begun":
                yield f"{method}: answered before the progress {token!r} has ended"
            del self.tokens[token]

    def progress(self, params):
        token, value = params["token"], params["value"]
        if token not in self.tokens:
            yield f"progress of {token!r}, which is nobody's (or no longer)"
            return
        state, kind = self.tokens[token], value["kind"]
        if (state["state"] == "new") != (kind == "begin"):
            yield f"progress {token!r}: {kind} when {state['state']}"
        if value.get("percentage") is not None:
            if not state["percentage"] <= value["percentage"] <= 100:
                yield f"progress {token!r}: {value['percentage']} % after {state['percentage']} %"
            state["percentage"] = value["percentage"]
        state["state"] = "begun"
        if kind == "end":
            del self.tokens[token]

    def publication(self, params, mirror):
        uri, version = params["uri"], params.get("version")
        if version is None:
            if params["diagnostics"] and uri in mirror.versions and uri not in mirror.open:
                yield f"diagnostics of {uri}, which is closed"
            return
        if version not in mirror.versions.get(uri, {}):
            yield f"diagnostics of version {version} of {uri}, which there never was"
        if version < self.shown.get(uri, version):
            yield f"diagnostics of version {version} of {uri} after those of {self.shown[uri]}"
        self.shown[uri] = version

    def left(self):
        """What the server never answered."""
        waiting = self.asked.keys() - self.answered
        return [f"{self.asked[number][0]['method']}: never answered" for number in waiting]
