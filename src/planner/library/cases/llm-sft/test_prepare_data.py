"""Tests of the cleaning in src/prepare_data{{ s }}.py."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from prepare_data{{ s }} import clean, is_whole, mask


def row(question: str, answer: str) -> dict:
    return {
        "prompt": [{"role": "user", "content": question}],
        "completion": [{"role": "assistant", "content": answer}],
    }


def test_addresses_and_numbers_are_masked() -> None:
    assert mask("write to ada@example.org or +49 30 1234567") == "write to [email] or [phone]"


def test_blanks_go() -> None:
    assert clean(row("  Why?\n", " So. "))["completion"][0]["content"] == "So."


def test_empty_answers_are_dropped() -> None:
    assert is_whole(row("Why?", "So."))
    assert not is_whole(row("Why?", ""))
