"""Counts the parameters of all models of the installed transformers on the meta device.

    count.py CASES OUT [DETAILS]
    count.py defaults=FAMILY,... OUT

CASES: `diffusers` for the models of the installed diffusers, `classes` for every class of every configuration as it is by default
(`classes=clip,siglip` for those of some families), or a file with lines `class<TAB>overrides as JSON`; for classes of diffusers
these are all arguments of the constructor. OUT gets sorted lines `class<TAB>config as JSON<TAB>parameters<TAB>hash`: the hash is FNV-1a
(64 bits) over the sorted lines `path<TAB>elements<TAB>count` of all parameters, each once, with `*` for numbers in
paths and without `.weight` at their ends.
DETAILS: a folder that gets those lines, for looking at differences.

`defaults` writes `family<TAB>JSON`: what the configuration classes take where a configuration does not say, as far as sizes can
depend on it; `src/estimate/architecture/usual.tsv` is that.
"""

import collections
import contextlib
import dataclasses
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


def of_diffusers(name):
    try:
        import diffusers
    except ImportError:
        return None
    return getattr(diffusers, name, None)


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
    kind, _, families = argument.partition("=")
    if kind != "classes":
        for line in pathlib.Path(argument).read_text().splitlines():
            name, overrides = line.split("\t")[:2]
            model = getattr(transformers, name, None) or of_diffusers(name)
            if model is not None:
                yield model, json.loads(overrides)
        return
    seen = set()
    for model_type, name in sorted(configuration_auto.CONFIG_MAPPING_NAMES.items()):
        config = getattr(transformers, name, None)
        if config is None or config in seen or (families and model_type not in families.split(",")):
            continue
        seen.add(config)
        for model in classes_of(config):
            yield model, {}


NO_SIZE = re.compile(
    r"dropout|drop_path|token_id|token_index|_eps$|_act$|activation|initializer|^layer_types$|stage_names|loss|cost"
    r"|^dtype$|_cache$|output_hidden|output_attn|return_dict|chunk_size_feed|is_encoder_decoder|problem_type|label|architectures|version"
    r"|rope|softcap|kernel_options|apply_spec|mask_(time|feature)_(length|min)|begin_suppress|suppress_tokens|pruned|normaliz"
    r"|vision_feature_select|bos_|eos_|semantic|auxiliary_loss|pretraining_tp|temperature|codevector|negatives|diversity|ctc_|guided"
)


def plain(value):
    if isinstance(value, (list, tuple)):
        return all(plain(it) for it in value)
    return isinstance(value, (bool, int, float, str))


def usual_of(config):
    """What a configuration class takes by itself."""
    made = config()
    found = {}
    for field in dataclasses.fields(config):
        value = getattr(made, field.name, None) if field.default is dataclasses.MISSING else field.default
        if value is None and isinstance(getattr(made, field.name, None), (list, tuple)):
            value = getattr(made, field.name)
        if value is not None and plain(value) and not NO_SIZE.search(field.name):
            found[field.name] = list(value) if isinstance(value, tuple) else value
    return found


def defaults(families, out):
    from transformers import PreTrainedConfig

    names = configuration_auto.CONFIG_MAPPING_NAMES
    waiting = {name: getattr(transformers, names[name]) for name in families if name in names}
    done = {}
    for name in families:
        if name not in names:
            parameters = inspect.signature(of_diffusers(name).__init__).parameters.items()
            done[name] = {key: it.default for key, it in parameters if plain(it.default) and not NO_SIZE.search(key)}
    while waiting:
        family, config = waiting.popitem()
        found = usual_of(config)
        made = config()
        for name, part in sorted(vars(made).items()):
            if not isinstance(part, PreTrainedConfig):
                continue
            kind = type(part)
            if part.model_type not in done and part.model_type not in waiting and part.model_type != family:
                waiting[part.model_type] = kind
            usual = usual_of(kind)
            own = {key: value for key, value in part.to_dict().items() if plain(value) and not NO_SIZE.search(key) and value != usual.get(key)}
            base = PreTrainedConfig().to_dict()
            found[name] = {"model_type": part.model_type, **{key: value for key, value in own.items() if key not in base or key in usual}}
        done[family] = found
    lines = [f"{family}\t{json.dumps(found, sort_keys=True, separators=(',', ':'))}" for family, found in sorted(done.items())]
    pathlib.Path(out).write_text("\n".join(lines) + "\n")


def main():
    if sys.argv[1].startswith("defaults="):
        return defaults(sys.argv[1].partition("=")[2].split(","), sys.argv[2])
    out = open(sys.argv[2], "w")
    details = pathlib.Path(sys.argv[3]) if len(sys.argv) > 3 else None
    results = []
    for model, overrides in cases(sys.argv[1]):
        if issubclass(model, PreTrainedModel):
            given = json.dumps({"model_type": model.config_class.model_type, **overrides}, sort_keys=True)
        else:
            given = json.dumps({"_class_name": model.__name__, **overrides}, sort_keys=True)
        try:
            with limit(120), torch.device("meta"):
                made = model(model.config_class(**overrides)) if issubclass(model, PreTrainedModel) else model(**overrides)
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
