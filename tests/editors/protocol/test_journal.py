"""A plan: what is shown of it, what navigates in it, and what commands change."""

import pytest

PLAN = "dev-journal/OUR-PLAN.md"


async def open_plan(start, project):
    client = await start("journal")
    return client, client.open(project.uri(PLAN), language="markdown")


def has(client, provider, method):
    """Whether the server can be asked, by its first offer or by a later one."""
    return provider in client.offered or client.registered(method)


async def test_symbols_and_folds_of_a_plan(start, project):
    client, uri = await open_plan(start, project)
    await client.findings(uri)
    assert has(client, "documentSymbolProvider", "textDocument/documentSymbol")
    params = {"textDocument": {"uri": uri}}
    symbols = await client.request("textDocument/documentSymbol", params)
    if client.can("textDocument.documentSymbol.hierarchicalDocumentSymbolSupport"):
        assert "children" in symbols[0]
    else:
        assert all("location" in it for it in symbols)
        assert any("2.1" in it["name"] for it in symbols)
    folds = await client.request("textDocument/foldingRange", params)
    assert len(folds) >= 4
    found = await client.request("workspace/symbol", {"query": "training script"})
    assert [it["location"]["uri"] for it in found] == [uri]


async def test_a_step_is_found_from_where_it_is_named(start, project):
    client, uri = await open_plan(start, project)
    await client.findings(uri)
    place = client.behind(uri, "Depends: 2.")
    definition = await client.request("textDocument/definition", place)
    first = definition[0] if isinstance(definition, list) else definition
    assert client.text(uri).of(first["range"]).startswith("- [x] 2.1") or "2.1" in client.text(uri).of(first["range"])
    params = place | {"context": {"includeDeclaration": True}}
    assert len(await client.request("textDocument/references", params)) >= 2


async def test_a_step_gets_another_number_everywhere(start, project):
    client, uri = await open_plan(start, project)
    await client.findings(uri)
    place = client.behind(uri, "Depends: 2.")
    if client.can("textDocument.rename.prepareSupport"):
        range_ = await client.request("textDocument/prepareRename", place)
        assert client.text(uri).of(range_.get("range", range_)) == "2.1"
    edit = await client.request("textDocument/rename", place | {"newName": "2.7"})
    client.apply(edit)
    assert "- [x] 2.7 Write the training script" in client.content(uri)
    assert "Depends: 2.7" in client.content(uri)
    answer = await client.answer(client.ask("textDocument/rename", client.behind(uri, "Depends: 2.") | {"newName": "no"}))
    assert answer["error"]["code"] == -32803


async def test_a_renamed_file_is_renamed_in_the_plan(start, project):
    client, uri = await open_plan(start, project)
    await client.findings(uri)
    if not client.can("workspace.fileOperations.willRename"):
        pytest.skip("does not say so before")
    files = [{"oldUri": project.uri("src/train.py"), "newUri": project.uri("src/fit.py")}]
    client.apply(await client.request("workspace/willRenameFiles", {"files": files}))
    assert "`src/fit.py`" in client.content(uri)


async def test_lenses_tick_a_step_where_edits_can_be_made(start, project):
    client, uri = await open_plan(start, project)
    lenses = await client.request("textDocument/codeLens", {"textDocument": {"uri": uri}})
    assert any("%" in it["command"]["title"] or "of" in it["command"]["title"] for it in lenses)
    command = {"command": "hf-lsp.plan.done", "arguments": [{"uri": uri, "version": client.version_of(uri)}, "3.1"]}
    number = client.ask("workspace/executeCommand", command)
    answer = await client.answer(number)
    if not client.can("workspace.applyEdit"):
        assert answer["error"]["code"] == -32803
        return
    assert answer["result"] is None
    await client.until(lambda: client.applied, "the edit")
    assert "- [x] 3.1 The base model alone" in client.content(uri)


async def test_a_command_of_an_older_version_changes_nothing(start, project):
    client, uri = await open_plan(start, project)
    client.change(uri, (client.text(uri).range_of("# OUR-PLAN"), "# OUR PLAN"))
    command = {"command": "hf-lsp.plan.done", "arguments": [{"uri": uri, "version": 1}, "3.1"]}
    answer = await client.answer(client.ask("workspace/executeCommand", command))
    assert answer["error"]["code"] == -32803
    assert client.applied == []


async def test_an_edit_that_the_editor_refuses_is_told(start, project):
    client, uri = await open_plan(start, project)
    if not client.can("workspace.applyEdit"):
        pytest.skip("makes no edits for servers")
    client.refuses = "the user said no"
    await client.run({"command": "hf-lsp.plan.done", "arguments": [{"uri": uri, "version": 1}, "3.1"]})
    shown = await client.until(lambda: client.asked("window/showMessage"), "why nothing was changed")
    assert "the user said no" in shown[0]["params"]["message"]


async def test_a_plan_is_made_where_files_can_be_made(start, project):
    client = await start("planner")
    uri = client.open(project.uri("train.py"))
    command = {"command": "hf-lsp.plan.script", "arguments": [{"uri": uri, "version": 1}]}
    answer = await client.answer(client.ask("workspace/executeCommand", command))
    creates = "create" in (client.can("workspace.workspaceEdit.resourceOperations") or [])
    if not (creates and client.can("workspace.applyEdit")):
        assert answer["error"]["code"] == -32803
        return
    await client.until(lambda: client.applied, "the edit")
    plan = (project.root / PLAN).read_text()
    assert "Qwen/Qwen3-4B" in plan
    plan_uri = client.open(project.uri(PLAN), language="markdown")
    assert [it for it in await client.findings(plan_uri) if it["severity"] == 1] == []


async def test_the_next_step_in_grey(start, project):
    client, uri = await open_plan(start, project)
    if "inlineCompletionProvider" not in client.offered:
        pytest.skip("shows nothing in grey")
    client.change(uri, (None, client.content(uri) + "\n- [ ] "))
    params = {"textDocument": {"uri": uri}, "position": client.whole(uri)["end"], "context": {"triggerKind": 2}}
    found = await client.request("textDocument/inlineCompletion", params)
    items = found["items"] if isinstance(found, dict) else found
    assert items and isinstance(items[0]["insertText"], str)


async def test_code_is_compared_with_the_plan(start, project):
    client = await start("journal")
    uri = client.open(project.uri("src/train.py"))
    lenses = await client.request("textDocument/codeLens", {"textDocument": {"uri": uri}})
    assert any("2.1" in it["command"]["title"] for it in lenses)
    found = await client.findings(uri)
    assert any("learning_rate" in client.text(uri).of(it["range"]) or "1e-4" in client.text(uri).of(it["range"]) for it in found)
