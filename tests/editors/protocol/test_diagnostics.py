"""From opening an old script to a clean one."""

import pytest
from texts import OLD_SCRIPT, PINS

FILES = {"train.py": OLD_SCRIPT, "requirements.txt": PINS}


async def test_an_old_script_has_findings_where_they_are(start, project):
    client = await start(files=FILES)
    uri = client.open(project.uri("train.py"))
    found = await client.findings(uri)
    assert {(it["code"], client.text(uri).of(it["range"])) for it in found} == {
        ("HF103", "evaluation_strategy"),
        ("HF103", "no_cuda"),
        ("HF103", "tokenizer"),
    }
    assert all(it["severity"] == 1 and it["source"] == "hf-lsp" for it in found)
    assert not client.pulls or not client.asked("textDocument/publishDiagnostics")


async def test_what_the_editor_shows_of_findings_is_sent(start, project, profile):
    shown = [profile.can("textDocument.diagnostic") or {}, profile.can("textDocument.publishDiagnostics") or {}]
    script = 'from transformers import pipeline\npipe = pipeline("text-generation", torch_dtype="auto")\n'
    client = await start(files={"use.py": script, "requirements.txt": PINS})
    found = await client.findings(client.open(project.uri("use.py")))
    old = next(it for it in found if "torch_dtype" in it["message"])
    has = lambda name: any(it.get(name) for it in shown)  # noqa: E731
    assert ("data" in old) == has("dataSupport")
    assert ("tags" in old) == has("tagSupport")
    assert old.get("tags", [2]) == [2]


async def test_findings_follow_the_typing(start, project):
    client = await start(files=FILES)
    uri = client.open(project.uri("train.py"))
    before = await client.findings(uri)
    client.replace(uri, "evaluation_strategy", "eval_strategy")
    client.replace(uri, "no_cuda=False, ", "")
    assert len(await client.findings(uri)) == len(before) - 2
    client.replace(uri, "eval_strategy", "evaluation_strategy")
    assert len(await client.findings(uri)) == len(before) - 1


async def test_a_pull_without_a_change_is_answered_unchanged(start, project):
    client = await start(files=FILES)
    if not client.pulls:
        pytest.skip("pushes")
    uri = client.open(project.uri("train.py"))
    await client.findings(uri)
    asked = {"textDocument": {"uri": uri}, "previousResultId": client.pulled[uri]["resultId"]}
    assert (await client.request("textDocument/diagnostic", asked))["kind"] == "unchanged"
    client.change(uri, (None, "import transformers\n"))
    assert (await client.request("textDocument/diagnostic", asked))["items"] == []


async def test_the_workspace_is_pulled_with_progress_that_ends_before_the_answer(start, project):
    files = {f"part{number}.py": OLD_SCRIPT for number in range(12)} | FILES
    client = await start(files=files)
    if not client.pulls:
        pytest.skip("pushes")
    uri = client.open(project.uri("train.py"))
    params = {"previousResultIds": [], "workDoneToken": "mine"}
    result = await client.request("workspace/diagnostic", params)
    reports = {it["uri"]: it for it in result["items"]}
    assert len(reports) == len(files)
    assert reports[uri]["version"] == 1
    assert all(len(it["items"]) == 3 for name, it in reports.items() if name.endswith(".py"))
    progress = [it["params"]["value"]["kind"] for it in client.asked("$/progress") if it["params"]["token"] == "mine"]
    assert (progress[0], progress[-1]) == ("begin", "end")
    known = [{"uri": it["uri"], "value": it["resultId"]} for it in result["items"]]
    again = await client.request("workspace/diagnostic", {"previousResultIds": known})
    assert {it["kind"] for it in again["items"]} == {"unchanged"}


async def test_a_closed_document_shows_nothing(start, project):
    client = await start(files=FILES)
    uri = client.open(project.uri("train.py"))
    assert await client.findings(uri)
    client.close(uri)
    if not client.pulls:
        await client.until(lambda: client.published[uri] == (None, []), "empty diagnostics")
    client.open(uri)
    assert len(await client.findings(uri)) == 3


@pytest.mark.parametrize("language", ["yaml", "shellscript", "markdown", "json", "dockerfile", "makefile"])
async def test_other_languages_than_python(start, project, language):
    name, text, code, part = {
        "yaml": ("sft.yaml", "learning_rate: 2.0e-5\nevaluation_strategy: steps\nnum_train_epochs: 1\n"
                 "per_device_train_batch_size: 2\noutput_dir: out\n", "HF103", "evaluation_strategy"),
        "shellscript": ("run.sh", "#!/bin/sh\nhuggingface-cli login\n", "HF711", "huggingface-cli login"),
        "markdown": ("README.md", "# Use\n\n```python\nfrom transformers import TrainingArguments\n"
                     'TrainingArguments("o", no_cuda=True)\n```\n', "HF103", "no_cuda"),
        "json": ("args.json", '{"output_dir": "out", "learning_rate": 1e-5, "evaluation_strategy": "steps",\n'
                 ' "num_train_epochs": 1, "per_device_train_batch_size": 2}\n', "HF103", "evaluation_strategy"),
        "dockerfile": ("Dockerfile", "FROM python:3.12\nRUN huggingface-cli login\n", "HF711", "huggingface-cli login"),
        "makefile": ("Makefile", "all:\n\thuggingface-cli login\n", "HF711", "huggingface-cli login"),
    }[language]
    client = await start(files={name: text, "requirements.txt": PINS})
    uri = client.open(project.uri(name), language=language)
    found = await client.findings(uri)
    assert [(it["code"], client.text(uri).of(it["range"])) for it in found] == [(code, part)]
    fixes = await client.actions(uri, found[0]["range"], ["quickfix"], found)
    if client.can("textDocument.codeAction.codeActionLiteralSupport"):
        await client.choose(next(it for it in fixes if not it["title"].startswith("Ignore")))
        assert await client.findings(uri) == []
    else:
        assert fixes == []
