"""Tests of the cleaning in src/prepare_data{{ s }}.py."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from prepare_data{{ s }} import clean, digest


def test_addresses_are_masked_and_blanks_go() -> None:
    assert clean("  write to  ada@example.org ") == "write to [email]"


def test_texts_that_say_the_same_are_one() -> None:
    assert digest("Hello, world!") == digest("hello world")
    assert digest("Hello, world!") != digest("Hello, moon!")
