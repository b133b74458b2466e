"""Writes the defaults of the configuration classes of the installed transformers: src/estimate/architecture/defaults.txt.

    defaults.py

A line for each family of text that src/estimate/architecture describes: `name=value` for the fields that it reads, and `name>other`
for the names that mean another. Fields whose default is nothing are left out.
"""

import pathlib
import re

import transformers
from transformers.models.auto import configuration_auto

FOLDER = pathlib.Path(__file__).parents[2] / "src/estimate/architecture"
TEXTS = {"feed_forward_proj": None, "encoder_attention_type": None, "hidden_act": "apertus"}
# The description makes these names from `encoder` and `decoder`.
SIDES = {
    name.format(side)
    for side in ("encoder", "decoder")
    for name in ("{}_layers", "{}_ffn_dim", "{}_attention_heads", "max_{}_position_embeddings")
}
OTHERS = {"vit", "whisper"}
OF_ALL = set(transformers.PreTrainedConfig().to_dict()) - {"tie_word_embeddings", "is_decoder", "add_cross_attention"}


def fields(config):
    """The fields of a class and their defaults, under the names that are meant."""
    found = {}
    for base in config.__mro__:
        if base is transformers.PreTrainedConfig:
            break
        for name in vars(base).get("__annotations__", {}):
            found.setdefault(name, getattr(config, name, None))
    meant = getattr(config, "attribute_map", {})
    return {meant.get(name, name): value for name, value in found.items() if name not in OF_ALL and name != "model_type"}


def words(family, config, used):
    own = fields(config)
    meant = getattr(config, "attribute_map", {}).items()
    others = {name: other for name, other in meant if name in used and other in own and name != other}
    for name, value in sorted(own.items()):
        if name not in used and name not in others.values():
            continue
        if isinstance(value, bool):
            yield f"{name}={str(value).lower()}"
        elif isinstance(value, int) or (isinstance(value, str) and name in TEXTS and TEXTS[name] in (None, family)):
            yield f"{name}={value}"
    for name, other in sorted(others.items()):
        yield f"{name}>{other}"
    if config().num_labels != 2:
        yield f"num_labels={config().num_labels}"


def main():
    sources = [FOLDER.with_suffix(".rs"), *sorted(FOLDER.glob("*.rs"))]
    code = "\n".join(source.read_text() for source in sources)
    used = set(re.findall(r'"([a-zA-Z_0-9]+)"', code)) | SIDES
    families = set(re.findall(r'\bfamily\(\s*"([^"]+)"', code)) - OTHERS
    classes = configuration_auto.CONFIG_MAPPING_NAMES
    lines = [
        " ".join([family, *words(family, getattr(transformers, classes[family]), used)])
        for family in sorted(families)
        if family in classes
    ]
    (FOLDER / "defaults.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
