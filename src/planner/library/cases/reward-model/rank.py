"""Order answers to the same question by their rewards."""

import argparse
import json
from pathlib import Path

import torch
from datasets import load_from_disk
from transformers import AutoModelForSequenceClassification, AutoTokenizer

BATCH = 8


@torch.inference_mode()
def rewards(model, tokenizer, prompt: str, answers: list[str]) -> list[float]:
    """The reward of each answer to a prompt."""
    asked = {"role": "user", "content": prompt}
    talks = [[asked, {"role": "assistant", "content": answer}] for answer in answers]
    texts = [tokenizer.apply_chat_template(talk, tokenize=False) for talk in talks]
    found = []
    for at in range(0, len(texts), BATCH):
        inputs = tokenizer(
            texts[at : at + BATCH],
            add_special_tokens=False,
            padding=True,
            truncation=True,
            max_length={{ fit.max_length }},
            return_tensors="pt",
        )
        found += model(**inputs.to(model.device)).logits[:, 0].float().tolist()
    return found


def held_out() -> list[dict]:
    """The questions of the test part, with both of their answers."""
    return [
        {
            "prompt": row["prompt"][-1]["content"],
            "answers": [row[side][-1]["content"] for side in ("rejected", "chosen")],
        }
        for row in load_from_disk("data/processed{{ s }}")["test"]
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True)
    parser.add_argument("--questions", type=Path, help="lines with `prompt` and `answers`; else the held-out ones")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    tokenizer = AutoTokenizer.from_pretrained(args.model, padding_side="right")
    model = AutoModelForSequenceClassification.from_pretrained(args.model, dtype=torch.{{ fit.dtype }})
    model.to(device).eval()
    rows = map(json.loads, args.questions.read_text().splitlines()) if args.questions else held_out()
    args.out.parent.mkdir(parents=True, exist_ok=True)
    with args.out.open("w") as out:
        for row in rows:
            scores = rewards(model, tokenizer, row["prompt"], row["answers"])
            ordered = sorted(zip(scores, row["answers"], strict=True), reverse=True)
            row |= {"answers": [it for _, it in ordered], "rewards": [it for it, _ in ordered]}
            out.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main()
