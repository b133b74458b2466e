"""Go on with the pretraining of all weights, on plain text."""

import argparse
{% include "shared/imports_revision.py" %}

import torch
from datasets import load_from_disk
from transformers import set_seed
from trl import SFTConfig, SFTTrainer

{% include "shared/model_revision.py" %}


def main() -> None:
{% include "shared/arguments.py" %}

    config = SFTConfig(
        output_dir="outputs/smoke{{ s }}" if args.smoke else "{{ stage.output }}",
        run_name="{{ plan.slug }}{{ s }}",
{% include "shared/trl_model.py" %}
        dataset_text_field="text",
        max_length={{ fit.max_length }},
        packing=True,
        packing_strategy="{{ "bfd_split" if fit.flash else "wrapped" }}",
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
