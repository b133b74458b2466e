{% set pipe = "StableDiffusionXLControlNetPipeline" if model.extra.family | default("sdxl") == "sdxl" else "StableDiffusionControlNetPipeline" %}
"""Draw a picture by a condition, and note in the file that a machine drew it."""

import argparse

import torch
from diffusers import ControlNetModel, {{ pipe }}
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from diffusion{{ s }} import DEVICE, SIZE, load


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--control", default="{{ stage.output }}")
    parser.add_argument("--condition", required=True, help="a picture of the kind that was trained")
    parser.add_argument("--text", required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", required=True, help="a file that ends in .png")
    args = parser.parse_args()
    pipe = load().to(DEVICE)
    pipe.vae.to(pipe.unet.dtype)
    control = ControlNetModel.from_pretrained(args.control, dtype=pipe.unet.dtype).to(DEVICE)
    pipe = {{ pipe }}.from_pipe(pipe, controlnet=control)
    lines = Image.open(args.condition).convert("RGB").resize((SIZE, SIZE))
    dice = torch.Generator().manual_seed(args.seed)
    drawn = pipe(args.text, image=lines, num_inference_steps={{ set.draw_steps }}, generator=dice)
    note = PngInfo()
    note.add_text("Software", "{{ model.id }} with {{ hub.id }}")
    drawn.images[0].save(args.out, pnginfo=note)


if __name__ == "__main__":
    main()
