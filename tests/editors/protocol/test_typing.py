"""What helps while typing: completion, its details, signatures."""

from texts import PINS

SCRIPT = '''from transformers import TrainingArguments
from trl import SFTConfig

args = SFTConfig("out", )
old = TrainingArguments("out", optim="")
'''
FILES = {"train.py": SCRIPT, "requirements.txt": PINS}


async def complete(client, uri, part, **context):
    """The proposals behind a text."""
    params = client.behind(uri, part)
    if context:
        params["context"] = context
    found = await client.request("textDocument/completion", params)
    return found["items"]


async def test_arguments_are_proposed_described_and_typed(start, project):
    client = await start(files=FILES)
    uri = client.open(project.uri("train.py"))
    items = await complete(client, uri, 'SFTConfig("out", ', triggerKind=2, triggerCharacter=" ")
    item = next(it for it in items if it["label"] == "max_length=")
    details = client.can("textDocument.completion.completionItem.labelDetailsSupport")
    assert ("labelDetails" in item) == bool(details)
    assert ("detail" in item) != bool(details)
    resolved = await client.request("completionItem/resolve", item)
    formats = client.can("textDocument.completion.completionItem.documentationFormat") or []
    if "markdown" in formats:
        assert resolved["documentation"]["kind"] == "markdown"
    else:
        assert "`" not in resolved["documentation"]
    edit = item["textEdit"]
    new = {"range": edit.get("range") or edit["insert"], "newText": edit["newText"]}
    client.edit(uri, [new, *(item.get("additionalTextEdits") or [])])
    assert 'SFTConfig("out", max_length' in client.content(uri)


async def test_values_are_proposed_in_strings(start, project):
    client = await start(files=FILES)
    uri = client.open(project.uri("train.py"))
    labels = [it["label"] for it in await complete(client, uri, 'optim="', triggerKind=2, triggerCharacter='"')]
    assert "adamw_torch_fused" in "".join(labels)


async def test_names_come_with_their_imports(start, project):
    client = await start(files={"new.py": "import os\n\nAutoModelForCaus\n", "requirements.txt": PINS})
    uri = client.open(project.uri("new.py"))
    item = next(it for it in await complete(client, uri, "AutoModelForCaus") if it["label"] == "AutoModelForCausalLM")
    client.edit(uri, [{"range": item["textEdit"].get("range") or item["textEdit"]["replace"],
                       "newText": item["textEdit"]["newText"]}, *item.get("additionalTextEdits", [])])
    assert "from transformers import AutoModelForCausalLM\n" in client.content(uri)
    assert client.content(uri).endswith("\nAutoModelForCausalLM\n")


async def test_nothing_where_nothing_is_known(start, project):
    client = await start(files={"new.py": "import os\n\nx = 1 \n", "requirements.txt": PINS})
    uri = client.open(project.uri("new.py"))
    params = client.behind(uri, "x = 1 ") | {"context": {"triggerKind": 2, "triggerCharacter": " "}}
    assert await client.request("textDocument/completion", params) is None


async def test_deprecated_arguments_are_struck_through(start, project):
    script = "from transformers import pipeline\n\npipe = pipeline(torch_dt)\n"
    client = await start(files={"new.py": script, "requirements.txt": PINS})
    uri = client.open(project.uri("new.py"))
    items = await complete(client, uri, "torch_dt")
    item = next(it for it in items if it["label"] == "torch_dtype=")
    known = client.can("textDocument.completion.completionItem.tagSupport.valueSet") or []
    assert item.get("tags") == ([1] if 1 in known else None)


async def test_the_signature_follows_the_arguments(start, project):
    client = await start(files=FILES)
    uri = client.open(project.uri("train.py"))
    help_ = await client.request("textDocument/signatureHelp", client.behind(uri, "SFTConfig("))
    one = help_["signatures"][0]
    assert one["label"].startswith("SFTConfig(output_dir")
    label = one["parameters"][help_["activeParameter"]]["label"]
    if client.can("textDocument.signatureHelp.signatureInformation.parameterInformation.labelOffsetSupport"):
        assert one["label"].encode("utf-16-le")[2 * label[0] : 2 * label[1]].decode("utf-16-le").startswith("output_dir")
    else:
        assert label.startswith("output_dir")
    nothing = await client.request("textDocument/signatureHelp", client.place(uri, "from trl"))
    assert nothing is None


async def test_proposals_for_a_yaml_file(start, project):
    text = "output_dir: out\nlearning_rate: 1.0e-5\nnum_train_epochs: 1\nper_device_train_batch_size: 2\nevaluation_strategy: steps\n"
    client = await start(files={"sft.yaml": text, "requirements.txt": PINS})
    uri = client.open(project.uri("sft.yaml"), language="yaml")
    hover = await client.request("textDocument/hover", client.place(uri, "learning_rate"))
    assert hover is not None
    assert await client.findings(uri)
