"""From the first message to the exit status, and what comes at the wrong time or is no message."""

import asyncio

import pytest
from texts import OLD_SCRIPT, PINS

HOVER = {"textDocument": {"uri": "file:///t.py"}, "position": {"line": 0, "character": 0}}


async def test_the_offer_is_for_this_editor(start):
    client = await start()
    offered = client.offered
    assert client.result["serverInfo"]["name"] == "hf-lsp"
    assert ("notebookDocumentSync" in offered) == (client.can("notebookDocument") is not None)
    pulls = client.can("textDocument.diagnostic") is not None and client.can("workspace.diagnostics.refreshSupport")
    assert ("diagnosticProvider" in offered) == bool(pulls)
    wanted = client.can("general.positionEncodings") or ["utf-16"]
    assert offered["positionEncoding"] == ("utf-8" if "utf-8" in wanted else wanted[0])


async def test_requests_before_initialize_are_refused(start):
    client = await start(initialize=False)
    answer = await client.answer(client.ask("textDocument/hover", HOVER))
    assert answer["error"]["code"] == -32002
    await client.initialize()
    assert await client.request("textDocument/hover", HOVER) is None


async def test_initialize_twice_is_refused(start):
    client = await start()
    answer = await client.answer(client.ask("initialize", {"capabilities": {}}))
    assert answer["error"]["code"] == -32600


async def test_after_shutdown_only_exit_counts(start):
    client = await start()
    await client.request("shutdown")
    answer = await client.answer(client.ask("textDocument/hover", HOVER))
    assert answer["error"]["code"] == -32600
    client.tell("exit", None)
    assert await asyncio.wait_for(client._server.wait(), 10) == 0


@pytest.mark.parametrize("initialize", [True, False])
async def test_exit_without_shutdown_ends_with_one(start, initialize):
    client = await start(initialize=initialize)
    client.tell("exit", None)
    assert await asyncio.wait_for(client._server.wait(), 10) == 1


async def test_the_end_of_the_input_ends_the_server(start):
    client = await start()
    client._server.stdin.close()
    assert await asyncio.wait_for(client._server.wait(), 10) == 1


@pytest.mark.parametrize(
    ("method", "params", "code"),
    [
        ("textDocument/hover", {"textDocument": {"uri": 4}}, -32602),
        ("textDocument/hover", {}, -32602),
        ("textDocument/completion", {"textDocument": {"uri": "file:///t.py"}, "position": {"line": -1, "character": 0}}, -32602),
        ("textDocument/codeAction", {"range": None}, -32602),
        ("workspace/executeCommand", {"command": "hf-lsp.none"}, -32602),
        ("workspace/executeCommand", {"command": "hf-lsp.plan.done", "arguments": []}, -32602),
        ("codeAction/resolve", {"title": "t", "data": {"choice": "none"}}, -32602),
        ("textDocument/nothing", {}, -32601),
        ("workspace/textDocumentContent", {"uri": "hf-lsp-docs:none"}, -32602),
    ],
)
async def test_malformed_requests_are_answered_with_their_error(start, method, params, code):
    client = await start()
    answer = await client.answer(client.ask(method, params))
    assert answer["error"]["code"] == code


async def test_what_is_no_message_stops_nothing(start):
    client = await start()
    for body in [b"{", b"[]", b"{}", b'{"jsonrpc":"2.0","id":5}', b"\xff\xfe"]:
        client.protocol.writer.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    client.tell("textDocument/didChange", {"textDocument": {}})
    client.tell("textDocument/didOpen", {"textDocument": {"uri": "file:///x.py"}})
    client.tell("$/whatIsThis", {"a": 1})
    client.tell("notebookDocument/didChange", {"notebookDocument": {"uri": "file:///n"}, "change": {}})
    versions = await client.run({"command": "hf-lsp.showVersions"})
    assert isinstance(versions, list)
    # Those are answered without an identifier; the typed client cannot name them.
    assert all(it["error"]["code"] in (-32700, -32600) for it in [client.responses.get(None)] if it)


async def test_a_cancelled_request_is_answered(start, project):
    files = {f"part{number}.py": OLD_SCRIPT for number in range(200)} | {"requirements.txt": PINS}
    client = await start(files=files)
    number = client.ask("workspace/diagnostic", {"previousResultIds": []})
    client.tell("$/cancelRequest", {"id": number})
    answer = await client.answer(number)
    assert answer.get("error", {}).get("code", -32800) == -32800


async def test_progress_is_shown_where_it_can_be(start, project):
    client = await start(files={"train.py": OLD_SCRIPT, "requirements.txt": PINS})
    await client.findings(client.open(project.uri("train.py")))
    if not client.can("window.workDoneProgress"):
        assert client.asked("$/progress") == []
        return
    ends = lambda: [it for it in client.asked("$/progress") if it["params"]["value"]["kind"] == "end"]  # noqa: E731
    await client.until(ends, "the end of the first progress")
