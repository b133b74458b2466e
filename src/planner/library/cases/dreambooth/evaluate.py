"""Draw the subject in several places, and measure how like it and how true to the text the samples are."""

import argparse
import json
import sys
from pathlib import Path

import torch
from datasets import load_from_disk
from transformers import CLIPModel, CLIPProcessor

from diffusion{{ s }} import DEVICE, SIZE, load

SUBJECT, KIND, CRITIC = {{ set.subject | py }}, {{ set.kind | py }}, "{{ set.critic }}"
PLACES = ["on a beach", "in a forest", "in the snow", "on a sofa"]


@torch.inference_mode()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--adapter", help="folder of the result; without it the base is measured")
    parser.add_argument("--baseline", type=Path, help="a report to be better than")
    parser.add_argument("--samples", type=Path, required=True, help="folder for pictures")
    parser.add_argument("--draw", type=int, default=4, help="how many pictures of each place")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()

    pipe = load().to(DEVICE)
    pipe.vae.to(pipe.unet.dtype)
    if args.adapter:
        pipe.load_lora_weights(args.adapter)
    pins = json.loads(Path("revisions.json").read_text()) if Path("revisions.json").exists() else {}
    critic = CLIPModel.from_pretrained(CRITIC, dtype=torch.float32, revision=pins.get(CRITIC))
    critic.to(DEVICE).eval()
    processor = CLIPProcessor.from_pretrained(CRITIC, revision=pins.get(CRITIC))

    def vectors(images: list) -> torch.Tensor:
        """Where pictures are in the space of the critic, at length 1."""
        seen = processor(images=images, return_tensors="pt").to(DEVICE)
        return torch.nn.functional.normalize(critic.get_image_features(**seen).pooler_output, dim=-1)

    real = vectors(list(load_from_disk("data/processed{{ s }}")["test"]["image"]))
    args.samples.mkdir(parents=True, exist_ok=True)
    likeness, truth = [], []
    for place in PLACES:
        # The base does not know the word of the subject, so it draws the kind.
        text = f"{SUBJECT if args.adapter else KIND} {place}"
        said = processor(text=[f"{KIND} {place}"], return_tensors="pt", padding=True).to(DEVICE)
        words = torch.nn.functional.normalize(critic.get_text_features(**said).pooler_output, dim=-1)
        for at in range(args.draw):
            dice = torch.Generator().manual_seed(at)
            made = pipe(text, height=SIZE, width=SIZE, num_inference_steps={{ set.draw_steps }}, generator=dice)
            made.images[0].save(args.samples / f"{place.replace(' ', '-')}-{at}.png")
            vector = vectors(made.images)
            likeness.append((vector @ real.T).mean().item())
            truth.append((vector @ words.T).mean().item())
    report = {"likeness": sum(likeness) / len(likeness), "truth": sum(truth) / len(truth), "n": len(truth)}
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(report, indent=2) + "\n")
    print(report)
    if args.baseline:
        before = json.loads(args.baseline.read_text())
        is_like = report["likeness"] >= before["likeness"] + 0.03
        sys.exit(not is_like or report["truth"] < before["truth"] - 0.02)


if __name__ == "__main__":
    main()
