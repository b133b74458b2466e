"""Whether a message is of the protocol, and of nothing else.

lsprotocol reads it into the types of the specification; what it cannot read is wrong. It passes over members that it
does not know and turns some values into others, so the message is written again and compared: what is not there
again was unknown or of another type.
"""

import enum

from lsprotocol import types

from .read import CONVERTER

# Ours beyond the specification, by method and path. There are none: keep it so, or name them here.
EXTENSIONS = frozenset()
# May be left out or null by the protocol; the types always write them.
WRITTEN_AS_NULL = {"activeParameter"}
# Capabilities that the types do not have yet, and that are therefore not sent.
NEWER = {".textDocument.diagnostic.markupMessageSupport"}


def problems(message, asked=None):
    """What is wrong with a message from the server; `asked` is the method that it answers."""
    name = message.get("method") or asked
    kind = type_of(message, asked)
    if kind is None:
        return [f"{name}: no such message in the protocol"]
    try:
        read = CONVERTER.structure(message, kind)
    except Exception as error:  # noqa: BLE001: whatever the converter trips over is the finding
        return [f"{name}: {detail(error)}"]
    again = CONVERTER.unstructure(read, unstructure_as=kind)
    if kind is types.ResponseErrorMessage and message["id"] is None:
        # The answer to what was no message; the types leave out what is null.
        again["id"] = None
    return [f"{name}{path}: {what}" for path, what in differences(message, again) if (name, path) not in EXTENSIONS]


def type_of(message, asked):
    """The type that a message must have."""
    if "method" in message:
        kinds = types.METHOD_TO_TYPES.get(message["method"])
        return kinds[0] if kinds else None
    if "error" in message:
        return types.ResponseErrorMessage
    kinds = types.METHOD_TO_TYPES.get(asked)
    return kinds[1] if kinds else None


def detail(error):
    """The innermost reasons of the converter's nested errors."""
    inner = getattr(error, "exceptions", None)
    if inner is None:
        return f"{type(error).__name__}: {error}"
    return f"{error}: " + "; ".join(detail(one) for one in inner)


def differences(sent, again, path=""):
    """Where two values differ, with what is wrong there."""
    if isinstance(sent, dict) and isinstance(again, dict):
        for key in sent.keys() - again.keys():
            yield f"{path}.{key}", f"is not of the protocol: {sent[key]!r}"
        for key in again.keys() - sent.keys():
            if not (key in WRITTEN_AS_NULL and again[key] is None):
                yield f"{path}.{key}", "is missing"
        for key in sent.keys() & again.keys():
            yield from differences(sent[key], again[key], f"{path}.{key}")
    elif isinstance(sent, list) and isinstance(again, list):
        if len(sent) != len(again):
            yield path, f"{len(sent)} items are read as {len(again)}"
        for one, other in zip(sent, again, strict=False):
            yield from differences(one, other, f"{path}[]")
    else:
        again = again.value if isinstance(again, enum.Enum) else again
        if type(sent) is type(again) and sent == again:
            return
        yield path, f"{sent!r} is read as {again!r}"


def client_capabilities(raw):
    """Capabilities as types; what would not be sent as it stands is an error."""
    typed = CONVERTER.structure(raw, types.ClientCapabilities)
    lost = [(path, what) for path, what in differences(raw, CONVERTER.unstructure(typed)) if path not in NEWER]
    if lost:
        raise ValueError(f"the profile says what the protocol does not know: {lost}")
    return typed
