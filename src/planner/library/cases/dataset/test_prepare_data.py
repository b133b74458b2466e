"""Tests of cleaning and split in src/prepare_data{{ s }}.py."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from prepare_data{{ s }} import TEXTS, clean, is_whole, key, part


def row(text: str) -> dict:
    return {name: text for name in TEXTS}


def test_addresses_and_numbers_are_masked() -> None:
    assert clean(row("write to ada@example.org or +49 30 1234567"))[TEXTS[0]] == "write to [email] or [phone]"


def test_short_texts_are_dropped() -> None:
    assert is_whole(row("long enough"))
    assert not is_whole(row(""))


def test_rows_that_say_the_same_are_one() -> None:
    assert key(row("Hello, world!")) == key(row("hello  world"))
    assert key(row("Hello, world!")) != key(row("Hello, moon!"))


def test_a_row_stays_in_its_part() -> None:
    parts = [part(key(row(f"text {at}"))) for at in range(1000)]
    assert parts == [part(key(row(f"text {at}"))) for at in range(1000)]
    assert set(parts) == {"train", "validation", "test"}
