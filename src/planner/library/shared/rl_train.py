{% set server = set.vllm_mode == "server" and gpu.count > 1 %}
{% set processes = gpu.count - 1 if server else gpu.count %}
{% set is_whole = fit.batch * processes * fit.accumulation % set.num_generations == 0 %}
{% set accumulation = fit.accumulation if is_whole else set.num_generations %}
{% set needed = ((model.parameters or 0) * 2 / 1073741824 + 3) / [gpu.memory, 1] | max %}
"""Train {% if fit.method == "full" %}all weights{% else %}an adapter{% endif %} with {{ algorithm }} on the model's own answers, judged by the rewards."""

import argparse
{% include "shared/imports_revision.py" %}

import torch
from datasets import load_from_disk
{% if fit.method != "full" %}
from peft import LoraConfig
{% endif %}
from transformers import set_seed
from trl import {{ algorithm }}Config, {{ algorithm }}Trainer

from rewards{{ s }} import boxed, correct

{% include "shared/model_revision.py" %}


def main() -> None:
{% include "shared/arguments.py" %}

{% include "shared/trl_adapter.py" %}
    config = {{ algorithm }}Config(
        output_dir="outputs/smoke{{ s }}" if args.smoke else "{{ stage.output }}",
        run_name="{{ plan.slug }}{{ s }}",
{% include "shared/trl_model.py" %}
        num_generations={{ set.num_generations }},
{% if gpu.cpu %}
        max_completion_length=64 if args.smoke else {{ set.max_completion }},
{% else %}
        max_completion_length={{ set.max_completion }},
{% endif %}
        chat_template_kwargs={"enable_thinking": False},
        reward_weights=[1.0, {{ set.format_weight }}],
        beta={{ set.beta }},
{% if algorithm == "GRPO" %}
        loss_type="dapo",
        scale_rewards="group",
{% else %}
        normalize_advantages=True,
{% endif %}
        mask_truncated_completions=True,
{% if not gpu.cpu %}
        use_vllm=True,
{% if server %}
        vllm_mode="server",
        vllm_server_base_url="http://localhost:8000",
{% else %}
        vllm_mode="colocate",
        vllm_gpu_memory_utilization={{ [0.3, needed] | max | round(2) }},
        vllm_enable_sleep_mode=True,
        vllm_max_model_length={{ set.max_prompt + set.max_completion }},
{% endif %}
{% endif %}
{% if fit.sharding %}
        gradient_checkpointing=False,
{% endif %}
{% set how = {"schedule": "constant_with_warmup", "warmup": 0.05, "checkpointing": false, "evaluates": false, "every": 50} %}
{% include "shared/schedule.py" %}
    )
    rows = load_from_disk("data/processed{{ s }}")["train"]
    trainer = {{ algorithm }}Trainer(
        model=MODEL,
        reward_funcs=[correct, boxed],
        args=config,
        train_dataset=rows.select(range(min(64, len(rows)))) if args.smoke else rows,
{% if fit.method != "full" %}
        peft_config=adapter,
{% endif %}
    )
{% include "shared/trained.py" %}


if __name__ == "__main__":
    main()
