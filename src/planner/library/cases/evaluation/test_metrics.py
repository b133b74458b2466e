"""Tests of the metrics with numbers that were counted by hand."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from metrics import ExactMatch, WordOverlap, overlap


def test_case_and_marks_do_not_count() -> None:
    result = ExactMatch().compute(predictions=["Paris.", "Rome"], references=["paris", "Milan"])
    assert result == {"exact_match": 0.5}


def test_overlap_is_of_words() -> None:
    assert overlap("the red house", "a red house") == pytest.approx(2 / 3)
    assert WordOverlap().compute(predictions=[""], references=[""]) == {"word_overlap": 1.0}
    assert overlap("", "house") == 0.0
