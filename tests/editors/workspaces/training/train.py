from config import args
from datasets import load_dataset
from transformers import TrainingArguments
from trl import SFTTrainer

data = load_dataset("trl-lib/Capybara", split="train")
other = TrainingArguments(output_dir="out", optim="adamw_torch_fusd")
trainer = SFTTrainer(model="Qwen/Qwen3-0.6B", args=args, train_dataset=data)
