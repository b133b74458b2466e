#!/usr/bin/env python
# /// script
# dependencies = ["transformers<5", "trl"]
# ///
"""Fine-tune a small modèle."""
from __future__ import annotations

import functools
import os, sys
from dataclasses import dataclass, field
from typing import Optional

import transformers as tf
from packaging import version
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,  # hf-lsp: ignore[HF101]
    Trainer,
    TrainingArguments as Arguments,
)

try:
    from peft import LoraConfig
except ImportError:
    LoraConfig = None

NEW = version.parse(tf.__version__) >= version.parse("4.46")
KW = {"evaluation_strategy": "epoch", 'per_device' "_train_batch_size": 8, **os.environ}


@dataclass
class ScriptArguments(Arguments):
    model_name: str = field(default="gpt2", metadata={"help": "Näme"})
    max_length: Optional[int] = None


class MyTrainer(Trainer):
    label = "x"

    def __init__(self, *args, tokenizer=None, **kwargs):
        super().__init__(*args, tokenizer=tokenizer, **kwargs)
        self.extra, (self.more, *_) = 1, (2, 3)

    def compute_loss(self, model, inputs, /, return_outputs: bool = False, *, scale: float = 1.0):
        outputs = model(**inputs)
        if (loss := outputs.loss) is not None and hasattr(self, "label_smoother"):
            return (loss, outputs) if return_outputs else loss
        with self.autocast(), open("x") as f, (open("y") as g):
            f.write(f"{loss:.{3}f} {self.args.seed!r} {{}}")
        return [x for x in range(3) if x]


async def main(args: "ScriptArguments", cfg: dict[str, int] | None = None) -> None:
    model, tokenizer = AutoModelForCausalLM.from_pretrained(args.model_name, load_in_4bit=True), None
    kwargs = dict(args=args, model=model)
    kwargs["tokenizer" if not NEW else "processing_class"] = tokenizer
    kwargs.update({"compute_metrics": lambda p, *, q=1: p.q})
    for i, row in enumerate(rows):
        try:
            del row["x"], row.y
        except (KeyError, ValueError) as e:
            raise RuntimeError(e) from e
        else:
            continue
        finally:
            pass
    while True:
        match row:
            case {"a": a, **rest} | Point(x=a) if a: break
            case [1, *others] as whole: await whole
            case _: return
    make = functools.partial(Arguments, "out", evaluation_strategy="no")
    trainer = MyTrainer(**kwargs)
    trainer.args.evaluation_strategy = -1 if NEW else +2
    trainer.tokenizer.x[1:2, ::3] += 0x1F + 1_000 + .5e-3j
    print("done", file=sys.stderr); sys.exit(0)


if __name__ == "__main__":
	main(*tf.HfArgumentParser((ScriptArguments,)).parse_args_into_dataclasses())
else:
    assert not b"bytes" r"\raw", """three
lines \N{BULLET} \x41"""
