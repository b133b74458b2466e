"""Tests of src/spans{{ s }}.py and src/prepare_data{{ s }}.py."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from prepare_data{{ s }} import example
from spans{{ s }} import pieces, scores


def test_neighbours_of_one_kind_are_two_pieces() -> None:
    assert pieces(["B-A", "I-A", "B-A", "O", "I-B"]) == {(0, 1, "A"), (2, 2, "A"), (4, 4, "B")}


def test_a_piece_of_wrong_length_is_wrong() -> None:
    assert scores([["B-A", "I-A"]], [["B-A", "O"]])["f1"] == 0.0
    assert scores([["B-A", "O", "B-B"]], [["B-A", "O", "O"]])["f1"] == 2 / 3


{% if data.format == "spans" %}
def test_words_get_the_tags_of_their_piece() -> None:
    row = {"text": "Ada Byron, London", "entities": [{"start": 0, "end": 9, "label": "PER"}]}
    assert example(row) == {"tokens": ["Ada", "Byron", ",", "London"], "tags": ["B-PER", "I-PER", "O", "O"]}
{% else %}
def test_a_piece_begins_with_a_b() -> None:
    row = {"tokens": ["in", "New", "York"], "tags": ["O", "I-LOC", "I-LOC"]}
    assert example(row)["tags"] == ["O", "B-LOC", "I-LOC"]
{% endif %}
