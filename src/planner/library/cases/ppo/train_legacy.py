"""Train an adapter with the PPO of TRL 1.12 on the model's own answers, judged by the reward model."""

import argparse
{% include "shared/imports_revision.py" %}

import torch
from datasets import Dataset, load_from_disk
from peft import LoraConfig
from transformers import (
    AutoModelForCausalLM,
    AutoModelForSequenceClassification,
    AutoTokenizer,
    PreTrainedTokenizerBase,
    set_seed,
)
# TRL 1.12 is the last release that has it.
from trl.experimental.ppo import PPOConfig, PPOTrainer  # hf-lsp: ignore[HF101]

{% include "shared/model_revision.py" %}
REWARD = "outputs/reward{{ s }}"
LONGEST = {{ fit.max_length }}


def prompts(rows: Dataset, tokenizer: PreTrainedTokenizerBase) -> Dataset:
    """The tokens of each prompt, once, without those that are too long."""
    asked = rows["prompt"]
    texts = {tokenizer.apply_chat_template(it, add_generation_prompt=True, tokenize=False) for it in asked}
    ids = [tokenizer(text, add_special_tokens=False)["input_ids"] for text in sorted(texts)]
    return Dataset.from_dict({"input_ids": [it for it in ids if len(it) <= LONGEST]})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="20 steps on 64 rows")
    args = parser.parse_args()
    set_seed({{ set.seed }})

{% include "shared/lora.py" %}
{% set at = "" if model.is_local else ", revision=REVISION" %}
    tokenizer = AutoTokenizer.from_pretrained(MODEL{{ at }}, padding_side="left")
    tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token
    policy = AutoModelForCausalLM.from_pretrained(MODEL{{ at }}, dtype=torch.{{ fit.dtype }})
    reward, value = (
        AutoModelForSequenceClassification.from_pretrained(REWARD, dtype=torch.{{ fit.dtype }}) for _ in range(2)
    )
    data = load_from_disk("data/processed{{ s }}")
    rows, held = prompts(data["train"], tokenizer), prompts(data["validation"], tokenizer)
    config = PPOConfig(
        output_dir="outputs/smoke{{ s }}" if args.smoke else "{{ stage.output }}",
        run_name="{{ plan.slug }}{{ s }}",
        response_length={{ set.max_completion }},
        stop_token="eos",
        missing_eos_penalty=1.0,
        kl_coef={{ set.beta }},
        num_ppo_epochs=1,
        local_rollout_forward_batch_size={{ fit.batch }},
        per_device_train_batch_size={{ fit.batch }},
        per_device_eval_batch_size={{ fit.batch }},
        gradient_accumulation_steps={{ fit.accumulation }},
        activation_checkpointing=False,
        learning_rate={{ set.learning_rate }},
        num_train_epochs={{ set.epochs }},
        total_episodes=20 * {{ fit.batch * fit.accumulation * gpu.count }} if args.smoke else None,
        num_sample_generations=0,
        bf16={{ fit.bf16 | py }},
        fp16={{ fit.fp16 | py }},
        logging_steps={{ set.logging_steps }},
        save_strategy="no",
        report_to="{{ tracker }}",
{% if tracker == "trackio" %}
        project="{{ plan.slug }}",
{% endif %}
        seed={{ set.seed }},
    )
    trainer = PPOTrainer(
        args=config,
        processing_class=tokenizer,
        model=policy,
        ref_model=None,
        reward_model=reward,
        value_model=value,
        train_dataset=rows.select(range(min(64, len(rows)))) if args.smoke else rows,
        eval_dataset=held,
        peft_config=adapter,
    )
    trainer.train()
    trainer.save_model()
    if torch.cuda.is_available():
        print(f"peak: {torch.cuda.max_memory_reserved() / 2**30:.1f} GiB")


if __name__ == "__main__":
    main()
