{% set sdxl = model.extra.family | default("sdxl") == "sdxl" %}
{% set pipe = "StableDiffusionXLPipeline" if sdxl else "StableDiffusionPipeline" %}
{% set control = extra.condition | default(false) %}
"""What training and evaluation have in common: the pipeline, what is known of each picture, and the loss."""

{% if not model.is_local %}
import json
from pathlib import Path

{% endif %}
import torch
from diffusers import {{ "ControlNetModel, " if control }}DDPMScheduler, {{ pipe }}, UNet2DConditionModel
from PIL import Image{{ ", ImageFilter" if control and data.format != "conditioned" }}

MODEL = "{{ model.id }}"
SIZE = {{ set.resolution }}
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


def load() -> {{ pipe }}:
    """The pipeline, its decoder of pictures in 32 bits: that of SDXL overflows in 16."""
    pipe = {{ pipe }}.from_pretrained(
        MODEL,
{% if not model.is_local %}
        revision=json.loads(Path("revisions.json").read_text())[MODEL],
{% endif %}
        dtype=torch.{{ fit.dtype }},
    )
    pipe.vae.to(torch.float32)
    return pipe


{% if control %}
def condition(row: dict) -> Image.Image:
    """What the picture is drawn by: {{ "the picture beside it" if data.format == "conditioned" else "its edges" }}."""
{% if data.format == "conditioned" %}
    return row["conditioning_image"].convert("RGB")
{% else %}
    return row["image"].convert("L").filter(ImageFilter.FIND_EDGES).convert("RGB")
{% endif %}


{% endif %}
@torch.inference_mode()
{% if control %}
def encode(pipe: {{ pipe }}, row: dict) -> dict[str, torch.Tensor]:
    """A picture as latents, its caption as vectors, and its condition as numbers from 0 to 1."""
    image, text = row["image"], row["text"]
{% else %}
def encode(pipe: {{ pipe }}, image: Image.Image, text: str) -> dict[str, torch.Tensor]:
    """A picture as latents, and its caption as vectors."""
{% endif %}
    pixels = pipe.image_processor.preprocess(image, height=SIZE, width=SIZE).to(DEVICE, torch.float32)
    latents = pipe.vae.encode(pixels).latent_dist.mode() * pipe.vae.config.scaling_factor
{% if sdxl %}
    words, _, pooled, _ = pipe.encode_prompt(text, device=DEVICE, do_classifier_free_guidance=False)
    known = {"latents": latents, "words": words, "pooled": pooled}
{% else %}
    words, _ = pipe.encode_prompt(text, DEVICE, 1, False)
    known = {"latents": latents, "words": words}
{% endif %}
{% if control %}
    lines = pipe.image_processor.preprocess(condition(row), height=SIZE, width=SIZE)
    known["condition"] = lines.to(DEVICE, torch.float32) / 2 + 0.5
{% endif %}
    return {name: value[0].clone() for name, value in known.items()}


def errors(
    unet: UNet2DConditionModel,
    schedule: DDPMScheduler,
    batch: dict[str, torch.Tensor],
    noise: torch.Tensor,
    steps: torch.Tensor,
{% if control %}
    control: ControlNetModel | None,
{% endif %}
) -> torch.Tensor:
    """The error of each picture of a batch when noise is to be found in it."""
    words = batch["words"]
    noisy = schedule.add_noise(batch["latents"], noise, steps)
    is_velocity = schedule.config.prediction_type == "v_prediction"
    target = schedule.get_velocity(batch["latents"], noise, steps) if is_velocity else noise
{% if sdxl %}
    frame = torch.tensor([[SIZE, SIZE, 0, 0, SIZE, SIZE]], device=noise.device).repeat(len(noise), 1)
    more = {"added_cond_kwargs": {"text_embeds": batch["pooled"], "time_ids": frame}}
{% elif control %}
    more = {}
{% endif %}
{% if control %}
    if control is not None:
        found = control(noisy, steps, words.float(), batch["condition"], {{ "**more, " if sdxl }}return_dict=False)
        down, middle = ([it.to(words.dtype) for it in part] for part in (found[0], [found[1]]))
        more |= {"down_block_additional_residuals": down, "mid_block_additional_residual": middle[0]}
{% endif %}
    found = unet(noisy.to(words.dtype), steps, words{{ ", **more" if sdxl or control }}).sample
    return (found.float() - target.float()).square().mean(dim=(1, 2, 3))
