"""The same configurations in two public estimators: accelerate's `estimate-memory` and hf-mem.

    python tests/estimate/compare.py > tests/fixtures/estimate/compared.json

For each model, in bytes: weights in bfloat16 by hf-mem (from safetensors headers that are made of the real class's tensors) and
cached keys and values of 4,096 tokens, and training in 32 bits by accelerate (its `step`). A test compares them with estimates.
"""
import json

import torch
import transformers
from accelerate.commands.estimate import estimate_training_usage
from hf_mem.safetensors.kv_cache import compute_safetensors_kv_cache_size
from hf_mem.safetensors.metadata import parse_safetensors_metadata

from measure import FAMILIES
from models import LARGE, config_of

NAMES = {torch.bfloat16: "BF16", torch.float32: "F32"}


def header(model):
    """What a safetensors file of these weights begins with; tied ones are stored once."""
    at, rows, seen = 0, {}, set()
    for name, it in model.state_dict(keep_vars=True).items():
        if id(it) in seen:
            continue
        seen.add(id(it))
        size = it.numel() * it.element_size()
        rows[name] = dict(dtype=NAMES[it.dtype], shape=list(it.shape), data_offsets=[at, at + size])
        at += size
    return rows


if __name__ == "__main__":
    rows = []
    for key in ("Llama-2-7B", "Llama-3.1-8B", "Llama-3.2-1B", "Mistral-7B", "Qwen-7B", "bert-large", "T0_3B", "gpt2", "qwen3"):
        name, sizes = {**FAMILIES, **LARGE}[key]
        config = config_of(name, sizes)
        with torch.device("meta"):
            model = getattr(transformers, name)._from_config(config, dtype=torch.bfloat16)
        written = json.loads(config.to_json_string(use_diff=False))
        weights = sum(it.bytes_count for it in parse_safetensors_metadata({"": header(model)}).components.values())
        try:
            cache = compute_safetensors_kv_cache_size(config=written, cache_dtype="BF16", max_model_len=4096, batch_size=1)
        except Exception:  # keys that T5 and GPT-2 call otherwise
            cache = None
        training = estimate_training_usage(sum(it.numel() for it in model.parameters()) * 4, "float32")["step"]
        rows.append(json.dumps(dict(model=key, weights=weights, cache=cache, training=training)))
    print("[\n" + ",\n".join(rows) + "\n]")
