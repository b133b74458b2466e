"""Tests of the cleaning and splitting in src/prepare_data{{ s }}.py."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from datasets import ClassLabel, Dataset
from prepare_data{{ s }} import TEXTS, clean, split, without_doubles


def rows(*pairs: tuple[str, str]) -> Dataset:
    return Dataset.from_list([dict.fromkeys(TEXTS, text) | {"label": label} for text, label in pairs])


def test_blanks_go_and_classes_are_words() -> None:
    cleaned = clean(dict.fromkeys(TEXTS, " a \n text ") | {"label": 3})
    assert cleaned == dict.fromkeys(TEXTS, "a text") | {"label": "3"}


def test_doubles_go_and_contradictions_too() -> None:
    left = without_doubles(rows(("one", "a"), ("One", "a"), ("two", "a"), ("two", "b")))
    assert left["label"] == ["a"]


def test_every_part_has_every_class() -> None:
    data = rows(*((f"text {at}", "rare" if at % 10 == 0 else "usual") for at in range(100)))
    parts = split(data.cast_column("label", ClassLabel(names=["rare", "usual"])))
    assert [len(part) for part in parts.values()] == [80, 10, 10]
    assert all(set(part["label"]) == {0, 1} for part in parts.values())
