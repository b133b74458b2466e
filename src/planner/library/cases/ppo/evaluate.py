"""How often the answers to held-out prompts have a higher reward than those of the first model."""

import argparse
import json
import statistics
import sys
from pathlib import Path

import torch
from datasets import load_from_disk
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification, AutoTokenizer

{% include "shared/model_revision.py" %}
REWARD = "outputs/reward{{ s }}"


def answer(model, tokenizer, prompt: list[dict], length: int) -> str:
    """The likeliest answer to a prompt."""
    text = tokenizer.apply_chat_template(
        prompt, add_generation_prompt=True, tokenize=False, enable_thinking=False
    )
    ids = tokenizer(text, add_special_tokens=False, return_tensors="pt").to(model.device)
    made = model.generate(**ids, max_new_tokens=length, do_sample=False)
    return tokenizer.decode(made[0, ids["input_ids"].shape[1] :], skip_special_tokens=True)


def score(judge, tokenizer, prompt: list[dict], said: str) -> float:
    """The reward of an answer."""
    text = tokenizer.apply_chat_template([*prompt, {"role": "assistant", "content": said}], tokenize=False)
    ids = tokenizer(text, add_special_tokens=False, return_tensors="pt").to(judge.device)
    return judge(**ids).logits.item()


@torch.inference_mode()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--result", help="folder of the result; without it the first model is measured")
    parser.add_argument("--baseline", type=Path, help="the report of the first model")
    parser.add_argument("--rows", type=int, default=100)
    parser.add_argument("--length", type=int, default={{ set.max_completion }})
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()

    device = "cuda" if torch.cuda.is_available() else "cpu"
{% include "shared/load_result.py" %}
    judge = AutoModelForSequenceClassification.from_pretrained(REWARD, dtype=torch.{{ fit.dtype }}).to(device).eval()
    judging = AutoTokenizer.from_pretrained(REWARD)
    test = load_from_disk("data/processed{{ s }}")["test"]
    prompts = list({str(prompt): prompt for prompt in test["prompt"]}.values())[: args.rows]
    answers = [answer(model, tokenizer, prompt, args.length) for prompt in prompts]
    rewards = [score(judge, judging, prompt, said) for prompt, said in zip(prompts, answers, strict=True)]
    letters = statistics.fmean(map(len, answers))
    report = {"reward": statistics.fmean(rewards), "letters": letters, "n": len(prompts)}
    if args.baseline:
        before = json.loads(args.baseline.read_text())
        wins = [after > first for after, first in zip(rewards, before["rewards"], strict=True)]
        report["wins"] = sum(wins) / len(wins)
    print(report)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(report | {"rewards": rewards, "answers": answers[:20]}, indent=2) + "\n")
    if args.baseline:
        sys.exit(report["wins"] < 0.6 or letters > 1.5 * before["letters"])


if __name__ == "__main__":
    main()
