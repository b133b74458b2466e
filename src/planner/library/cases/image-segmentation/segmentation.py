"""Pictures and masks as a model reads them, and how well it fills them."""

import numpy as np
import torch
from torchvision import tv_tensors
from torchvision.transforms import v2

UNKNOWN = 255
changed = v2.Compose(
    [
{% if set.mirror %}
        v2.RandomHorizontalFlip(),
{% endif %}
        v2.ColorJitter(brightness=0.3, contrast=0.3, saturation=0.3),
    ]
)


def prepared(processor, varied: bool):
    """A transform of rows: pixels and numbers of classes; with `varied` another piece every time."""

    def transform(rows: dict) -> dict:
        images, masks = [], []
        for image, mask in zip(rows["image"], rows["mask"]):
            mask = tv_tensors.Mask(torch.from_numpy(np.array(mask, dtype=np.uint8)))
            if varied:
                piece = [max(1, int(side * torch.empty(1).uniform_(0.5, 1.0).item())) for side in mask.shape]
                image, mask = changed(*v2.RandomCrop(piece)(image, mask))
            images.append(image)
            masks.append(np.asarray(mask))
        made = processor(images=images, segmentation_maps=masks, return_tensors="pt")
        return {"pixel_values": list(made["pixel_values"]), "labels": list(made["labels"])}

    return transform


def batch(rows: list[dict]) -> dict[str, torch.Tensor]:
    """Rows as one batch."""
    return {name: torch.stack([row[name] for row in rows]) for name in ("pixel_values", "labels")}


class Overlap:
    """Counts of pixels by right and by said class."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        self.counts = np.zeros((len(names), len(names)), dtype=np.int64)

    def add(self, right: np.ndarray, said: np.ndarray) -> None:
        """One picture more; pixels that nobody marked do not count."""
        known = right != UNKNOWN
        size = len(self.names)
        places = right[known].astype(np.int64) * size + said[known]
        self.counts += np.bincount(places, minlength=size * size).reshape(size, size)

    def report(self) -> dict:
        """For each class the pixels that are right and said, of those that are right or said."""
        both = np.diag(self.counts)
        either = self.counts.sum(0) + self.counts.sum(1) - both
        iou = {name: both[at] / either[at] for at, name in enumerate(self.names) if either[at]}
        share = both.sum() / max(1, self.counts.sum())
        each = {name: float(value) for name, value in iou.items()}
        return {"miou": float(np.mean(list(iou.values()))), "pixels_right": float(share), "iou": each}
