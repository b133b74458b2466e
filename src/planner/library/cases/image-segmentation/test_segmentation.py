"""Tests of src/segmentation{{ s }}.py and src/prepare_data{{ s }}.py."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

import numpy as np
from prepare_data{{ s }} import CLASSES, UNKNOWN, faults
from segmentation{{ s }} import Overlap


def test_masks_of_another_size_or_with_strange_numbers_are_found() -> None:
    good = np.array([[0, len(CLASSES) - 1, UNKNOWN]])
    assert faults((3, 1), good) == []
    assert len(faults((1, 3), good)) == 1
    assert len(faults((3, 1), good * 0 + len(CLASSES))) == 1


def test_unknown_pixels_do_not_count() -> None:
    overlap = Overlap(["a", "b"])
    overlap.add(np.array([0, 0, 1, UNKNOWN]), np.array([0, 1, 1, 0]))
    assert overlap.report()["iou"] == {"a": 0.5, "b": 0.5}
