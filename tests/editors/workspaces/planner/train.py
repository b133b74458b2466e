from datasets import load_dataset
from peft import LoraConfig
from trl import SFTConfig, SFTTrainer

config = SFTConfig(output_dir="outputs/helper", hub_model_id="acme/helper", report_to="trackio")
trainer = SFTTrainer(
    model="Qwen/Qwen3-4B",
    args=config,
    train_dataset=load_dataset("json", data_files="data/chats.jsonl", split="train"),
    peft_config=LoraConfig(r=16, target_modules="all-linear"),
)
trainer.train()
