{% set pipe = "StableDiffusionXLControlNetPipeline" if model.extra.family | default("sdxl") == "sdxl" else "StableDiffusionControlNetPipeline" %}
"""Measure how well noise is found in held-out pictures, always in the same places, and draw samples."""

import argparse
import json
import sys
from pathlib import Path

import torch
from datasets import load_from_disk
from diffusers import ControlNetModel, DDPMScheduler, {{ pipe }}

from diffusion{{ s }} import DEVICE, SIZE, condition, encode, errors, load


@torch.inference_mode()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--control", help="folder of the result; without it the base is measured")
    parser.add_argument("--baseline", type=Path, help="a report to be better than")
    parser.add_argument("--samples", type=Path, required=True, help="folder for pictures")
    parser.add_argument("--draw", type=int, default=8, help="how many pictures to draw")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()

    pipe = load().to(DEVICE)
    schedule = DDPMScheduler.from_config(pipe.scheduler.config)
    rows = load_from_disk("data/processed{{ s }}")["test"]
    known = [encode(pipe, row) for row in rows]
    control = ControlNetModel.from_pretrained(args.control).to(DEVICE) if args.control else None
    dice = torch.Generator().manual_seed({{ set.seed }})
    found = []
    for it in known:
        for at in range(100, 1000, 200):
            batch = {name: value.unsqueeze(0) for name, value in it.items()}
            noise = torch.randn(batch["latents"].shape, generator=dice).to(DEVICE)
            step = torch.tensor([at], device=DEVICE)
            found.append(errors(pipe.unet, schedule, batch, noise, step, control).item())
    report = {"loss": sum(found) / len(found), "n": len(known)}
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(report, indent=2) + "\n")
    print(report)
    args.samples.mkdir(parents=True, exist_ok=True)
    pipe.vae.to(pipe.unet.dtype)
    if control is not None:
        pipe = {{ pipe }}.from_pipe(pipe, controlnet=control.to(pipe.unet.dtype))
    for at in range(min(args.draw, len(rows))):
        dice = torch.Generator().manual_seed(at)
        by = {"image": condition(rows[at])} if control is not None else {}
        drawn = pipe(
            rows[at]["text"], height=SIZE, width=SIZE, num_inference_steps={{ set.draw_steps }}, generator=dice, **by
        )
        drawn.images[0].save(args.samples / f"{at}.png")
    if args.baseline:
        sys.exit(report["loss"] > 0.99 * json.loads(args.baseline.read_text())["loss"])


if __name__ == "__main__":
    main()
