"""Perplexity of held-out completions, and how many answers are word for word the same."""

import argparse
import json
import math
import sys
from pathlib import Path

import torch
from datasets import load_from_disk
{% if fit.method != "full" %}
from peft import PeftModel
{% endif %}
from transformers import AutoModelForCausalLM, AutoTokenizer

{% include "shared/model_revision.py" %}


def tokens(tokenizer, row: dict) -> tuple[torch.Tensor, int]:
    """The ids of a whole example, and how many of them are the prompt."""
    prompt = tokenizer.apply_chat_template(row["prompt"], add_generation_prompt=True, tokenize=False)
    whole = tokenizer.apply_chat_template(row["prompt"] + row["completion"], tokenize=False)
    ids = [tokenizer(text, add_special_tokens=False)["input_ids"] for text in (whole, prompt)]
    return torch.tensor([ids[0][: {{ fit.max_length }}]]), len(ids[1])


@torch.inference_mode()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
{% if fit.method == "full" %}
    parser.add_argument("--model", default=MODEL, help="folder of the result; without it the base is measured")
{% else %}
    parser.add_argument("--adapter", help="folder of the result; without it the base is measured")
{% endif %}
    parser.add_argument("--baseline", type=Path, help="a report to be better than")
    parser.add_argument("--rows", type=int, default=200)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()

    device = "cuda" if torch.cuda.is_available() else "cpu"
    tokenizer = AutoTokenizer.from_pretrained(MODEL{% if not model.is_local %}, revision=REVISION{% endif %})
    model = AutoModelForCausalLM.from_pretrained(
{% if fit.method == "full" %}
        args.model,
{% else %}
        MODEL,
{% endif %}
{% if not model.is_local %}
        revision=REVISION{% if fit.method == "full" %} if args.model == MODEL else None{% endif %},
{% endif %}
        dtype=torch.{{ fit.dtype }},
    ).to(device)
{% if fit.method != "full" %}
    if args.adapter:
        model = PeftModel.from_pretrained(model, args.adapter)
{% endif %}
    model.eval()
    data = load_from_disk("data/processed{{ s }}")["test"]
    loss, count, same = 0.0, 0, 0
    rows = data.select(range(min(args.rows, len(data))))
    for row in rows:
        ids, length = tokens(tokenizer, row)
        if ids.shape[1] <= length:
            continue
        labels = ids.clone()
        labels[:, :length] = -100
        said = ids.shape[1] - length
        loss += model(input_ids=ids.to(device), labels=labels.to(device)).loss.item() * said
        count += said
        made = model.generate(ids[:, :length].to(device), max_new_tokens=min(said + 8, 256), do_sample=False)
        answer = tokenizer.decode(made[0, length:], skip_special_tokens=True)
        same += answer.split() == row["completion"][-1]["content"].split()
    report = {"perplexity": math.exp(loss / count), "exact_match": same / len(rows), "n": len(rows)}
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(report, indent=2) + "\n")
    print(report)
    if args.baseline:
        before = json.loads(args.baseline.read_text())["perplexity"]
        sys.exit(report["perplexity"] > 0.9 * before)


if __name__ == "__main__":
    main()
