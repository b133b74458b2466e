"""Columns: emoji, combining letters, line ends, and edits of parts, in the units that were agreed on."""

import dataclasses

import pytest
from texts import PINS

CALL = 'from transformers import TrainingArguments\n\nargs = TrainingArguments("{}", evaluation_strategy="epoch")\n'
NAMES = ["out", "o😀t", "e\u0301\u0301", "日本語", "👩‍👩‍👧", "a\tb"]


@pytest.fixture(params=[None, ["utf-8"], ["utf-16"], ["utf-32"], ["utf-32", "utf-16"], ["utf-7"]], ids=str)
def units(request):
    """The units that an editor offers."""
    return request.param


@pytest.fixture
def profile(profile, units):
    """The same editor with other units."""
    if profile.name not in ("vscode", "neovim", "minimal"):
        pytest.skip("three editors are enough for this")
    general = dict(profile.capabilities.get("general", {}))
    general.pop("positionEncodings", None)
    if units:
        general["positionEncodings"] = units
    return dataclasses.replace(profile, capabilities=profile.capabilities | {"general": general})


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
async def test_findings_and_fixes_are_where_the_word_is(start, project, end):
    client = await start(files={"requirements.txt": PINS})
    for number, name in enumerate(NAMES):
        text = CALL.format(name).replace("\n", end)
        uri = client.open(project.uri(f"t{number}.py"), text)
        found = await client.findings(uri)
        assert [client.text(uri).of(it["range"]) for it in found] == ["evaluation_strategy"]
        hover = await client.request("textDocument/hover", client.place(uri, "evaluation_strategy"))
        assert client.text(uri).of(hover["range"]) == "evaluation_strategy"
        for action in await client.actions(uri, found[0]["range"], ["source.fixAll"]):
            await client.choose(action)
            assert client.content(uri) == text.replace("evaluation_strategy", "eval_strategy")


async def test_edits_of_parts_arrive_where_they_were_made(start, project):
    client = await start(files={"requirements.txt": PINS})
    uri = client.open(project.uri("t.py"), CALL.format("😀").replace("\n", "\r\n"))
    await client.findings(uri)
    client.replace(uri, "😀", "e\u0301😀日")
    client.replace(uri, "日", "")
    client.replace(uri, "\r\n\r\n", "\r\n# 😀 line\r\n\n")
    client.change(uri, (client.text(uri).range_of("evaluation"), "eval"), (None, CALL.format("new")))
    client.replace(uri, 'args = ', 'x = "👩‍👩‍👧"; args = ')
    found = await client.findings(uri)
    assert [client.text(uri).of(it["range"]) for it in found] == ["evaluation_strategy"]
