"""What editors announce.

Those in `profiles/` were recorded from the editors that the other layers drive, as they are with this project's own
extension and configuration; JupyterLab's is written after what its client sends, `minimal` announces nothing. The others
are recordings that pytest-lsp brings.
"""

import dataclasses
import json
import pathlib
from importlib import resources

from checker.look import at

OWN = pathlib.Path(__file__).parent.parent / "profiles"
THEIRS = resources.files("pytest_lsp.clients")


@dataclasses.dataclass(frozen=True)
class Profile:
    """One editor."""

    name: str
    info: dict | None
    capabilities: dict
    options: dict

    def can(self, path):
        """What it announces under a path."""
        return at(self.capabilities, path)


def read(name, file):
    raw = json.loads(file.read_text())
    return Profile(name, raw["clientInfo"], raw["capabilities"], raw.get("initializationOptions") or {"network": "cache"})


PROFILES = {
    profile.name: profile
    for profile in [
        read("vscode", OWN / "vscode-1.139.json"),
        read("vscode-1.65", THEIRS / "visual_studio_code_v1.65.2.json"),
        read("neovim", OWN / "neovim-0.11.4.json"),
        read("emacs", THEIRS / "emacs_v29.1.json"),
        read("jupyterlab", OWN / "jupyterlab.json"),
        read("minimal", OWN / "minimal.json"),
    ]
}
