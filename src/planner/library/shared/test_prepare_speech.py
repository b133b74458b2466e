"""Tests of the choice of recordings in src/prepare_data{{ s }}.py."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from prepare_data{{ s }} import LONGEST, is_usable


def test_a_usual_recording_stays() -> None:
    assert is_usable({"text": "a short sentence", "seconds": 2.0})


def test_no_words_and_broken_files_are_dropped() -> None:
    assert not is_usable({"text": "  ", "seconds": 2.0})
    assert not is_usable({"text": "a short sentence", "seconds": 0.0})


def test_what_is_too_long_is_dropped() -> None:
    assert not is_usable({"text": "a short sentence", "seconds": LONGEST + 1})


def test_transcripts_of_other_recordings_are_dropped() -> None:
    assert not is_usable({"text": "a sentence " * 20, "seconds": 2.0})
