"""Merge an adapter into the weights that it was trained beside, loaded in 16 bits."""

import argparse
{% include "shared/imports_revision.py" %}

import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

{% include "shared/model_revision.py" %}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--adapter", required=True)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    base = AutoModelForCausalLM.from_pretrained(MODEL, dtype=torch.{{ fit.dtype }}{% if not model.is_local %}, revision=REVISION{% endif %})
    PeftModel.from_pretrained(base, args.adapter).merge_and_unload().save_pretrained(args.out)
    AutoTokenizer.from_pretrained(args.adapter).save_pretrained(args.out)


if __name__ == "__main__":
    main()
