"""Tests of the rewards in src/rewards{{ s }}.py, with what a model may try to get them for nothing."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from rewards{{ s }} import boxed, correct


def said(text: str) -> list[list[dict]]:
    return [[{"role": "assistant", "content": text}]]


@pytest.mark.parametrize("text", [r"So it is \boxed{1,000}.", r"\boxed{1000.0}", r"\boxed{$1000$}"])
def test_one_number_in_many_forms_is_right(text: str) -> None:
    assert correct(said(text), ["1000"]) == [1.0]


@pytest.mark.parametrize("text", ["1000", "", r"\boxed{}", r"\boxed{100}", r"\boxed{1000", r"\boxed{1000/7}"])
def test_what_is_not_an_answer_is_wrong(text: str) -> None:
    assert correct(said(text), ["1000"]) == [0.0]


def test_only_the_last_box_counts() -> None:
    assert correct(said(r"\boxed{7}, no: \boxed{8}"), ["7"]) == [0.0]


def test_words_are_compared_without_case() -> None:
    assert correct(said(r"\boxed{ Red  Fox }"), ["red fox"]) == [1.0]


@pytest.mark.parametrize(("text", "reward"), [(r"\boxed{7}", 1.0), (r"\boxed{7} \boxed{8}", 0.0), ("7", 0.0)])
def test_one_box_is_asked_for(text: str, reward: float) -> None:
    assert boxed(said(text)) == [reward]


def test_each_answer_gets_one_reward() -> None:
    several = said(r"\boxed{1}") + said(r"\boxed{2}")
    assert correct(several, ["1", "1"], trainer_state=None) == [1.0, 0.0]
