"""What is shown while reading: hovers, links, hints, symbols, folding."""

import json

from texts import CLEAN_SCRIPT, OLD_SCRIPT, PINS

FILES = {"train.py": OLD_SCRIPT, "requirements.txt": PINS}
MARKS = ["```", "**", "](", "`"]


async def test_a_hover_in_a_format_that_is_read(start, project):
    client = await start(files=FILES)
    uri = client.open(project.uri("train.py"))
    for part in ["evaluation_strategy", "TrainingArguments(", "Trainer(", "no_cuda"]:
        hover = await client.request("textDocument/hover", client.place(uri, part))
        assert "transformers 5.23.0" in hover["contents"]["value"]
        if "markdown" in (client.can("textDocument.hover.contentFormat") or []):
            assert hover["contents"]["kind"] == "markdown"
            assert "```python" in hover["contents"]["value"]
        else:
            assert hover["contents"]["kind"] == "plaintext"
            assert not [mark for mark in MARKS if mark in hover["contents"]["value"]]
    nowhere = {"textDocument": {"uri": uri}, "position": {"line": 1, "character": 0}}
    assert await client.request("textDocument/hover", nowhere) is None


async def test_a_hover_of_a_model_that_was_downloaded(start, project):
    model = project.home / "hf/hub/models--studio--chat-1b"
    (model / "refs").mkdir(parents=True)
    (model / "refs/main").write_text("0123456789abcdef0123456789abcdef01234567")
    snapshot = model / "snapshots/0123456789abcdef0123456789abcdef01234567"
    snapshot.mkdir(parents=True)
    config = {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "max_position_embeddings": 4096}
    (snapshot / "config.json").write_text(json.dumps(config))
    script = 'from transformers import AutoModelForCausalLM\n\nAutoModelForCausalLM.from_pretrained("studio/chat-1b")\n'
    client = await start(files={"use.py": script, "requirements.txt": PINS})
    uri = client.open(project.uri("use.py"))
    hover = await client.request("textDocument/hover", client.place(uri, "chat-1b"))
    assert "4096" in hover["contents"]["value"].replace(",", "")
    links = await client.request("textDocument/documentLink", {"textDocument": {"uri": uri}})
    assert [it["target"] for it in links] == ["https://huggingface.co/studio/chat-1b"]
    assert client.text(uri).of(links[0]["range"]) == "studio/chat-1b"


async def test_hints_when_they_are_wanted(start, project):
    client = await start("estimate", settings={"inlayHints": True}, initialize=False)
    options = client.profile.options | {"settings": {"inlayHints": True}}
    await client.initialize([project.uri()], initializationOptions=options)
    uri = client.open(project.uri("train.py"))
    params = {"textDocument": {"uri": uri}, "range": client.whole(uri)}
    hints = await client.request("textDocument/inlayHint", params)
    assert hints, "the estimate stands behind the call"
    params["range"] = {"start": {"line": 0, "character": 0}, "end": {"line": 1, "character": 0}}
    assert await client.request("textDocument/inlayHint", params) == []


async def test_the_documentation_page_of_a_name(start, project):
    client = await start(files=FILES)
    uri = client.open(project.uri("train.py"))
    place = client.place(uri, "TrainingArguments(")["position"]
    command = {"command": "hf-lsp.showDocumentation", "arguments": [uri, place]}
    address = await client.run(command)
    assert address.startswith("hf-lsp-docs:")
    page = await client.request("workspace/textDocumentContent", {"uri": address})
    assert "TrainingArguments" in page["text"]


async def test_versions_and_where_they_are_from(start, project):
    client = await start(files={"a.py": CLEAN_SCRIPT, "requirements.txt": PINS})
    found = await client.run({"command": "hf-lsp.showVersions", "arguments": [project.uri("a.py")]})
    row = next(it for it in found if it["library"] == "transformers")
    assert (row["version"], row["source"]) == ("5.23.0", "requirements.txt")


async def test_the_estimate_is_a_page_and_a_lens(start, project):
    client = await start("estimate")
    uri = client.open(project.uri("train.py"))
    lenses = await client.request("textDocument/codeLens", {"textDocument": {"uri": uri}})
    assert lenses
    known = client.profile.options.get("commands", [])
    assert {it["command"]["command"] for it in lenses} <= {"", *known}
    page = await client.run({"command": "hf-lsp.estimate", "arguments": [uri]})
    assert page.startswith("#")
