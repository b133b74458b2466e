"""Tests of the preparing in src/prepare_data{{ s }}.py."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from datasets import Dataset
from PIL import Image
from prepare_data{{ s }} import SIDE, example, is_whole, split

ROW = {
    "image": Image.new("RGB", (2 * SIDE, SIDE)),
{% if data.format == "messages" %}
    "messages": [{"role": "user", "content": " Why? "}, {"role": "assistant", "content": "So."}],
{% else %}
    "question": " Why? ",
    "answer": "So.",
{% endif %}
}


def test_large_pictures_are_shrunk_in_their_shape() -> None:
    assert example(ROW)["image"].size == (SIDE, SIDE // 2)


def test_blanks_and_empty_answers_go() -> None:
    made = example(ROW)
    assert made["prompt"] == [{"role": "user", "content": "Why?"}]
    assert is_whole(made)
    assert not is_whole(made | {"completion": [{"role": "assistant", "content": ""}]})


def test_no_picture_is_on_both_sides() -> None:
    parts = split(Dataset.from_dict({"key": [str(at // 2) for at in range(80)], "row": list(range(80))}))
    seen = [{row // 2 for row in part["row"]} for part in parts.values()]
    assert sum(map(len, seen)) == len(set().union(*seen)) == 40
