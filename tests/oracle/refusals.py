"""Makes the calls that should raise, each with the real packages of an era.

`python3 tests/oracle/refusals.py ERA CASES TOLD` reads a list of cases and writes what happened: the name of
the exception's class, `-` where there was none, `import NAME` where the callable could not be imported.
Calls run in processes of their own, without network and within limits of time.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

from make import HERE, ORACLE, PYTHON, environment

CHILD = r"""
import importlib, io, json, os, signal, socket, sys, warnings
warnings.simplefilter("ignore")
def refuse(*_, **__):
    raise OSError("no network here")
socket.socket.connect = refuse
socket.getaddrinfo = refuse
def late(*_):
    raise TimeoutError("too slow")
signal.signal(signal.SIGALRM, late)

def reward(prompts, **_):
    return [0.0 for _ in prompts]

def prepare():
    from datasets import Dataset
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast
    words = Tokenizer(models.WordLevel({"<end>": 0, "a": 1, "b": 2, "hello": 3}, unk_token="<end>"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=words, eos_token="<end>", pad_token="<end>")
    texts = {"prompt": ["a"] * 4, "chosen": ["b"] * 4, "rejected": ["hello"] * 4, "text": ["a b"] * 4}
    texts |= {"completion": ["b"] * 4, "label": [True, False] * 2}
    model = GPT2LMHeadModel(GPT2Config(n_layer=1, n_head=1, n_embd=8, vocab_size=4, n_positions=64))
    return {"model": model, "tokenizer": tokenizer, "data": Dataset.from_dict(texts), "reward": reward}

out = os.fdopen(os.dup(1), "w")
sys.stdout = sys.stderr = io.StringIO()
for line in sys.stdin:
    case = json.loads(line)
    signal.alarm(60)
    try:
        scope = prepare() if case["imports"] else {}
        for path in (case["symbol"], *case["imports"]):
            package, name = path.rsplit(".", 1)
            scope[name] = getattr(importlib.import_module(package), name)
    except BaseException as error:
        told = "import " + type(error).__name__
    else:
        try:
            made = eval(case["call"], scope)
            if case["trains"]:
                made.train()
            told = "-"
        except BaseException as error:
            told = type(error).__name__
    signal.alarm(0)
    print(json.dumps(told), file=out, flush=True)
"""


def main() -> None:
    name, cases, told = sys.argv[1], json.loads(Path(sys.argv[2]).read_text()), Path(sys.argv[3])
    era = tomllib.loads((HERE / "eras.toml").read_text())["era"][name]
    home = ORACLE / "home" / "refusals"
    seen = {**environment(era, home), "HF_HUB_OFFLINE": "1"}
    answers: list[str] = []
    while len(answers) < len(cases):
        rest = cases[len(answers) :]
        lines = "".join(json.dumps(case) + "\n" for case in rest)
        done = subprocess.run(
            [PYTHON, "-c", CHILD], input=lines, capture_output=True, text=True, check=False, env=seen, cwd=home
        )
        answers += [json.loads(line) for line in done.stdout.splitlines()]
        # A call that ends the process is told as such, and the next one goes on in another.
        if len(answers) < len(cases):
            answers.append("SystemExit")
    told.write_text(json.dumps(answers, indent=0))


if __name__ == "__main__":
    main()
