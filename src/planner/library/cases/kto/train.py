"""Train {% if fit.method == "full" %}all weights{% else %}an adapter{% endif %} with KTO, from single answers that were liked or not."""
{% set batch = [fit.batch, 2] | max %}
{% set accumulation = [fit.accumulation * fit.batch // batch, 1] | max %}

import argparse
{% include "shared/imports_revision.py" %}

import torch
from datasets import load_from_disk
{% if fit.method != "full" %}
from peft import LoraConfig
{% endif %}
from transformers import {% if fit.method == "qlora" %}BitsAndBytesConfig, {% endif %}set_seed
from trl import KTOConfig, KTOTrainer

{% include "shared/model_revision.py" %}


def unwanted_weight(labels: list[bool]) -> float:
    """The weight of unwanted answers for which wanted ones count 1.15 times as much in all."""
    wanted = sum(labels)
    return wanted / (1.15 * max(len(labels) - wanted, 1))


def main() -> None:
{% include "shared/arguments.py" %}

    data = load_from_disk("data/processed{{ s }}")
    rows = data["train"]
{% include "shared/trl_adapter.py" %}
    config = KTOConfig(
        output_dir="outputs/smoke{{ s }}" if args.smoke else "{{ stage.output }}",
        run_name="{{ plan.slug }}{{ s }}",
{% include "shared/trl_model.py" %}
        beta={{ set.beta }},
        desirable_weight=1.0,
        undesirable_weight=unwanted_weight(rows["label"]),
        max_length={{ fit.max_length }},
{% if fit.method == "full" %}
        precompute_ref_log_probs=True,
{% endif %}
{% include "shared/schedule.py" %}
    )
    trainer = KTOTrainer(
        model=MODEL,
        args=config,
{% include "shared/trl_trainer.py" %}


if __name__ == "__main__":
    main()
