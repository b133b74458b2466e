"""Tests of the splitting in src/prepare_data{{ s }}.py."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from datasets import Dataset
from PIL import Image
from prepare_data{{ s }} import fingerprint, groups, split


def test_equal_pixels_are_one_picture() -> None:
    red, blue = (Image.new("RGB", (4, 3), color) for color in ("red", "blue"))
    assert fingerprint(red) == fingerprint(red.copy()) != fingerprint(blue)


def test_pairs_with_a_shared_side_stay_together() -> None:
    of = groups([("1", "a"), ("1", "b"), ("2", "b"), ("3", "c")])
    assert of[0] == of[1] == of[2] != of[3]


def test_no_picture_is_on_both_sides() -> None:
    keys = [(f"picture {at // 2}", f"text {at}") for at in range(80)]
    parts = split(Dataset.from_dict({"picture": [picture for picture, _ in keys]}), groups(keys))
    seen = [set(part["picture"]) for part in parts.values()]
    assert sum(map(len, seen)) == len(set().union(*seen)) == 40
