"""Train a reward model: one number for a conversation, higher for chosen answers than for rejected ones."""

import argparse
{% include "shared/imports_revision.py" %}

import torch
from datasets import load_from_disk
{% if fit.method != "full" %}
from peft import LoraConfig
{% endif %}
from transformers import {% if fit.method == "qlora" %}BitsAndBytesConfig, {% endif %}set_seed
from trl import RewardConfig, RewardTrainer

{% include "shared/model_revision.py" %}


def main() -> None:
{% include "shared/arguments.py" %}

{% set head = "score" %}
{% set task_type = "SEQ_CLS" %}
{% include "shared/trl_adapter.py" %}
    config = RewardConfig(
        output_dir="outputs/smoke{{ s }}" if args.smoke else "{{ output | default(stage.output) }}",
        run_name="{{ plan.slug }}{{ s }}-reward",
{% include "shared/trl_model.py" %}
        max_length={{ fit.max_length }},
        center_rewards_coefficient={{ set.center }},
{% include "shared/schedule.py" %}
    )
    data = load_from_disk("data/processed{{ s }}")
    rows = data["train"]
    trainer = RewardTrainer(
        model=MODEL,
        args=config,
{% include "shared/trl_trainer.py" %}


if __name__ == "__main__":
    main()
