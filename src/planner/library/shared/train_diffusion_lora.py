"""Train an adapter of the denoiser on pictures and their captions."""

import argparse
from pathlib import Path

import torch
from accelerate import Accelerator
from accelerate.utils import set_seed
from datasets import load_from_disk
from diffusers import DDPMScheduler
from diffusers.optimization import get_scheduler
from diffusers.training_utils import cast_training_params
from diffusers.utils import convert_state_dict_to_diffusers
from peft import LoraConfig, get_peft_model_state_dict, set_peft_model_state_dict
from torch.utils.data import DataLoader

from diffusion{{ s }} import encode, errors, load

OUT = Path("{{ stage.output }}")
STEPS = {{ set.steps }}


def main() -> None:
{% set rank = set.lora_r %}
{% include "shared/diffusion_start.py" %}
{% if extra.prior | default(false) %}
    known = [encode(pipe, row["image"], row["text"]) for row in rows]
    for it, row in zip(known, rows, strict=True):
        it["weight"] = torch.tensor(row["weight"], device=accelerator.device)
{% else %}
    known = [encode(pipe, row["image"], row["text"]) for row in rows]
{% endif %}
    unet = pipe.unet.requires_grad_(False)
    unet.add_adapter(
        LoraConfig(
            r={{ set.lora_r }},
            lora_alpha={{ set.lora_r }},
            init_lora_weights="gaussian",
            target_modules=["to_k", "to_q", "to_v", "to_out.0"],
        )
    )
    cast_training_params(unet, dtype=torch.float32)
{% if fit.checkpointing %}
    unet.enable_gradient_checkpointing()
{% endif %}
    pipe.to("cpu")  # encoders and decoder have done their work
    unet.to(accelerator.device).train()
    weights = [it for it in unet.parameters() if it.requires_grad]
{% include "shared/diffusion_optimizer.py" %}
    model, optimizer, loader = accelerator.prepare(unet, optimizer, loader)

    step = 0
    if args.resume:
        saved = torch.load(OUT / "checkpoint.pt", map_location="cpu", weights_only=True)
        set_peft_model_state_dict(unet, saved["adapter"])
        optimizer.load_state_dict(saved["optimizer"])
        rate.load_state_dict(saved["rate"])
        step = saved["step"]

    def save() -> None:
        """Keep what is trained, for going on and for use."""
        OUT.mkdir(parents=True, exist_ok=True)
        adapter = get_peft_model_state_dict(unet)
        state = {"adapter": adapter, "optimizer": optimizer.state_dict(), "rate": rate.state_dict()}
        state["step"] = step
        torch.save(state, OUT / "new.tmp")
        (OUT / "new.tmp").rename(OUT / "checkpoint.pt")
        pipe.save_lora_weights(OUT, unet_lora_layers=convert_state_dict_to_diffusers(adapter))

{% set every = 250 %}
{% set errors = "errors(model, schedule, batch, noise, at)" %}
{% if extra.prior | default(false) %}
{% set weighted = true %}
{% endif %}
{% include "shared/diffusion_loop.py" %}


if __name__ == "__main__":
    main()
