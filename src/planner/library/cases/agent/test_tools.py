"""Tests of the tools: what they find, and what they refuse."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

import tools


def test_passages_with_the_words_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "house.txt").write_text("The roof is red.\n\nThe door is green.")
    monkeypatch.setattr(tools, "DOCUMENTS", tmp_path)
    assert tools.look_up("green door").startswith("house.txt: The door")
    assert tools.look_up("window") == "Nothing was found."


def test_numbers_are_calculated() -> None:
    assert tools.calculate("(12 + 30) / 7") == 6


def test_code_is_refused() -> None:
    with pytest.raises(ValueError):
        tools.calculate("__import__('os').getcwd()")
