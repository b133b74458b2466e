"""Merge an adapter into the weights that it was trained beside."""

import argparse
{% include "shared/imports_revision.py" %}

import torch
from peft import PeftModel
from transformers import AutoModelForImageTextToText, AutoProcessor

{% include "shared/model_revision.py" %}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--adapter", required=True)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    base = AutoModelForImageTextToText.from_pretrained(
        MODEL,
{% if not model.is_local %}
        revision=REVISION,
{% endif %}
        dtype=torch.{{ fit.dtype }},
    )
    PeftModel.from_pretrained(base, args.adapter).merge_and_unload().save_pretrained(args.out)
    AutoProcessor.from_pretrained(args.adapter).save_pretrained(args.out)


if __name__ == "__main__":
    main()
