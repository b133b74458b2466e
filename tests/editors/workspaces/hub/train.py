"""Teaches a small chat model to answer questions."""

from datasets import load_dataset
from transformers import AutoModelForCausalLM, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("acme-labs/tiny-chat-1b")
model = AutoModelForCausalLM.from_pretrained("acme-labs/tiny-chat-1b", dtype="auto")

data = load_dataset("acme-labs/tiny-instruct", split="train")

judge = AutoModelForCausalLM.from_pretrained("acme-labs/never-answers")
