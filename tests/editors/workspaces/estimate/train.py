from datasets import load_dataset
from peft import LoraConfig
from trl import SFTConfig, SFTTrainer

config = SFTConfig(
    output_dir="outputs/helper",
    per_device_train_batch_size=4,
    max_length=1024,
    max_steps=1000,
)
trainer = SFTTrainer(
    model="decoder",
    args=config,
    train_dataset=load_dataset("json", data_files="chats.jsonl", split="train"),
    peft_config=LoraConfig(r=16, target_modules="all-linear"),
)
trainer.train()
