"""Tests of the cleaning and splitting in src/prepare_data{{ s }}.py."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from datasets import Dataset
from prepare_data{{ s }} import COLUMNS, clean, groups, is_whole, split, without_doubles


def rows(*pairs: tuple[str, str]) -> Dataset:
    return Dataset.from_list([dict.fromkeys(COLUMNS, "no") | {"anchor": a, "positive": p} for a, p in pairs])


def test_blanks_and_empty_texts_go() -> None:
    assert clean(rows(("  why \n", "so"))[0])["anchor"] == "why"
    assert not is_whole(rows(("why", ""))[0])


def test_doubles_go() -> None:
    assert len(without_doubles(rows(("Why", "so"), ("why", "So"), ("why", "no")))) == 2


def test_rows_with_a_shared_text_stay_together() -> None:
    of = groups(rows(("a", "1"), ("b", "1"), ("b", "2"), ("c", "3")))
    assert of[0] == of[1] == of[2] != of[3]


def test_no_query_is_on_both_sides() -> None:
    parts = split(rows(*((f"q{n // 2}", f"p{n}") for n in range(80))))
    asked = [set(part["anchor"]) for part in parts.values()]
    assert sum(map(len, asked)) == len(set().union(*asked)) == 40
