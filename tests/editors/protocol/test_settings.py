"""Settings, files and folders that change while the server runs."""

import pytest
from texts import OLD_SCRIPT, PINS

FILES = {"train.py": OLD_SCRIPT, "requirements.txt": PINS}


async def test_settings_are_asked_for_where_the_editor_has_them(start, project):
    client = await start(files=FILES, settings={"select": ["HF7"]})
    uri = client.open(project.uri("train.py"))
    asks = bool(client.can("workspace.configuration"))
    found = await client.findings(uri)
    assert bool(client.asked("workspace/configuration")) == asks
    assert len(found) == (0 if asks else 3)
    client.set_configuration({"select": ["HF1"]}, section="hf-lsp")
    client.notify("workspace/didChangeConfiguration", {"settings": {"hf-lsp": {"select": ["HF7"]}}})
    # Pushed settings count where none are asked for.
    count = 3 if asks else 0
    await client.findings_when(uri, lambda found: len(found) == count, f"{count} findings by the new settings")


async def test_pins_that_change_on_disk_change_the_findings(start, project):
    client = await start(files=FILES)
    uri = client.open(project.uri("train.py"))
    assert len(await client.findings(uri)) == 3
    project.fill(files={"requirements.txt": "transformers==4.40.0\n"})
    pins = project.uri("requirements.txt")
    if client.registered("workspace/didChangeWatchedFiles"):
        client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": pins, "type": 2}]})
    else:
        client.notify("textDocument/didSave", {"textDocument": {"uri": pins}})
    await client.findings_when(uri, lambda found: len(found) < 3, "the findings of an older release")


async def test_watched_files_are_registered_where_that_can_be(start, project):
    client = await start(files=FILES)
    await client.findings(client.open(project.uri("train.py")))
    watched = client.registered("workspace/didChangeWatchedFiles")
    assert bool(watched) == bool(client.can("workspace.didChangeWatchedFiles.dynamicRegistration"))
    if watched:
        assert {"globPattern": "**/requirements*.txt"} in watched[0]["watchers"]


async def test_folders_come_and_go(start, project):
    project.fill(files={"one/train.py": OLD_SCRIPT, "one/requirements.txt": PINS})
    project.fill(files={"two/train.py": OLD_SCRIPT, "two/requirements.txt": "transformers==4.40.0\n"})
    client = await start(folders=[project.uri("one")])
    one = client.open(project.uri("one/train.py"))
    assert len(await client.findings(one)) == 3
    added = [{"uri": project.uri("two"), "name": "two"}]
    client.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": added, "removed": []}})
    two = client.open(project.uri("two/train.py"))
    assert len(await client.findings(two)) < 3
    client.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [], "removed": added}})
    assert len(await client.findings(one)) == 3


@pytest.mark.parametrize("folders", [[], None])
async def test_without_a_folder(start, project, folders):
    client = await start(files=FILES, initialize=False)
    await client.initialize(workspaceFolders=folders, rootUri=None)
    assert len(await client.findings(client.open(project.uri("train.py")))) == 3
    new = client.open("untitled:Untitled-1", OLD_SCRIPT)
    assert len(await client.findings(new)) >= 2
