"""Tests of the gathering in src/prepare_data{{ s }}.py."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from datasets import Dataset
from prepare_data{{ s }} import gathered, listed

{% if data.format == "labelled" %}
ROWS = Dataset.from_list(
    [
        {"query": "why ", "passage": "so", "label": 1},
        {"query": "why", "passage": "no", "label": 0},
        {"query": "why", "passage": "so", "label": 0},
        {"query": "when", "passage": "now", "label": 1},
    ]
)
{% elif data.format == "triplets" %}
ROWS = Dataset.from_list(
    [
        {"query": "why ", "positive": "so", "negative": "no"},
        {"query": "why", "positive": "because", "negative": "so"},
        {"query": "when", "positive": "now", "negative": ""},
    ]
)
{% else %}
ROWS = Dataset.from_list([{"query": "why ", "answer": "so"}, {"query": "when", "answer": "now"}])
{% endif %}


def test_a_right_passage_is_never_a_wrong_one() -> None:
    right, wrong = gathered(ROWS)["why"]
    assert "so" in right
    assert not right & wrong


def test_queries_need_both_kinds_of_passages() -> None:
    of = {f"q{at}": ({"right"}, {"wrong"}) for at in range(10)} | gathered(ROWS)
    assert "when" not in listed(of)["query"][:]
