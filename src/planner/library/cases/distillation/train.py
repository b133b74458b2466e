{% set teacher = set.teacher or model.extra.teacher | default("Qwen/Qwen3-8B") %}
{% set teacher_is_local = teacher is startingwith("/") or teacher is startingwith(".") %}
"""Teach a small model the next words of a large one, on answers of its own."""

import argparse
{% if not model.is_local or not teacher_is_local %}
import json
from pathlib import Path
{% endif %}

import torch
from datasets import load_from_disk
{% if fit.method != "full" %}
from peft import LoraConfig
{% endif %}
from transformers import set_seed
from trl import DistillationConfig, DistillationTrainer

STUDENT = "{{ model.id }}"
TEACHER = "{{ teacher }}"
{% if not model.is_local or not teacher_is_local %}
REVISIONS = json.loads(Path("revisions.json").read_text())
{% endif %}


def main() -> None:
{% include "shared/arguments.py" %}

{% include "shared/trl_adapter.py" %}
    config = DistillationConfig(
        output_dir="outputs/smoke{{ s }}" if args.smoke else "{{ stage.output }}",
        run_name="{{ plan.slug }}{{ s }}",
        model_init_kwargs={
            "dtype": "{{ fit.dtype }}",
{% if not model.is_local %}
            "revision": REVISIONS[STUDENT],
{% endif %}
            "attn_implementation": "{{ fit.attention }}",
        },
        teacher_model_init_kwargs={"dtype": "{{ "float32" if gpu.cpu else "bfloat16" if gpu.bf16 else "float16" }}"},
{% if not teacher_is_local %}
        teacher_model_revision=REVISIONS[TEACHER],
{% endif %}
        beta={{ set.beta }},
{% if gpu.cpu %}
        max_completion_length=64 if args.smoke else {{ set.max_completion }},
{% else %}
        max_completion_length={{ set.max_completion }},
        use_vllm=True,
        vllm_mode="colocate",
        vllm_gpu_memory_utilization={{ [0.2, ((model.parameters or 0) * 2 / 1073741824 + 3) / [gpu.memory, 1] | max] | max | round(2) }},
        vllm_enable_sleep_mode=True,
        vllm_max_model_length={{ set.max_prompt + set.max_completion }},
{% endif %}
        chat_template_kwargs={"enable_thinking": False},
{% if fit.sharding %}
        gradient_checkpointing=False,
{% endif %}
{% set how = {"warmup": 0.05, "checkpointing": false, "evaluates": false} %}
{% include "shared/schedule.py" %}
    )
    rows = load_from_disk("data/processed{{ s }}")["train"]
    trainer = DistillationTrainer(
        model=STUDENT,
        teacher_model=TEACHER,
        args=config,
        train_dataset=rows.select(range(min(64, len(rows)))) if args.smoke else rows,
{% if fit.method != "full" %}
        peft_config=adapter,
{% endif %}
    )
{% include "shared/trained.py" %}


if __name__ == "__main__":
    main()
