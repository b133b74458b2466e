"""Texts that several conversations are about."""

PINS = "transformers==5.23.0\ntrl==1.16.0\npeft==0.21.2\ndatasets==5.2.0\naccelerate==1.15.0\nhuggingface-hub==2.4.0\n"

OLD_SCRIPT = '''from transformers import AutoTokenizer, Trainer, TrainingArguments

tokenizer = AutoTokenizer.from_pretrained("distilbert-base-uncased")
args = TrainingArguments("out", no_cuda=False, evaluation_strategy="epoch")
trainer = Trainer("model", args, train_dataset=[], eval_dataset=[], tokenizer=tokenizer)
'''

CLEAN_SCRIPT = '''from transformers import TrainingArguments

args = TrainingArguments("out", eval_strategy="epoch")
'''
