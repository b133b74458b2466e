"""Trains the adapter."""

import argparse

from datasets import load_dataset
from peft import LoraConfig
from trl import SFTConfig, SFTTrainer

parser = argparse.ArgumentParser()
parser.add_argument("--smoke", action="store_true")
options = parser.parse_args()

config = SFTConfig(
    output_dir="outputs/adapter",
    model_init_kwargs={"dtype": "bfloat16"},
    max_length=2048,
    learning_rate=1e-4,
    num_train_epochs=3,
    max_steps=20 if options.smoke else -1,
    bf16=True,
)
trainer = SFTTrainer(
    model="HuggingFaceTB/SmolLM2-1.7B-Instruct",
    args=config,
    train_dataset=load_dataset("acme-labs/helpdesk-chats", split="train"),
    peft_config=LoraConfig(r=16, lora_alpha=32, target_modules="all-linear"),
)
trainer.train()
trainer.save_model()
