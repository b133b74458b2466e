"""Tests of the boxes in src/prepare_data{{ s }}.py."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from PIL import Image
from prepare_data{{ s }} import cut, example


def test_boxes_end_with_the_picture() -> None:
{% if data.format == "corners" %}
    assert cut([-5, 10, 30, 120], width=100, height=80) == [0, 10, 30, 70]
{% else %}
    assert cut([-5, 10, 35, 110], width=100, height=80) == [0, 10, 30, 70]
{% endif %}


def test_boxes_without_extent_go_with_their_names() -> None:
    objects = {"bbox": [[200, 5, 210, 9], [1, 2, 30, 40]], "category": ["out", "in"]}
    assert example({"image": Image.new("RGB", (100, 80)), "objects": objects})["names"] == ["in"]
