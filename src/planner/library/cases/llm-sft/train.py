"""Train {% if fit.method == "full" %}all weights{% else %}an adapter{% endif %} on prompts and completions."""

import argparse
{% include "shared/imports_revision.py" %}

import torch
from datasets import load_from_disk
{% if fit.method != "full" %}
from peft import LoraConfig
{% endif %}
from transformers import {% if fit.method == "qlora" %}BitsAndBytesConfig, {% endif %}set_seed
from trl import SFTConfig, SFTTrainer

{% include "shared/model_revision.py" %}


def main() -> None:
{% include "shared/arguments.py" %}
{% set dropout = 0.05 %}
{% include "shared/trl_adapter.py" %}
    config = SFTConfig(
        output_dir="outputs/smoke{{ s }}" if args.smoke else "{{ stage.output }}",
        run_name="{{ plan.slug }}{{ s }}",
{% include "shared/trl_model.py" %}
        completion_only_loss=True,
        max_length={{ fit.max_length }},
{% if fit.flash %}
        packing=True,
        eval_packing=False,
{% endif %}
{% set how = {"warmup": 0.03} %}
{% include "shared/schedule.py" %}
    )
    data = load_from_disk("data/processed{{ s }}")
    rows = data["train"]
    trainer = SFTTrainer(
        model=MODEL,
        args=config,
{% include "shared/trl_trainer.py" %}


if __name__ == "__main__":
    main()
