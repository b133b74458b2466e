"""Notebooks: cell by cell where the editor sends them so, else as one text or as the file."""

import json

import pytest
from texts import PINS

CELLS = {
    "#a": "%pip install -q transformers==5.23.0\nfrom transformers import TrainingArguments\n",
    "#b": '%%time\nargs = TrainingArguments("out", evaluation_strategy="epoch")\n',
}


def open_notebook(client, uri):
    """Opens the cells as VS Code does."""
    cells = [uri.replace("file:", "vscode-notebook-cell:") + name for name in CELLS]
    texts = [
        {"uri": cell, "languageId": "python", "version": 1, "text": text}
        for cell, text in zip(cells, CELLS.values(), strict=True)
    ]
    listed = [{"kind": 2, "document": cell} for cell in cells]
    notebook = {"uri": uri, "notebookType": "jupyter-notebook", "version": 1, "cells": listed}
    client.notify("notebookDocument/didOpen", {"notebookDocument": notebook, "cellTextDocuments": texts})
    return cells


async def test_a_cell_is_fixed_in_the_cell(start, project):
    client = await start(files={"requirements.txt": PINS})
    if "notebookDocumentSync" not in client.offered:
        pytest.skip("sends no notebooks")
    uri = project.uri("train.ipynb")
    first, second = open_notebook(client, uri)
    assert await client.findings(first) == []
    found = await client.findings(second)
    assert [client.text(second).of(it["range"]) for it in found] == ["evaluation_strategy"]
    actions = await client.actions(second, found[0]["range"], ["quickfix"])
    await client.choose(actions[0])
    assert 'eval_strategy="epoch"' in client.content(second)
    assert await client.findings(second) == []
    hover = await client.request("textDocument/hover", client.place(second, "TrainingArguments"))
    assert "5.23.0" in hover["contents"]["value"]


async def test_cells_come_and_go(start, project):
    client = await start(files={"requirements.txt": PINS})
    if "notebookDocumentSync" not in client.offered:
        pytest.skip("sends no notebooks")
    uri = project.uri("train.ipynb")
    first, second = open_notebook(client, uri)
    assert len(await client.findings(second)) == 1
    # The import goes: then nothing is known of the call.
    gone = {"array": {"start": 0, "deleteCount": 1}, "didClose": [{"uri": first}]}
    document = {"uri": uri, "version": 2}
    client.notify("notebookDocument/didChange", {"notebookDocument": document, "change": {"cells": {"structure": gone}}})
    if client.pulls:
        assert await client.findings(second) == []
    third = first.replace("#a", "#c")
    item = {"uri": third, "languageId": "python", "version": 1, "text": CELLS["#a"]}
    array = {"start": 0, "deleteCount": 0, "cells": [{"kind": 2, "document": third}]}
    change = {"cells": {"structure": {"array": array, "didOpen": [item]}}}
    client.notify("notebookDocument/didChange", {"notebookDocument": {"uri": uri, "version": 3}, "change": change})
    assert len(await client.findings_when(second, bool, "the finding again")) == 1
    cells = [{"uri": third}, {"uri": second}]
    client.notify("notebookDocument/didClose", {"notebookDocument": {"uri": uri}, "cellTextDocuments": cells})
    assert await client.request("textDocument/hover", {"textDocument": {"uri": second}, "position": {"line": 0, "character": 0}}) is None


async def test_the_joined_cells_of_jupyterlab(start, project):
    client = await start(files={"requirements.txt": PINS})
    uri = project.uri(".virtual_documents/train.ipynb")
    text = "\n\n\n" + "\n\n".join(CELLS.values()).replace("%", "# %")
    client.open(uri, text)
    found = await client.findings(uri)
    assert [client.text(uri).of(it["range"]) for it in found] == ["evaluation_strategy"]
    assert (await client.request("textDocument/hover", client.place(uri, "evaluation_strategy"))) is not None


async def test_the_json_of_the_file(start, project):
    cells = [
        {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": text.splitlines(True)}
        for text in CELLS.values()
    ]
    text = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}, indent=1)
    client = await start(files={"train.ipynb": text, "requirements.txt": PINS})
    uri = client.open(project.uri("train.ipynb"), language="json")
    found = await client.findings(uri)
    assert [client.text(uri).of(it["range"]) for it in found] == ["evaluation_strategy"]
