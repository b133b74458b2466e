"""Checks every message of a conversation: its form, its time, its places, and that the client can take it."""

from . import strict
from .announced import Announced
from .mirror import Mirror
from .order import Order
from .places import Places

__all__ = ["Checker"]


class Checker:
    """Given both sides of a conversation in their order, collects what the server does wrong."""

    def __init__(self, capabilities, options=None):
        self.mirror = Mirror()
        self.order = Order()
        self.announced = Announced(capabilities, options or {})
        self.places = Places()
        self.problems = []

    def sent(self, message):
        """A message of the client."""
        self.order.sent(message, self.mirror)
        method = message.get("method")
        if method and "id" not in message:
            self.announced.sent(method, message.get("params"))
            self.mirror.sent(method, message.get("params"))

    def received(self, message):
        """A message of the server."""
        if message.get("jsonrpc") != "2.0":
            self.problems.append(f"not of JSON-RPC 2.0: {message}")
            return
        asked = self.order.asked.get(message.get("id"), (None, None)) if "method" not in message else (None, None)
        request, snapshot = asked
        found = strict.problems(message, request and request["method"])
        self.problems += found
        self.problems += self.order.received(message, self.mirror)
        if found:
            # The other checks rely on the form.
            return
        if request is None:
            if "method" in message:
                self.problems += self.announced.received(message)
                self.problems += self.places.received(message, self.mirror)
        elif "result" in message:
            self.problems += self.announced.answered(request, message["result"])
            if request["method"] == "initialize":
                self.mirror.encoding = message["result"]["capabilities"].get("positionEncoding", "utf-16")
            self.problems += self.places.answered(request, message["result"], snapshot)

    def finish(self):
        """What is wrong with all of it."""
        return self.problems + self.order.left()
