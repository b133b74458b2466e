"""Draw a picture with the adapter, and note in the file that a machine drew it."""

import argparse

import torch
from PIL.PngImagePlugin import PngInfo

from diffusion{{ s }} import DEVICE, SIZE, load


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--adapter", default="{{ stage.output }}")
    parser.add_argument("--text", required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", required=True, help="a file that ends in .png")
    args = parser.parse_args()
    pipe = load().to(DEVICE)
    pipe.vae.to(pipe.unet.dtype)
    pipe.load_lora_weights(args.adapter)
    pipe.fuse_lora()
    dice = torch.Generator().manual_seed(args.seed)
    drawn = pipe(args.text, height=SIZE, width=SIZE, num_inference_steps={{ set.draw_steps }}, generator=dice)
    note = PngInfo()
    note.add_text("Software", "{{ model.id }} with {{ hub.id }}")
    drawn.images[0].save(args.out, pnginfo=note)


if __name__ == "__main__":
    main()
