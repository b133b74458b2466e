"""That the checker finds what it is for: hand-made conversations, each wrong in one way, and one that is right."""

import pytest
from checker import Checker
from checker.text import OutOfText, Text

URI = "file:///w/train.py"
TEXT = 'args = F("😀", old=1)\n'
AT = {"start": {"line": 0, "character": 15}, "end": {"line": 0, "character": 18}}
FAR = {"start": {"line": 0, "character": 15}, "end": {"line": 0, "character": 99}}
NOWHERE = {"start": {"line": 7, "character": 0}, "end": {"line": 7, "character": 0}}
SPLIT = {"start": {"line": 0, "character": 11}, "end": {"line": 0, "character": 15}}
DOCUMENT = {"textDocument": {"uri": URI}}
PLACE = DOCUMENT | {"position": {"line": 0, "character": 16}}
RANGE = DOCUMENT | {"range": AT, "context": {"diagnostics": []}}
ALL = DOCUMENT | {"range": {"start": {"line": 0, "character": 0}, "end": {"line": 1, "character": 0}}}


def talk(capabilities=None, offered=None, options=None):
    """A conversation in which a document is open."""
    checker = Checker(capabilities or {}, options)
    checker.sent({"jsonrpc": "2.0", "id": "i", "method": "initialize", "params": {"capabilities": {}}})
    checker.received({"jsonrpc": "2.0", "id": "i", "result": {"capabilities": offered or {}}})
    checker.sent({"jsonrpc": "2.0", "method": "initialized", "params": {}})
    item = {"uri": URI, "languageId": "python", "version": 3, "text": TEXT}
    checker.sent({"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": item}})
    return checker


def said(method, params=None, capabilities=None, number=None, **more):
    """What is wrong with something that the server says, or asks."""
    checker = talk(capabilities, **more)
    message = {"jsonrpc": "2.0", "method": method} | ({"id": number} if number is not None else {})
    checker.received(message | ({"params": params} if params is not None else {}))
    return checker.problems


def answered(method, params, result, capabilities=None, **more):
    """What is wrong with an answer."""
    checker = talk(capabilities, **more)
    checker.sent({"jsonrpc": "2.0", "id": "q", "method": method, "params": params})
    checker.received({"jsonrpc": "2.0", "id": "q", "result": result})
    return checker.problems


def published(**member):
    one = {"range": AT, "message": "old"} | member
    return "textDocument/publishDiagnostics", {"uri": URI, "version": 3, "diagnostics": [one]}


def edit(range_=AT, version=3):
    document = {"uri": URI, "version": version}
    return {"documentChanges": [{"textDocument": document, "edits": [{"range": range_, "newText": "x"}]}]}


WITH_CHANGES = {"workspace": {"applyEdit": True, "workspaceEdit": {"documentChanges": True}}}
LITERALS = {"textDocument": {"codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": [""]}}}}}


def test_what_is_right_is_right():
    assert said(*published()) == []
    assert said("workspace/applyEdit", {"edit": edit()}, WITH_CHANGES, 1) == []
    assert answered("textDocument/hover", PLACE, {"contents": {"kind": "plaintext", "value": "x"}, "range": AT}) == []
    action = {"title": "t", "kind": "quickfix", "edit": {"changes": {URI: [{"range": AT, "newText": ""}]}}}
    assert answered("textDocument/codeAction", RANGE, [action], LITERALS) == []


@pytest.mark.parametrize(
    ("expected", "problems"),
    [
        ("no such message", said("hf-lsp/secret", {})),
        ("is not of the protocol", said(*published(level=1))),
        ("oops", said(*published(severity="oops"))),
        ("is read as", said(*published(message="m", severity=1, source=4))),
        ("behind the end", said(*published(range=FAR))),
        ("line 7", said(*published(range=NOWHERE))),
        ("within a letter", said(*published(range=SPLIT))),
        ("relatedInformation", said(*published(relatedInformation=[]))),
        ("codeDescription", said(*published(codeDescription={"href": "https://h"}))),
        ("data", said(*published(data=1))),
        ("tag 2", said(*published(tags=[2]))),
        ("version 2", said("textDocument/publishDiagnostics", {"uri": URI, "version": 2, "diagnostics": []})),
        ("twice", said(*published(), offered={"diagnosticProvider": {"interFileDependencies": True, "workspaceDiagnostics": True}},
                       capabilities={"textDocument": {"diagnostic": {}}})),
        ("workspace.applyEdit", said("workspace/applyEdit", {"edit": {"changes": {}}}, {}, 1)),
        ("documentChanges", said("workspace/applyEdit", {"edit": edit()}, {"workspace": {"applyEdit": True}}, 1)),
        ("which is at 3", said("workspace/applyEdit", {"edit": edit(version=2)}, WITH_CHANGES, 1)),
        ("create a file", said("workspace/applyEdit", {"edit": {"documentChanges": [{"kind": "create", "uri": "file:///n"}]}},
                               WITH_CHANGES, 1)),
        ("refreshSupport", said("workspace/inlayHint/refresh", None, {}, 1)),
        ("refreshSupport", said("workspace/diagnostic/refresh", None, {}, 1)),
        ("workspace.configuration", said("workspace/configuration", {"items": []}, {}, 1)),
        ("workDoneProgress", said("window/workDoneProgress/create", {"token": 1}, {}, 1)),
        ("nobody's", said("$/progress", {"token": 1, "value": {"kind": "begin", "title": "t"}})),
        ("dynamicRegistration", said("client/registerCapability",
                                     {"registrations": [{"id": "1", "method": "textDocument/definition",
                                                         "registerOptions": {"documentSelector": None}}]}, {}, 1)),
        ("codeActionLiteralSupport", answered("textDocument/codeAction", RANGE, [{"title": "t", "edit": {"changes": {}}}])),
        ("isPreferredSupport", answered("textDocument/codeAction", RANGE,
                                        [{"title": "t", "isPreferred": True, "edit": {"changes": {}}}], LITERALS)),
        ("nobody has the command", answered("textDocument/codeAction", RANGE, [{"title": "t", "command": "c"}], LITERALS)),
        ("without an edit", answered("textDocument/codeAction", RANGE, [{"title": "t"}], LITERALS)),
        ("of kind source", answered("textDocument/codeAction",
                                    RANGE | {"context": {"diagnostics": [], "only": ["quickfix"]}},
                                    [{"title": "t", "kind": "source", "edit": {"changes": {}}}], LITERALS)),
        ("overlap", answered("textDocument/codeAction", RANGE,
                             [{"title": "t", "edit": {"changes": {URI: [{"range": AT, "newText": ""}] * 2}}}], LITERALS)),
        ("markdown", answered("textDocument/hover", PLACE, {"contents": {"kind": "markdown", "value": "x"}})),
        ("another place", answered("textDocument/hover", PLACE,
                                   {"contents": "x", "range": {"start": AT["end"], "end": {"line": 0, "character": 20}}})),
        ("snippet", answered("textDocument/completion", PLACE, [{"label": "l", "insertTextFormat": 2}])),
        ("labelDetails", answered("textDocument/completion", PLACE, [{"label": "l", "labelDetails": {}}])),
        ("tags 1", answered("textDocument/completion", PLACE, [{"label": "l", "tags": [1]}])),
        ("kind 20", answered("textDocument/completion", PLACE, [{"label": "l", "kind": 20}])),
        ("insertTextMode 1", answered("textDocument/completion", PLACE, [{"label": "l", "insertTextMode": 1}])),
        ("insertReplaceSupport", answered("textDocument/completion", PLACE,
                                          [{"label": "l", "textEdit": {"newText": "", "insert": AT, "replace": AT}}])),
        ("changes label", answered("completionItem/resolve", {"label": "l"}, {"label": "m"})),
        ("hierarchical", answered("textDocument/documentSymbol", DOCUMENT,
                                  [{"name": "n", "kind": 1, "range": AT, "selectionRange": AT}])),
        ("kind 24", answered("textDocument/documentSymbol", DOCUMENT,
                             [{"name": "n", "kind": 24, "location": {"uri": URI, "range": AT}}])),
        ("tooltip", answered("textDocument/documentLink", DOCUMENT, [{"range": AT, "target": "https://h", "tooltip": "t"}])),
        ("more than one line", answered("textDocument/codeLens", DOCUMENT,
                                        [{"range": ALL["range"], "command": {"title": "t", "command": ""}}])),
        ("offsets", answered("textDocument/signatureHelp", PLACE,
                             {"signatures": [{"label": "f(a)", "activeParameter": 0, "parameters": [{"label": [2, 3]}]}],
                              "activeParameter": 0})),
        ("of 2 lines", answered("textDocument/foldingRange", DOCUMENT, [{"startLine": 0, "endLine": 9}])),
        ("has not offered utf-8", said("window/logMessage", {"type": 3, "message": "m"}, offered={"positionEncoding": "utf-8"})),
        ("with options", said("window/logMessage", {"type": 3, "message": "m"}, offered={"renameProvider": {}})),
        ("inlineCompletionProvider", said("window/logMessage", {"type": 3, "message": "m"},
                                          offered={"inlineCompletionProvider": True})),
        ("experimental", said("window/logMessage", {"type": 3, "message": "m"}, offered={"experimental": {"mine": True}})),
    ],
)
def test_what_is_wrong_is_found(expected, problems):
    assert expected in "\n".join(problems)


def test_the_order_of_messages():
    early = Checker({})
    early.received({"jsonrpc": "2.0", "method": "$/logTrace", "params": {"message": "m"}})
    assert "before the answer to initialize" in early.problems[0]
    late = talk()
    late.sent({"jsonrpc": "2.0", "id": "w", "method": "workspace/diagnostic",
               "params": {"previousResultIds": [], "workDoneToken": "t"}})
    begin = {"token": "t", "value": {"kind": "begin", "title": "t"}}
    late.received({"jsonrpc": "2.0", "method": "$/progress", "params": begin})
    late.received({"jsonrpc": "2.0", "id": "w", "result": {"items": []}})
    late.received({"jsonrpc": "2.0", "id": "w", "result": {"items": []}})
    found = "\n".join(late.problems)
    assert "before the progress 't' has ended" in found
    assert "not asked again" in found
    silent = talk()
    silent.sent({"jsonrpc": "2.0", "id": "x", "method": "shutdown"})
    assert silent.finish() == ["shutdown: never answered"]


def test_columns_in_each_encoding():
    text = "a😀é\r\nb\u0301c\rd"
    for encoding, column in {"utf-8": 5, "utf-16": 3, "utf-32": 2}.items():
        there = Text(text, encoding)
        assert there.position(2) == {"line": 0, "character": column}
        assert there.offset({"line": 0, "character": column}) == 2
        assert [there.line(number) for number in range(3)] == ["a😀é", "b\u0301c", "d"]
    with pytest.raises(OutOfText, match="within a letter"):
        Text(text, "utf-16").offset({"line": 0, "character": 2})
