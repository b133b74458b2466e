"""Merge the adapter and its head into the weights that they were trained beside."""

import argparse
{% include "shared/imports_revision.py" %}

import torch
from peft import PeftModel
from transformers import AutoModelForSequenceClassification, AutoTokenizer

{% include "shared/model_revision.py" %}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--adapter", required=True)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    tokenizer = AutoTokenizer.from_pretrained(args.adapter)
    base = AutoModelForSequenceClassification.from_pretrained(
        MODEL,
        num_labels=1,
        dtype=torch.{{ fit.dtype }},
{% if not model.is_local %}
        revision=REVISION,
{% endif %}
    )
    # The score is read off the last token that is no padding.
    base.config.pad_token_id = tokenizer.pad_token_id
    PeftModel.from_pretrained(base, args.adapter).merge_and_unload().save_pretrained(args.out)
    tokenizer.save_pretrained(args.out)


if __name__ == "__main__":
    main()
