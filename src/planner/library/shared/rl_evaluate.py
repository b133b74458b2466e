"""The share of held-out tasks that the model solves with its likeliest answer."""

import argparse
import json
import sys
from pathlib import Path

import torch
from datasets import load_from_disk
{% if fit.method != "full" %}
from peft import PeftModel
{% endif %}
from transformers import AutoModelForCausalLM, AutoTokenizer

from rewards{{ s }} import boxed, correct

{% include "shared/model_revision.py" %}


def answered(model, tokenizer, prompts: list[list[dict]], length: int) -> list[str]:
    """The likeliest answers to some prompts."""
    texts = [
        tokenizer.apply_chat_template(
            prompt, add_generation_prompt=True, tokenize=False, enable_thinking=False
        )
        for prompt in prompts
    ]
    inputs = tokenizer(texts, add_special_tokens=False, padding=True, return_tensors="pt").to(model.device)
    made = model.generate(**inputs, max_new_tokens=length, do_sample=False)
    return tokenizer.batch_decode(made[:, inputs["input_ids"].shape[1] :], skip_special_tokens=True)


@torch.inference_mode()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--result", help="folder of the result; without it the first model is measured")
    parser.add_argument("--baseline", type=Path, help="a report to be better than")
    parser.add_argument("--rows", type=int, default=200)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--length", type=int, default={{ set.max_completion }})
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()

    device = "cuda" if torch.cuda.is_available() else "cpu"
{% include "shared/load_result.py" %}
    tokenizer.padding_side = "left"
    tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token
    data = load_from_disk("data/processed{{ s }}")["test"]
    data = data.select(range(min(args.rows, len(data))))
    texts = []
    for at in range(0, len(data), args.batch):
        texts += answered(model, tokenizer, data[at : at + args.batch]["prompt"], args.length)
    completions = [[{"role": "assistant", "content": text}] for text in texts]
    right, in_box = correct(completions, data["solution"]), boxed(completions)
    report = {"accuracy": sum(right) / len(data), "boxed": sum(in_box) / len(data), "n": len(data)}
    print(report)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(report | {"answers": texts[:20]}, indent=2) + "\n")
    if args.baseline:
        sys.exit(report["accuracy"] < json.loads(args.baseline.read_text())["accuracy"] + 0.05)


if __name__ == "__main__":
    main()
