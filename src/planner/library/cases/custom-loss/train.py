"""Train {% if fit.method == "full" %}all weights{% else %}an adapter{% endif %} with the loss of src/loss{{ s }}.py."""

import argparse
{% include "shared/imports_revision.py" %}

import torch
from datasets import load_from_disk
{% if fit.method != "full" %}
from peft import LoraConfig, get_peft_model
{% endif %}
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    DataCollatorForSeq2Seq,
    PreTrainedTokenizerBase,
    Trainer,
    TrainingArguments,
    set_seed,
)

from loss{{ s }} import next_word_loss

{% include "shared/model_revision.py" %}


def tokens(row: dict, tokenizer: PreTrainedTokenizerBase) -> dict:
    """The ids of an example; the labels of its prompt are -100."""
    start = tokenizer.apply_chat_template(row["prompt"], add_generation_prompt=True, tokenize=False)
    whole = tokenizer.apply_chat_template(row["prompt"] + row["completion"], tokenize=False)
    before = len(tokenizer(start, add_special_tokens=False)["input_ids"])
    ids = tokenizer(whole, add_special_tokens=False)["input_ids"][: {{ fit.max_length }}]
    return {"input_ids": ids, "labels": [-100] * min(before, len(ids)) + ids[before:]}


def main() -> None:
{% include "shared/arguments.py" %}

    tokenizer = AutoTokenizer.from_pretrained(MODEL{% if not model.is_local %}, revision=REVISION{% endif %})
    tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token
    model = AutoModelForCausalLM.from_pretrained(
        MODEL,
{% if not model.is_local %}
        revision=REVISION,
{% endif %}
        dtype=torch.{{ fit.dtype }},
        attn_implementation="{{ fit.attention }}",
    )
{% if fit.method != "full" %}
{% set dropout = 0.05 %}
{% include "shared/lora.py" %}
    model = get_peft_model(model, adapter)
{% if fit.checkpointing %}
    # Without it checkpointing cuts the gradient off: the embeddings are frozen.
    model.enable_input_require_grads()
{% endif %}
{% endif %}
    data = load_from_disk("data/processed{{ s }}")
    if args.smoke:
        data["train"] = data["train"].select(range(min(64, len(data["train"]))))
    data = data.map(tokens, fn_kwargs={"tokenizer": tokenizer}, remove_columns=["prompt", "completion"])
    config = TrainingArguments(
        output_dir="outputs/smoke{{ s }}" if args.smoke else "{{ stage.output }}",
        run_name="{{ plan.slug }}{{ s }}",
{% include "shared/schedule.py" %}
    )
    trainer = Trainer(
        model=model,
        args=config,
        data_collator=DataCollatorForSeq2Seq(tokenizer, pad_to_multiple_of=8),
        train_dataset=data["train"],
        eval_dataset=data["validation"],
        processing_class=tokenizer,
        compute_loss_func=next_word_loss,
    )
{% include "shared/trained.py" %}


if __name__ == "__main__":
    main()
