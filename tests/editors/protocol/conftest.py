"""Starts the real server for a test: in a folder of its own, under one editor's capabilities, without a network."""

import os
import pathlib
import shutil

import pytest
from client import PROFILES, Client

WORKSPACES = pathlib.Path(__file__).parent.parent / "workspaces"
SERVER = os.environ.get("HF_LSP_BIN") or "hf-lsp"


class Project:
    """A fresh folder with files, and caches beside it."""

    def __init__(self, folder):
        self.root = folder / "a project"
        self.home = folder / "home"
        self.root.mkdir()
        self.home.mkdir()

    def fill(self, workspace=None, files=None):
        """Puts files there: those of a workspace of the editor tests, and more."""
        if workspace:
            shutil.copytree(WORKSPACES / workspace, self.root, dirs_exist_ok=True)
        for name, text in (files or {}).items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())

    def uri(self, name=""):
        """The address of a file."""
        return (self.root / name).as_uri()

    @property
    def environment(self):
        """What the server sees: nothing of this machine's own caches and environments."""
        folder = str(self.home)
        return {
            "PATH": "/usr/bin:/bin",
            "HOME": folder,
            "HF_HOME": f"{folder}/hf",
            "HF_HUB_OFFLINE": "1",
            **{f"XDG_{name}_HOME": f"{folder}/{name.lower()}" for name in ("CACHE", "CONFIG", "DATA", "STATE")},
        }


@pytest.fixture(params=PROFILES.values(), ids=PROFILES.keys())
def profile(request):
    """Every editor."""
    return request.param


@pytest.fixture
def project(tmp_path):
    """A fresh folder."""
    return Project(tmp_path)


@pytest.fixture
async def start(profile, project):
    """Starts conversations, and ends them with all that was said checked."""
    clients = []

    async def begin(workspace=None, files=None, settings=None, initialize=True, folders=None, **more):
        project.fill(workspace, files)
        client = Client(profile, settings)
        clients.append(client)
        await client.start_io(SERVER, "server", env=project.environment, cwd=project.root)
        if initialize:
            await client.initialize([project.uri()] if folders is None else folders, **more)
        return client

    try:
        yield begin
        for client in clients:
            await client.end()
    finally:
        for client in clients:
            await client.stop()
