"""Train a network beside the denoiser that makes it follow a condition."""

import argparse
from pathlib import Path

import torch
from accelerate import Accelerator
from accelerate.utils import set_seed
from datasets import load_from_disk
from diffusers import ControlNetModel, DDPMScheduler
from diffusers.optimization import get_scheduler
from torch.utils.data import DataLoader

from diffusion{{ s }} import encode, errors, load

OUT = Path("{{ stage.output }}")
STEPS = {{ set.steps }}


def main() -> None:
{% include "shared/diffusion_start.py" %}
    known = [encode(pipe, row) for row in rows]
    unet = pipe.unet.requires_grad_(False)
    control = ControlNetModel.from_unet(unet).to(accelerator.device, torch.float32).train()
{% if fit.checkpointing %}
    control.enable_gradient_checkpointing()
    unet.enable_gradient_checkpointing()
{% endif %}
    pipe.to("cpu")  # encoders and decoder have done their work
    unet.to(accelerator.device)
    weights = list(control.parameters())
{% include "shared/diffusion_optimizer.py" %}
    model, optimizer, loader = accelerator.prepare(control, optimizer, loader)

    step = 0
    if args.resume:
        saved = torch.load(OUT / "checkpoint.pt", map_location="cpu", weights_only=True)
        control.load_state_dict(saved["control"])
        optimizer.load_state_dict(saved["optimizer"])
        rate.load_state_dict(saved["rate"])
        step = saved["step"]

    def save() -> None:
        """Keep what is trained, for going on and for use."""
        OUT.mkdir(parents=True, exist_ok=True)
        state = {"control": control.state_dict(), "optimizer": optimizer.state_dict(), "rate": rate.state_dict()}
        state["step"] = step
        torch.save(state, OUT / "new.tmp")
        (OUT / "new.tmp").rename(OUT / "checkpoint.pt")
        control.save_pretrained(OUT)

{% set every = 1000 %}
{% set errors = "errors(unet, schedule, batch, noise, at, model)" %}
{% include "shared/diffusion_loop.py" %}


if __name__ == "__main__":
    main()
