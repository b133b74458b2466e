"""Train a model with new embeddings on blocks of text."""

import argparse

import torch
from datasets import Dataset, load_from_disk
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    DataCollatorForLanguageModeling,
    Trainer,
    TrainingArguments,
    set_seed,
)

MODEL = "outputs/resized{{ s }}"
LENGTH = {{ fit.max_length }}


{% include "shared/blocks.py" %}


def main() -> None:
{% set what = "blocks" %}
{% include "shared/arguments.py" %}

    tokenizer = AutoTokenizer.from_pretrained(MODEL)
    tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token
    model = AutoModelForCausalLM.from_pretrained(
        MODEL, dtype=torch.{{ fit.dtype }}, attn_implementation="{{ fit.attention }}"
    )
    config = TrainingArguments(
        output_dir="{{ stage.output }}",
        run_name="{{ plan.slug }}{{ s }}",
{% set how = {"warmup": 0.05, "decay": 0.1, "every": 200, "best": ""} %}
{% include "shared/train_blocks.py" %}


if __name__ == "__main__":
    main()
