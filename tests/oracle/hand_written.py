"""Does what the rules written by hand say raises, with the real packages of every era.

`python3 tests/oracle/hand_written.py` rewrites `hand_written.txt`: for each rule and each era the exception,
`-` where there was none, and `import` where the era has no such thing. Nothing is loaded from the network: models
and tokenizers are made of a few numbers.
"""

from __future__ import annotations

import json
import subprocess
import tomllib

from make import HERE, ORACLE, PYTHON, environment

BEFORE = r"""
import inspect, io, json, os, sys, warnings
warnings.simplefilter("ignore")
out = os.fdopen(os.dup(1), "w")
sys.stdout = sys.stderr = io.StringIO()
told = {}

def ask(name, do):
    try:
        do()
        told[name] = "-"
    except BaseException as error:
        told[name] = type(error).__name__

def take(call, **options):
    known = inspect.signature(call).parameters
    return call(**{name: value for name, value in options.items() if name in known})

import socket
def refuse(*_, **__):
    raise OSError("no network here")
socket.socket.connect = refuse
socket.getaddrinfo = refuse

import torch
from datasets import Dataset
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import (DataCollatorForLanguageModeling, DataCollatorWithPadding, EarlyStoppingCallback,
    GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast, Trainer, TrainingArguments)

words = Tokenizer(models.WordLevel({"<end>": 0, "hello": 1, "world": 2, "a": 3, "b": 4}, unk_token="<end>"))
words.pre_tokenizer = pre_tokenizers.Whitespace()

def tokenizer(**special):
    made = PreTrainedTokenizerFast(tokenizer_object=words, eos_token="<end>", **special)
    made.chat_template = "{% for m in messages %}{{ m['content'] }} {% endfor %}"
    return made

shape = GPT2Config(n_layer=1, n_head=1, n_embd=8, vocab_size=8, n_positions=64)
model = GPT2LMHeadModel(shape)
bare, padded = tokenizer(), tokenizer(pad_token="<end>")

def arguments(kind=TrainingArguments, strategy=None, **more):
    known = inspect.signature(kind).parameters
    here = {"use_cpu": True} if "use_cpu" in known else {"no_cuda": True}
    if strategy:
        here["eval_strategy" if "eval_strategy" in known else "evaluation_strategy"] = strategy
    if kind is not TrainingArguments and "bf16" in known:
        here["bf16"] = False
    return kind("out", report_to="none", **here, **more)

texts = Dataset.from_dict({"text": ["hello world"] * 8, "input_ids": [[1, 2]] * 8, "labels": [[1, 2]] * 8})
rows = texts.remove_columns("text")
collate = DataCollatorForLanguageModeling(padded, mlm=False)

def trainer(args=None, data=rows, **more):
    return Trainer(model, args or arguments(), train_dataset=data, data_collator=collate, **more)
"""

PLAIN = r"""
ask("HF307 at the first evaluation or when saving", lambda: trainer(
    arguments(strategy="epoch", save_strategy="epoch", metric_for_best_model="f1", num_train_epochs=1),
    eval_dataset=rows).train())
ask("HF308 without evaluations", lambda: trainer(
    arguments(metric_for_best_model="loss"), callbacks=[EarlyStoppingCallback()]).train())
ask("HF308 without a metric", lambda: trainer(
    arguments(strategy="epoch"), eval_dataset=rows, callbacks=[EarlyStoppingCallback()]).train())
ask("HF308 without the best model", lambda: trainer(
    arguments(strategy="epoch", metric_for_best_model="loss", num_train_epochs=1), eval_dataset=rows,
    callbacks=[EarlyStoppingCallback()]).train())
ask("HF313", lambda: trainer(arguments(dataloader_persistent_workers=True)).train())
ask("HF320 called", lambda: bare(["hello", "a b"], padding=True))
ask("HF320 up to a length", lambda: bare(["hello", "a b"], padding="max_length", max_length=8))
ask("HF320 by a collator", lambda: DataCollatorWithPadding(bare)([{"input_ids": [1]}, {"input_ids": [1, 2]}]))
longer = padded(["hello world a b"], padding="max_length", max_length=2)
told["HF322"] = "longer" if len(longer["input_ids"][0]) > 2 else "-"
def chat():
    return padded.apply_chat_template([{"role": "user", "content": "hello"}], return_tensors="pt")
ask("HF323 generate", lambda: model.generate(chat(), max_new_tokens=2))
ask("HF323 shape", lambda: chat().shape)
def looked(batch):
    return {"input_ids": [[1] for _ in batch["text"]], "labels": [[1] for _ in batch["text"]]}
ask("HF324", lambda: trainer(data=texts.with_transform(looked)).train())
ask("HF325", lambda: GPT2LMHeadModel(GPT2Config(n_layer=1, n_head=1, n_embd=8, vocab_size=5))(torch.tensor([[5]])))
stream = texts.to_iterable_dataset()
ask("HF326 len", lambda: len(stream))
for name in ("select", "train_test_split", "sort", "num_rows", "set_transform"):
    ask("HF326 " + name, lambda: getattr(stream, name))
ask("HF326 without max_steps", lambda: trainer(data=stream))
"""

OF_TRL = r"""
from peft import LoraConfig, get_peft_model
import trl
pairs = Dataset.from_dict({"prompt": ["a"] * 4, "chosen": ["b"] * 4, "rejected": ["hello"] * 4})
def of(kind, first, *more, args=(), **given):
    make, settings = getattr(trl, kind + "Trainer"), getattr(trl, kind + "Config")
    known = inspect.signature(make).parameters
    given["processing_class" if "processing_class" in known else "tokenizer"] = padded
    return make(first, *more, args=arguments(settings, **dict(args)), **given)
def adapted():
    return get_peft_model(GPT2LMHeadModel(shape), LoraConfig(task_type="CAUSAL_LM"))
twice = {"peft_config": LoraConfig(task_type="CAUSAL_LM")}
ask("HF303 SFT", lambda: of("SFT", adapted(), train_dataset=texts.select_columns("text"), **twice))
ask("HF303 DPO", lambda: of("DPO", adapted(), train_dataset=pairs, **twice))
ask("HF303 GRPO", lambda: of("GRPO", adapted(), lambda **_: [0.0], train_dataset=pairs, **twice))
ask("HF304 DPO", lambda: of("DPO", model, model, train_dataset=pairs))
plain = {"train_dataset": texts.select_columns("text")}
ask("HF305 max_length", lambda: of("SFT", model, args={"padding_free": True}, **plain))
ask("HF305 data_collator", lambda: of("SFT", model, args={"packing": True}, data_collator=collate, **plain))
ask("HF305 formatting_func", lambda: of(
    "SFT", model, args={"completion_only_loss": True}, formatting_func=lambda row: row["text"], **plain))
"""

AFTER = "\nprint(json.dumps(told), file=out, flush=True)\n"


def told(era: dict[str, object], code: str) -> dict[str, str]:
    """What the cases of one script told; nothing where the era lacks what they need."""
    home = ORACLE / "home" / "hand_written"
    offline = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1"}
    seen = {**environment(era, home), **offline}
    script = BEFORE + code + AFTER
    try:
        done = subprocess.run(
            [PYTHON, "-c", script], capture_output=True, text=True, check=False, env=seen, cwd=home, timeout=300
        )
    except subprocess.TimeoutExpired:
        return {}
    return json.loads(done.stdout) if done.returncode == 0 and done.stdout else {}


def main() -> None:
    eras = tomllib.loads((HERE / "eras.toml").read_text())["era"]
    answers = {name: told(era, PLAIN) | told(era, OF_TRL) for name, era in eras.items()}
    cases = list(dict.fromkeys(case for answer in answers.values() for case in answer))
    width = max(map(len, cases)) + 2
    lines = ["".ljust(width) + "".join(name.ljust(16) for name in answers)]
    for case in sorted(cases):
        row = "".join(answer.get(case, "import").ljust(16) for answer in answers.values())
        lines.append(case.ljust(width) + row)
    text = "\n".join(line.rstrip() for line in lines) + "\n"
    (HERE / "hand_written.txt").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
