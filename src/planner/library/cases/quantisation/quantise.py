{% set scheme = "W8A16" if set.scheme == "W4A16" and model.hidden and model.hidden % 128 else set.scheme %}
"""Round the weights of a model to fewer bits and save them in the form that vLLM loads."""

import argparse
{% include "shared/imports_revision.py" %}

import torch
from llmcompressor import oneshot
{% if scheme == "FP8_DYNAMIC" %}
from llmcompressor.modifiers.quantization import QuantizationModifier
{% else %}
from llmcompressor.modifiers.gptq import GPTQModifier
{% endif %}
from transformers import AutoModelForCausalLM, AutoTokenizer
{% if scheme != "FP8_DYNAMIC" %}

from texts import load_texts
{% endif %}

MODEL = "{{ model.id }}"
REVISION = {% if model.is_local %}None{% else %}json.loads(Path("revisions.json").read_text())[MODEL]{% endif %}
{% if scheme != "FP8_DYNAMIC" %}

LONGEST = {{ set.max_length }}
{% endif %}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="8 texts")
    parser.add_argument("--out", required=True)
    args = parser.parse_args()

    tokenizer = AutoTokenizer.from_pretrained(MODEL, revision=REVISION)
    model = AutoModelForCausalLM.from_pretrained(
        MODEL,
        revision=REVISION,
        dtype=torch.{{ fit.dtype }},
{% if not gpu.cpu %}
        device_map="auto",
{% endif %}
    )
{% if scheme == "FP8_DYNAMIC" %}
    # The scales of weights follow from the weights, those of inputs are taken at run time: no texts are needed.
    recipe = QuantizationModifier(targets="Linear", scheme="{{ scheme }}", ignore=["lm_head"])
    oneshot(model=model, recipe=recipe)
{% else %}
    texts, _ = load_texts(tokenizer)
    texts = texts.select(range(min(8, len(texts)))) if args.smoke else texts
    # Chat templates hold the marks of beginning and end already.
    tokens = texts.map(
        lambda row: tokenizer(
            row["text"], max_length=LONGEST, truncation=True, add_special_tokens={{ (data.format == "text") | py }}
        ),
        remove_columns=["text"],
    )
    recipe = GPTQModifier(targets="Linear", scheme="{{ scheme }}", ignore=["lm_head"])
    oneshot(
        model=model,
        dataset=tokens,
        recipe=recipe,
        max_seq_length=LONGEST,
        num_calibration_samples=len(tokens),
    )
{% endif %}
    model.save_pretrained(args.out, save_compressed=True)
    tokenizer.save_pretrained(args.out)


if __name__ == "__main__":
    main()
