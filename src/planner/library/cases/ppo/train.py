{% set is_whole = fit.batch * gpu.count * fit.accumulation % set.num_generations == 0 %}
{% set accumulation = fit.accumulation if is_whole else set.num_generations %}
{% set needed = ((model.parameters or 0) * 2 / 1073741824 + 3) / [gpu.memory, 1] | max %}
"""Train an adapter with {{ set.algorithm | upper }} on the model's own answers, judged by the reward model."""

import argparse
{% include "shared/imports_revision.py" %}

import torch
from datasets import Dataset, load_from_disk
from peft import LoraConfig
from transformers import AutoModelForSequenceClassification, set_seed
from trl import {{ set.algorithm | upper }}Config, {{ set.algorithm | upper }}Trainer

{% include "shared/model_revision.py" %}
REWARD = "outputs/reward{{ s }}"


def prompts(rows: Dataset) -> Dataset:
    """Each prompt once; the answers of the comparisons are not shown."""
    seen: dict[str, list[dict]] = {str(prompt): prompt for prompt in rows["prompt"]}
    return Dataset.from_dict({"prompt": list(seen.values())})


def main() -> None:
{% include "shared/arguments.py" %}

{% include "shared/lora.py" %}
    reward = AutoModelForSequenceClassification.from_pretrained(REWARD, dtype=torch.{{ fit.dtype }})
    config = {{ set.algorithm | upper }}Config(
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
        beta={{ set.beta }},
{% if set.algorithm != "grpo" %}
        normalize_advantages=True,
{% endif %}
        mask_truncated_completions=True,
{% if not gpu.cpu %}
        use_vllm=True,
        vllm_mode="colocate",
        vllm_gpu_memory_utilization={{ [0.3, needed] | max | round(2) }},
        vllm_enable_sleep_mode=True,
        vllm_max_model_length={{ fit.max_length + set.max_completion }},
{% endif %}
{% if fit.sharding %}
        gradient_checkpointing=False,
{% endif %}
{% set how = {"schedule": "constant_with_warmup", "warmup": 0.05, "checkpointing": false, "evaluates": false, "every": 50} %}
{% include "shared/schedule.py" %}
    )
    rows = prompts(load_from_disk("data/processed{{ s }}")["train"])
    trainer = {{ set.algorithm | upper }}Trainer(
        model=MODEL,
        reward_funcs=reward,
        args=config,
        train_dataset=rows.select(range(min(64, len(rows)))) if args.smoke else rows,
        peft_config=adapter,
    )
{% include "shared/trained.py" %}


if __name__ == "__main__":
    main()
