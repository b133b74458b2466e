"""Pictures and boxes as a detector reads them, and how well it finds them."""

import torch
from datasets import Dataset, DatasetDict
from torchmetrics.detection import MeanAveragePrecision
from torchvision import tv_tensors
from torchvision.transforms import v2

SHOWN = ("map", "map_50", "map_small", "map_medium", "map_large", "mar_100")
changed = v2.Compose(
    [
{% if set.mirror %}
        v2.RandomHorizontalFlip(),
{% endif %}
        v2.RandomIoUCrop(min_scale=0.5, max_scale=1.0),
        v2.ColorJitter(brightness=0.3, contrast=0.3, saturation=0.3),
        v2.SanitizeBoundingBoxes(min_size=4),
    ]
)


def kinds(data: DatasetDict) -> list[str]:
    """The names of all things, in order."""
    return sorted({name for part in data.values() for names in part["names"] for name in names})


def prepared(processor, names: list[str], varied: bool):
    """A transform of rows: pixels and targets; with `varied` another piece of each picture every time."""

    def transform(rows: dict) -> dict:
        images, targets = [], []
        for at, (image, boxes, called) in enumerate(zip(rows["image"], rows["boxes"], rows["names"])):
            boxes = torch.tensor(boxes, dtype=torch.float32).reshape(-1, 4)
            boxes = tv_tensors.BoundingBoxes(boxes, format="XYWH", canvas_size=(image.height, image.width))
            labels = torch.tensor([names.index(name) for name in called], dtype=torch.long)
            if varied:
                image, boxes, labels = changed({"i": image, "boxes": boxes, "labels": labels}).values()
            things = [
                {"bbox": box, "category_id": label, "area": box[2] * box[3], "iscrowd": 0}
                for box, label in zip(boxes.tolist(), labels.tolist())
            ]
            images.append(image)
            targets.append({"image_id": at, "annotations": things})
        made = processor(images=images, annotations=targets, return_tensors="pt")
        return {"pixel_values": list(made["pixel_values"]), "labels": made["labels"]}

    return transform


def batch(rows: list[dict]) -> dict:
    """Rows as one batch."""
    pixels = torch.stack([row["pixel_values"] for row in rows])
    return {"pixel_values": pixels, "labels": [dict(row["labels"]) for row in rows]}


@torch.inference_mode()
def measured(model, processor, data: Dataset, names: list[str]) -> dict[str, float]:
    """Mean average precision; things that the model has no word for are never found."""
    metric = MeanAveragePrecision(box_format="xyxy", iou_type="bbox")
    number = {at: names.index(name) for at, name in model.config.id2label.items() if name in names}
    for row in data:
        inputs = processor(images=row["image"], return_tensors="pt").to(model.device)
        size = [(row["image"].height, row["image"].width)]
        said = processor.post_process_object_detection(model(**inputs), threshold=0.01, target_sizes=size)[0]
        known = [at for at, label in enumerate(said["labels"].tolist()) if label in number]
        labels = torch.tensor([number[said["labels"][at].item()] for at in known], dtype=torch.long)
        right = torch.tensor(row["boxes"], dtype=torch.float32).reshape(-1, 4)
        right[:, 2:] += right[:, :2]
        wanted = torch.tensor([names.index(name) for name in row["names"]], dtype=torch.long)
        metric.update(
            [{"boxes": said["boxes"].cpu()[known], "scores": said["scores"].cpu()[known], "labels": labels}],
            [{"boxes": right, "labels": wanted}],
        )
    found = metric.compute()
    return {name: float(found[name]) for name in SHOWN}
