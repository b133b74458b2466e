"""How many words of the answers about held-out pictures are right, with the pictures and with grey ones."""

import argparse
import json
import sys
from collections import Counter
from pathlib import Path

import torch
from datasets import load_from_disk
from peft import PeftModel
from PIL import Image
from transformers import AutoModelForImageTextToText, AutoProcessor

{% include "shared/model_revision.py" %}


def f1(right: str, said: str) -> float:
    """The overlap of two texts in words."""
    wanted, given = (Counter(text.lower().split()) for text in (right, said))
    both = (wanted & given).total()
    return 2 * both / (wanted.total() + given.total()) if both else 0.0


@torch.inference_mode()
def answer(model, processor, picture: Image.Image, prompt: list[dict]) -> str:
    """What the model says; the picture stands before the first question."""
    first = next(at for at, it in enumerate(prompt) if it["role"] == "user")
    messages = [{"role": it["role"], "content": [{"type": "text", "text": it["content"]}]} for it in prompt]
    messages[first]["content"].insert(0, {"type": "image", "image": picture})
    inputs = processor.apply_chat_template(
        messages, add_generation_prompt=True, tokenize=True, return_dict=True, return_tensors="pt"
    ).to(model.device, model.dtype)
    made = model.generate(**inputs, max_new_tokens=256, do_sample=False)
    return processor.decode(made[0, inputs["input_ids"].shape[1] :], skip_special_tokens=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--adapter", help="folder of the result; without it the base is measured")
    parser.add_argument("--baseline", type=Path, help="a report to be better than")
    parser.add_argument("--rows", type=int, default=200)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()

    device = "cuda" if torch.cuda.is_available() else "cpu"
    processor = AutoProcessor.from_pretrained(MODEL{% if not model.is_local %}, revision=REVISION{% endif %})
    model = AutoModelForImageTextToText.from_pretrained(
        MODEL,
{% if not model.is_local %}
        revision=REVISION,
{% endif %}
        dtype=torch.{{ fit.dtype }},
    ).to(device)
    if args.adapter:
        model = PeftModel.from_pretrained(model, args.adapter)
    model.eval()
    data = load_from_disk("data/processed{{ s }}")["test"]
    rows = data.select(range(min(args.rows, len(data))))
    seen, blind, same = 0.0, 0.0, 0
    for row in rows:
        right = row["completion"][-1]["content"]
        said = answer(model, processor, row["image"], row["prompt"])
        grey = Image.new("RGB", row["image"].size, "grey")
        seen += f1(right, said)
        blind += f1(right, answer(model, processor, grey, row["prompt"]))
        same += right.lower().split() == said.lower().split()
    count = len(rows)
    report = {"f1": seen / count, "f1_with_grey_pictures": blind / count, "exact_match": same / count}
    report["n"] = count
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(report, indent=2) + "\n")
    print(report)
    if args.baseline:
        before = json.loads(args.baseline.read_text())["f1"]
        sys.exit(report["f1"] < before + {{ set.least_gain }})


if __name__ == "__main__":
    main()
