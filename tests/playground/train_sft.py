"""Fine-tune a chat model with LoRA: written for transformers 4.40 and trl 0.8."""

import argparse

from datasets import load_dataset
from peft import LoraConfig
from transformers import AutoModelForCausalLM, AutoTokenizer, TrainingArguments
from trl import DataCollatorForCompletionOnlyLM, SFTConfig, SFTTrainer


def parse_args():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", default="Qwen/Qwen2.5-0.5B-Instruct")
    parser.add_argument("--output", default="out/sft")
    return parser.parse_args()


def main():
    options = parse_args()
    tokenizer = AutoTokenizer.from_pretrained(options.model, use_auth_token=True)
    model = AutoModelForCausalLM.from_pretrained(
        options.model,
        load_in_4bit=True,
        use_flash_attention_2=True,
        low_cpu_mem_usage=True,  # was needed for sharded checkpoints
    )
    model.gradient_checkpointing_enable()

    dataset = load_dataset("trl-lib/Capybara", split="train", use_auth_token=True)

    args = SFTConfig(
        output_dir=options.output,
        overwrite_output_dir=True,
        num_train_epochs=1,
        per_device_train_batch_size=4,
        warmup_ratio=0.1,
        evaluation_strategy="steps",
        eval_steps=200,
        save_safetensors=True,
        report_to="wandb",
    )
    trainer = SFTTrainer(
        model=model,
        args=args,
        tokenizer=tokenizer,
        train_dataset=dataset,
        max_seq_length=2048,
        packing=True,
        peft_config=LoraConfig(r=16, lora_alpha=32, task_type="CAUSAL_LM"),
    )
    trainer.train()
    trainer.tokenizer.save_pretrained(options.output)


if __name__ == "__main__":
    main()
