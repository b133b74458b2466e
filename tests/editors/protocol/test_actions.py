"""Quick fixes, fix all, actions of other kinds: as literals, late, or as commands."""

import pytest
from texts import OLD_SCRIPT, PINS

FILES = {"train.py": OLD_SCRIPT, "requirements.txt": PINS}
LITERALS = "textDocument.codeAction.codeActionLiteralSupport"


def is_able(client):
    """Whether the editor can do anything with actions."""
    return client.can(LITERALS) or client.can("workspace.applyEdit")


async def test_a_quick_fix_removes_its_finding(start, project):
    client = await start(files=FILES)
    uri = client.open(project.uri("train.py"))
    found = await client.findings(uri)
    at = client.text(uri).range_of("evaluation_strategy")
    actions = await client.actions(uri, at, ["quickfix"], [it for it in found if it["range"] == at])
    if not is_able(client):
        assert actions == []
        return
    assert [it["title"] for it in actions] == ["Rename to `eval_strategy`", "Ignore HF103 on this line"]
    await client.choose(actions[0])
    await client.until(lambda: "evaluation_strategy" not in client.content(uri), "the edit")
    left = await client.findings(uri)
    assert at not in [it["range"] for it in left]
    assert len(left) == len(found) - 1


async def test_fix_all_leaves_a_clean_text(start, project):
    client = await start(files=FILES)
    uri = client.open(project.uri("train.py"))
    actions = await client.actions(uri, client.whole(uri), ["source.fixAll"])
    if not is_able(client):
        assert actions == []
        return
    assert [it["title"] for it in actions] == ["Fix all hf-lsp findings in this file"]
    await client.choose(actions[0])
    await client.until(lambda: "processing_class=tokenizer" in client.content(uri), "the edit")
    assert await client.findings(uri) == []
    assert await client.actions(uri, client.whole(uri), ["source.fixAll"]) == []


async def test_a_line_can_be_left_alone(start, project):
    client = await start(files=FILES)
    uri = client.open(project.uri("train.py"))
    at = client.text(uri).range_of("tokenizer=")
    actions = [it for it in await client.actions(uri, at, ["quickfix"]) if it["title"].startswith("Ignore")]
    if not is_able(client):
        assert actions == []
        return
    await client.choose(actions[0])
    await client.until(lambda: "# hf-lsp: ignore[HF103]" in client.content(uri), "the comment")
    assert len(await client.findings(uri)) == 2


@pytest.mark.parametrize("only", [None, ["quickfix"], ["refactor"], ["source"], ["source.fixAll"], ["source.organizeImports"]])
async def test_only_kinds_that_were_asked_for(start, project, only):
    # The checker compares each kind with those asked for.
    client = await start("planner")
    uri = client.open(project.uri("train.py"))
    found = await client.actions(uri, client.text(uri).range_of("SFTTrainer("), only)
    if only in (None, ["refactor"]) and client.can("workspace.applyEdit"):
        assert "Plan this script" in [it["title"] for it in found]
    if only == ["source.organizeImports"]:
        assert found == []


async def test_an_action_of_another_text_is_refused_or_has_its_version(start, project):
    client = await start(files=FILES)
    if not client.can(LITERALS):
        pytest.skip("commands carry no edits")
    uri = client.open(project.uri("train.py"))
    action = (await client.actions(uri, client.whole(uri), ["source.fixAll"]))[0]
    client.change(uri, (None, "# typed meanwhile\n" + OLD_SCRIPT))
    if "edit" in action:
        versions = [it["textDocument"]["version"] for it in action["edit"].get("documentChanges", [])]
        assert all(it == 1 for it in versions)
        return
    answer = await client.answer(client.ask("codeAction/resolve", action))
    assert answer["error"]["code"] == -32801
