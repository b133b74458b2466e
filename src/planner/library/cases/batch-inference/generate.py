"""Answer every prompt of the data, in batches, and go on where the last run stopped."""

import argparse
import json
import time
from pathlib import Path

import torch
from datasets import Dataset, load_dataset
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerBase, set_seed

MODEL = "{{ model.id }}"
{% if not model.is_local or not data.is_local %}
REVISIONS = json.loads(Path("revisions.json").read_text())
{% endif %}
LONGEST = {{ set.context }}


def messages(row: dict) -> list[dict]:
    """The question of a raw row, as a conversation that ends with the user."""
{% if data.format == "messages" %}
    said = row["messages"]
    return said[:-1] if said[-1]["role"] == "assistant" else said
{% elif data.format == "instruction" %}
    asked = "\n\n".join(part for part in (row["instruction"], row.get("input")) if part)
    return [{"role": "user", "content": asked}]
{% else %}
    return [{"role": "user", "content": row["prompt"]}]
{% endif %}


def load_data() -> Dataset:
    """The raw rows."""
{% set to = "return" %}
{% set revisions = "REVISIONS" %}
{% include "shared/load_data.py" %}


def load_model() -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """The model, ready to generate, and its tokenizer with a token for the padding."""
    tokenizer = AutoTokenizer.from_pretrained(MODEL{% if not model.is_local %}, revision=REVISIONS[MODEL]{% endif %})
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    model = AutoModelForCausalLM.from_pretrained(
        MODEL,
{% if not model.is_local %}
        revision=REVISIONS[MODEL],
{% endif %}
        dtype=torch.{{ fit.dtype }},
{% if not gpu.cpu %}
        device_map="auto",
{% endif %}
    )
    return model.eval(), tokenizer


@torch.inference_mode()
def answer(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, prompts: list[str]) -> list[str]:
    """The answers to a batch of prompts; the padding is on the left, else it would stand before each answer."""
    inputs = tokenizer(
        prompts, return_tensors="pt", padding=True, padding_side="left", add_special_tokens=False
    ).to(model.device)
    made = model.generate(
        input_ids=inputs["input_ids"],
        attention_mask=inputs["attention_mask"],
        max_new_tokens={{ set.new_tokens }},
        do_sample=False,
        pad_token_id=tokenizer.pad_token_id,
    )
    return tokenizer.batch_decode(made[:, inputs["input_ids"].shape[1] :], skip_special_tokens=True)


def prompts_of(tokenizer: PreTrainedTokenizerBase, rows: Dataset) -> dict[int, str]:
    """The prompt of each row as the model reads it, longest first; what is longer than allowed is left out."""
    chats = [messages(row) for row in rows]
    texts = [tokenizer.apply_chat_template(it, add_generation_prompt=True, tokenize=False) for it in chats]
    lengths = [len(tokenizer(text, add_special_tokens=False)["input_ids"]) for text in texts]
    order = sorted(range(len(texts)), key=lambda at: -lengths[at])
    return {at: texts[at] for at in order if lengths[at] <= LONGEST}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="64 rows")
    parser.add_argument("--batch", type=int, default={{ set.batch }})
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()

    set_seed({{ set.seed }})
    model, tokenizer = load_model()
    rows = load_data()
    rows = rows.select(range(min(64, len(rows)))) if args.smoke else rows
    prompts = prompts_of(tokenizer, rows)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    done = {json.loads(line)["row"] for line in args.out.read_text().splitlines()} if args.out.exists() else set()
    left = [at for at in prompts if at not in done]
    print(f"{len(rows)} rows, {len(rows) - len(prompts)} too long, {len(done)} done, {len(left)} to do")
    began = time.perf_counter()
    with args.out.open("a") as out:
        for start in range(0, len(left), args.batch):
            batch = left[start : start + args.batch]
            for at, said in zip(batch, answer(model, tokenizer, [prompts[at] for at in batch]), strict=True):
                out.write(json.dumps({"row": at, "answer": said}) + "\n")
            out.flush()
            count = start + len(batch)
            print(f"{count}/{len(left)}, {count / (time.perf_counter() - began):.2f} rows/s")
    if torch.cuda.is_available():
        print(f"peak: {torch.cuda.max_memory_reserved() / 2**30:.1f} GiB")


if __name__ == "__main__":
    main()
