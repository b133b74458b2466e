"""Fine-tune a classifier with a weighted loss."""

import torch
from datasets import load_metric
from transformers import (
    AdamW,
    AutoModelForSequenceClassification,
    AutoTokenizer,
    Trainer,
    TrainingArguments,
)

metric = load_metric("accuracy")


class WeightedTrainer(Trainer):
    def compute_loss(self, model, inputs, return_outputs=False):
        labels = inputs.pop("labels")
        outputs = model(**inputs)
        weights = torch.tensor([1.0, 3.0], device=model.device)
        loss = torch.nn.functional.cross_entropy(outputs.logits, labels, weight=weights)
        return (loss, outputs) if return_outputs else loss


tokenizer = AutoTokenizer.from_pretrained("bert-base-uncased")
model = AutoModelForSequenceClassification.from_pretrained("bert-base-uncased", num_labels=2)

settings = {"evaluation_strategy": "epoch", "no_cuda": False, "logging_dir": "logs"}
args = TrainingArguments(output_dir="out", group_by_length=True, **settings)
if args.evaluation_strategy != "no":
    print("will evaluate")

batch = tokenizer.encode_plus("a first sentence", return_tensors="pt")
trainer = WeightedTrainer(model=model, args=args, tokenizer=tokenizer)
trainer.train()
