"""Tests of choosing and cutting pictures in src/prepare_data{{ s }}.py."""

import sys
from pathlib import Path

from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from prepare_data{{ s }} import SIZE, cut, is_usable


def test_pictures_become_squares_of_three_colours() -> None:
    picture = cut(Image.new("RGBA", (SIZE * 2, SIZE)))
    assert (picture.size, picture.mode) == ((SIZE, SIZE), "RGB")


def test_small_pictures_and_missing_captions_are_dropped() -> None:
    large, small = Image.new("RGB", (SIZE, SIZE)), Image.new("RGB", (SIZE // 4, SIZE))
    assert is_usable({"image": large, "text": "a cat"})
    assert not is_usable({"image": small, "text": "a cat"})
    assert not is_usable({"image": large, "text": " "})
