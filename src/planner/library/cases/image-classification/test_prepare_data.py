"""Tests of the choosing and splitting in src/prepare_data{{ s }}.py."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from datasets import ClassLabel, Dataset
from PIL import Image
from prepare_data{{ s }} import chosen, fingerprint, split


def test_equal_pixels_are_one_picture() -> None:
    red, blue = (Image.new("RGB", (4, 3), color) for color in ("red", "blue"))
    assert fingerprint(red) == fingerprint(red.copy()) != fingerprint(blue)


def test_doubles_go_and_contradictions_and_broken_ones_too() -> None:
    assert chosen(["x", "x", "y", "y", ""], ["cat", "cat", "cat", "dog", "cat"]) == [0]


def test_every_part_has_every_class() -> None:
    data = Dataset.from_dict({"label": [0] * 20 + [1] * 80})
    parts = split(data.cast_column("label", ClassLabel(names=["rare", "usual"])))
    assert [len(part) for part in parts.values()] == [80, 10, 10]
    assert all(set(part["label"]) == {0, 1} for part in parts.values())
