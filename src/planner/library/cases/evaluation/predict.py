"""Write what a model answers on the held-out examples, beside what is right."""

import argparse
import json
from collections import Counter
from pathlib import Path

import torch
from datasets import Dataset, load_dataset
from transformers import AutoModelForCausalLM, AutoTokenizer

MODEL = "{{ model.id }}"
{% if not model.is_local or not data.is_local %}
REVISIONS = json.loads(Path("revisions.json").read_text())
{% endif %}


def load_examples(limit: int) -> Dataset:
    """Questions and right answers, shuffled in the same way every time."""
{% set to = "rows =" %}
{% set revisions = "REVISIONS" %}
{% include "shared/load_data.py" %}
{% if data.format == "labels" %}
    names = rows.features["label"].names if hasattr(rows.features["label"], "names") else None
    rows = rows.map(lambda row: {"label": names[row["label"]] if names else str(row["label"])}, features=None)
    ask = "Which of these is the text: " + ", ".join(sorted(set(rows["label"]))) + "? Answer with one of them.\n\n"
    rows = rows.map(lambda row: {"question": ask + row["text"], "right": row["label"]})
{% else %}
    rows = rows.map(lambda row: {"question": row["prompt"], "right": str(row["answer"])})
{% endif %}
    return rows.select_columns(["question", "right"]).shuffle(seed={{ set.seed }}).select(range(min(limit, len(rows))))


@torch.inference_mode()
def answers(name: str, questions: list[str], batch: int) -> list[str]:
    """The answers of a model, greedy, in batches with the padding on the left."""
    revision = {% if model.is_local %}None{% else %}REVISIONS.get(name){% endif %}
    tokenizer = AutoTokenizer.from_pretrained(name, revision=revision)
    tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token
    model = AutoModelForCausalLM.from_pretrained(name, revision=revision, dtype=torch.{{ fit.dtype }})
    model = model.to("cuda" if torch.cuda.is_available() else "cpu").eval()
    said = []
    for start in range(0, len(questions), batch):
        chats = [[{"role": "user", "content": question}] for question in questions[start : start + batch]]
        texts = [tokenizer.apply_chat_template(it, add_generation_prompt=True, tokenize=False) for it in chats]
        inputs = tokenizer(texts, return_tensors="pt", padding=True, padding_side="left", add_special_tokens=False)
        ids, mask = inputs["input_ids"].to(model.device), inputs["attention_mask"].to(model.device)
        made = model.generate(
            input_ids=ids,
            attention_mask=mask,
            max_new_tokens={{ set.new_tokens }},
            do_sample=False,
            pad_token_id=tokenizer.pad_token_id,
        )
        said += tokenizer.batch_decode(made[:, ids.shape[1] :], skip_special_tokens=True)
    return said


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="16 examples")
    parser.add_argument("--usual", action="store_true", help="the most frequent answer in place of a model")
    parser.add_argument("--model", default=MODEL)
    parser.add_argument("--batch", type=int, default={{ set.batch }})
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()

    rows = load_examples(16 if args.smoke else {{ set.rows }})
    if args.usual:
        said = [Counter(rows["right"]).most_common(1)[0][0]] * len(rows)
    else:
        said = answers(args.model, list(rows["question"]), args.batch)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(row | {"said": text}) for row, text in zip(rows, said, strict=True)]
    args.out.write_text("\n".join(lines) + "\n")
    print(f"{len(lines)} answers in {args.out}")


if __name__ == "__main__":
    main()
