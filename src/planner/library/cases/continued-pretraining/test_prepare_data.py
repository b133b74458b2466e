"""Tests of the cleaning, the copies and the mixture in src/prepare_data{{ s }}.py."""

import sys
from pathlib import Path

from datasets import Dataset

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from prepare_data{{ s }} import REPLAY, clean, mixed, without_copies, without_known


def documents(*texts: str) -> Dataset:
    return Dataset.from_dict({"text": list(texts)})


def test_addresses_and_blanks_go() -> None:
    assert clean({"text": " by  ada@example.org\n\n\n\nend "})["text"] == "by [email]\n\nend"


def test_copies_are_dropped() -> None:
    assert without_copies(documents("A b.", "a  b.", "c"))["text"] == ["A b.", "c"]


def test_documents_that_quote_held_out_text_are_dropped() -> None:
    passage = " ".join(str(number) for number in range(20))
    kept = without_known(documents("quoted: " + passage, "other words"), documents(passage))
    assert kept["text"] == ["other words"]


def test_general_text_has_its_share() -> None:
    own, general = documents(*["o" * 100] * 90), documents(*["g" * 100] * 90)
    letters = "".join(mixed(own, general)["text"])
    assert abs(letters.count("g") / len(letters) - REPLAY) < 0.02
