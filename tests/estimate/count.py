"""Counts the parameters of all models of the installed transformers on the meta device.

    count.py CASES OUT [DETAILS]

CASES: `diffusers` for the models of the installed diffusers, `classes` for every class of every configuration as it is by default, or a file with lines
`class<TAB>overrides as JSON`. OUT gets sorted lines `class<TAB>config as JSON<TAB>parameters<TAB>hash`: the hash is FNV-1a
(64 bits) over the sorted lines `path<TAB>elements<TAB>count` of all parameters, each once, with `*` for numbers in
paths and without `.weight` at their ends.
DETAILS: a folder that gets those lines, for looking at differences.
"""

import collections
import contextlib
import inspect
import json
import pathlib
import re
import signal
import sys
import warnings

warnings.filterwarnings("ignore")
import torch
import transformers
from transformers.models.auto import configuration_auto
from transformers.modeling_utils import PreTrainedModel

transformers.logging.set_verbosity_error()


def fnv(text):
    value = 0xCBF29CE484222325
    for byte in text.encode():
        value = ((value ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return value


def lines(model):
    found = collections.Counter()
    for name, parameter in model.named_parameters():
        path = re.sub(r"(?:(?<=\.)|^)\d+(?=\.|$)", "*", name).removesuffix(".weight")
        found[path, parameter.numel()] += 1
    return sorted(f"{path}\t{elements}\t{count}" for (path, elements), count in found.items())


@contextlib.contextmanager
def limit(seconds):
    def stop(*_):
        raise TimeoutError(f"more than {seconds} s")

    signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)


def classes_of(config):
    """The model classes beside a configuration class, those that its own module of models defines."""
    name = config.__module__.replace("configuration_", "modeling_")
    try:
        module = __import__(name, fromlist=["*"])
    except Exception as error:
        print("no module", name, error, file=sys.stderr)
        return
    for _, value in sorted(vars(module).items()):
        if (
            inspect.isclass(value)
            and issubclass(value, PreTrainedModel)
            and value.__module__ == name
            and value.__name__ in getattr(module, "__all__", [])
            and not value.__name__.endswith("PreTrainedModel")
            and value.config_class is config
        ):
            yield value


def diffusers_cases():
    import diffusers

    for name in dir(diffusers):
        value = getattr(diffusers, name, None)
        if inspect.isclass(value) and issubclass(value, diffusers.ModelMixin) and value is not diffusers.ModelMixin:
            yield value, {}


def cases(argument):
    if argument == "diffusers":
        yield from diffusers_cases()
        return
    if argument != "classes":
        for line in pathlib.Path(argument).read_text().splitlines():
            name, overrides = line.split("\t")[:2]
            model = getattr(transformers, name, None)
            if model is not None:
                yield model, json.loads(overrides)
        return
    seen = set()
    for model_type, name in sorted(configuration_auto.CONFIG_MAPPING_NAMES.items()):
        config = getattr(transformers, name, None)
        if config is None or config in seen:
            continue
        seen.add(config)
        for model in classes_of(config):
            yield model, {}


def main():
    out = open(sys.argv[2], "w")
    details = pathlib.Path(sys.argv[3]) if len(sys.argv) > 3 else None
    results = []
    for model, overrides in cases(sys.argv[1]):
        if issubclass(model, PreTrainedModel):
            given = json.dumps({"model_type": model.config_class.model_type, **overrides}, sort_keys=True)
        else:
            given = json.dumps({"_class_name": model.__name__})
        try:
            with limit(120), torch.device("meta"):
                made = model(model.config_class(**overrides)) if issubclass(model, PreTrainedModel) else model()
                found = lines(made)
                total = sum(parameter.numel() for parameter in made.parameters())
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            print(f"{model.__name__}\t{given}\tfails\t{type(error).__name__}: {str(error)[:200]!r}", file=sys.stderr, flush=True)
            continue
        text = "\n".join(found) + "\n"
        if details:
            (details / f"{model.__name__}{'' if not overrides else format(fnv(given), '016x')}.txt").write_text(text)
        row = f"{model.__name__}\t{given}\t{total}\t{fnv(text):016x}"
        results.append(row)
        print(row, file=out, flush=True)
    out.close()
    pathlib.Path(sys.argv[2]).write_text("\n".join(sorted(results)) + "\n")


if __name__ == "__main__":
    main()
