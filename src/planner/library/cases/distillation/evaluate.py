{% set teacher = set.teacher or model.extra.teacher | default("Qwen/Qwen3-8B") %}
{% set teacher_is_local = teacher is startingwith("/") or teacher is startingwith(".") %}
"""How far the student's next words are from the teacher's, on answers of the student."""

import argparse
import json
import statistics
import sys
from pathlib import Path

import torch
from datasets import load_from_disk
from transformers import AutoModelForCausalLM, AutoTokenizer

STUDENT = "{{ model.id }}"
TEACHER = "{{ teacher }}"
{% if not model.is_local or not teacher_is_local %}
REVISIONS = json.loads(Path("revisions.json").read_text())
{% endif %}


def divergence(student, teacher, ids: torch.Tensor, start: int) -> float:
    """KL of the student's words to the teacher's, in nats for each token of the answer."""
    logits = [model(input_ids=ids).logits[0, start - 1 : -1].float() for model in (student, teacher)]
    own, other = (it.log_softmax(-1) for it in logits)
    return (own.exp() * (own - other)).sum(-1).mean().item()


@torch.inference_mode()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default=STUDENT, help="folder of the result; without it the first student")
    parser.add_argument("--baseline", type=Path, help="a report to be better than")
    parser.add_argument("--rows", type=int, default=100)
    parser.add_argument("--length", type=int, default=256)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()

    device = "cuda" if torch.cuda.is_available() else "cpu"
    dtype = torch.{{ "float32" if gpu.cpu else "bfloat16" if gpu.bf16 else "float16" }}
{% if model.is_local %}
    tokenizer = AutoTokenizer.from_pretrained(STUDENT)
    student = AutoModelForCausalLM.from_pretrained(args.model, dtype=dtype)
{% else %}
    revision = REVISIONS[STUDENT] if args.model == STUDENT else None
    tokenizer = AutoTokenizer.from_pretrained(STUDENT, revision=REVISIONS[STUDENT])
    student = AutoModelForCausalLM.from_pretrained(args.model, revision=revision, dtype=dtype)
{% endif %}
    teacher = AutoModelForCausalLM.from_pretrained(
        TEACHER,
{% if not teacher_is_local %}
        revision=REVISIONS[TEACHER],
{% endif %}
        dtype=dtype,
    )
    for model in (student, teacher):
        model.to(device).eval()
    found, texts = [], []
    for row, _ in zip(load_from_disk("data/processed{{ s }}")["test"], range(args.rows)):
        text = tokenizer.apply_chat_template(
            row["prompt"], add_generation_prompt=True, tokenize=False, enable_thinking=False
        )
        ids = tokenizer(text, add_special_tokens=False, return_tensors="pt").to(device)
        start = ids["input_ids"].shape[1]
        made = student.generate(**ids, max_new_tokens=args.length, do_sample=False)
        found.append(divergence(student, teacher, made, start))
        texts.append(tokenizer.decode(made[0, start:], skip_special_tokens=True))
    report = {"divergence": statistics.fmean(found), "n": len(found)}
    print(report)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(report | {"answers": texts[:20]}, indent=2) + "\n")
    if args.baseline:
        sys.exit(report["divergence"] > 0.8 * json.loads(args.baseline.read_text())["divergence"])


if __name__ == "__main__":
    main()
