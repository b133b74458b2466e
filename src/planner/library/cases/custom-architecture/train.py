"""Train the architecture from random weights on blocks of text."""

import argparse
{% include "shared/imports_revision.py" %}

import torch
from datasets import Dataset, load_from_disk
from transformers import (
    AutoTokenizer,
    DataCollatorForLanguageModeling,
    Trainer,
    TrainingArguments,
    set_seed,
)

from gated.configuration_gated import GatedConfig
from gated.modeling_gated import GatedForCausalLM

TOKENIZER = "{{ model.id }}"
{% if not model.is_local %}
REVISION = json.loads(Path("revisions.json").read_text())[TOKENIZER]
{% endif %}
LENGTH = {{ fit.max_length }}


{% include "shared/blocks.py" %}


def main() -> None:
{% set what = "blocks" %}
{% include "shared/arguments.py" %}

    tokenizer = AutoTokenizer.from_pretrained(TOKENIZER{% if not model.is_local %}, revision=REVISION{% endif %})
    tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token
    model = GatedForCausalLM(
        GatedConfig(
            vocab_size=-(-len(tokenizer) // 64) * 64,
            pad_token_id=tokenizer.pad_token_id,
            bos_token_id=tokenizer.bos_token_id,
            eos_token_id=tokenizer.eos_token_id,
        )
    )
    print(f"{model.num_parameters() / 1e6:.1f} million weights")
    config = TrainingArguments(
        output_dir="{{ stage.output }}",
        run_name="{{ plan.slug }}{{ s }}",
{% set how = {"warmup": 0.05, "decay": 0.1, "checkpointing": false, "every": 200, "best": ""} %}
{% include "shared/train_blocks.py" %}


if __name__ == "__main__":
    main()
