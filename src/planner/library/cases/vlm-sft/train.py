"""Train an adapter on questions about pictures and their answers."""

import argparse
{% include "shared/imports_revision.py" %}

import torch
from datasets import load_from_disk
from peft import LoraConfig
from transformers import set_seed
from trl import SFTConfig, SFTTrainer

{% include "shared/model_revision.py" %}


def main() -> None:
{% include "shared/arguments.py" %}

    adapter = LoraConfig(
        r={{ set.lora_r }},
        lora_alpha={{ set.lora_r * 2 }},
        lora_dropout=0.05,
        target_modules="all-linear",
        exclude_modules=r".*(visual|vision).*",
        task_type="CAUSAL_LM",
    )
    config = SFTConfig(
        output_dir="outputs/smoke{{ s }}" if args.smoke else "{{ stage.output }}",
        run_name="{{ plan.slug }}{{ s }}",
        model_init_kwargs={
            "dtype": "{{ fit.dtype }}",
{% if not model.is_local %}
            "revision": REVISION,
{% endif %}
            "attn_implementation": "sdpa",
        },
        completion_only_loss=True,
        max_length=None,
        dataloader_num_workers={{ 0 if gpu.cpu else 4 }},
{% set how = {"warmup": 0.03, "first": 20} %}
{% include "shared/schedule.py" %}
    )
    data = load_from_disk("data/processed{{ s }}")
    rows = data["train"]
    trainer = SFTTrainer(
        model=MODEL,
        args=config,
        train_dataset=rows.select(range(min(64, len(rows)))) if args.smoke else rows,
        eval_dataset=data["validation"],
        peft_config=adapter,
    )
{% include "shared/trained.py" %}


if __name__ == "__main__":
    main()
