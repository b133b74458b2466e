"""Writes the modules of models as the real classes of transformers build them (on the meta device, without weights).

    python tests/estimate/models.py > tests/fixtures/estimate/models.json
"""
import json

import torch
import transformers
from torch import nn
from transformers.pytorch_utils import Conv1D

from measure import FAMILIES

LLAMA = "LlamaForCausalLM"
LARGE = {
    "Llama-2-7B": (LLAMA, dict()),
    "Llama-2-13B": (LLAMA, dict(hidden_size=5120, intermediate_size=13824, num_hidden_layers=40, num_attention_heads=40)),
    "Llama-2-70B": (LLAMA, dict(hidden_size=8192, intermediate_size=28672, num_hidden_layers=80, num_attention_heads=64, num_key_value_heads=8)),
    "Llama-3.1-8B": (LLAMA, dict(hidden_size=4096, intermediate_size=14336, num_hidden_layers=32, num_attention_heads=32, num_key_value_heads=8, vocab_size=128256)),
    "Llama-3.2-1B": (LLAMA, dict(hidden_size=2048, intermediate_size=8192, num_hidden_layers=16, num_attention_heads=32, num_key_value_heads=8, head_dim=64, vocab_size=128256, tie_word_embeddings=True)),
    "Llama-3.2-3B": (LLAMA, dict(hidden_size=3072, intermediate_size=8192, num_hidden_layers=28, num_attention_heads=24, num_key_value_heads=8, head_dim=128, vocab_size=128256, tie_word_embeddings=True)),
    "Mistral-7B": ("MistralForCausalLM", dict(num_key_value_heads=8)),
    "Falcon-7B": ("FalconForCausalLM", dict(hidden_size=4544, num_hidden_layers=32, num_attention_heads=71, vocab_size=65024, multi_query=True, parallel_attn=True, bias=False, alibi=False, new_decoder_architecture=False)),
    # The first Qwen is code of its own: one projection for queries, keys and values, otherwise as this.
    "Qwen-7B": ("Qwen2ForCausalLM", dict(hidden_size=4096, intermediate_size=11008, num_hidden_layers=32, num_attention_heads=32, num_key_value_heads=32, vocab_size=151936)),
    "Qwen-1.8B": ("Qwen2ForCausalLM", dict(hidden_size=2048, intermediate_size=5504, num_hidden_layers=24, num_attention_heads=16, num_key_value_heads=16, vocab_size=151936)),
    "bert-large": ("BertForSequenceClassification", dict(hidden_size=1024, intermediate_size=4096, num_attention_heads=16, num_hidden_layers=24)),
    "T0_3B": ("T5ForConditionalGeneration", dict(d_model=2048, d_kv=64, d_ff=5120, num_heads=32, num_layers=24, num_decoder_layers=24, feed_forward_proj="gated-gelu", tie_word_embeddings=False)),
    "mt0-xxl": ("MT5ForConditionalGeneration", dict(d_model=4096, d_kv=64, d_ff=10240, num_heads=64, num_layers=24, num_decoder_layers=24, vocab_size=250112)),
    "bloomz-7b1": ("BloomForCausalLM", dict(hidden_size=4096, n_layer=30, n_head=32, vocab_size=250880)),
}
REPEATED = ("layers", "layer", "h", "block", "blocks")


def config_of(name, sizes):
    return getattr(transformers, name).config_class(**sizes)


def first(config, *names):
    for name in names:
        value = getattr(config, name, None)
        if value is not None:
            return value
    return 0


def stacks_of(model, config):
    found = {}
    for path, module in model.named_modules():
        if isinstance(module, nn.ModuleList) and path.rsplit(".", 1)[-1] in REPEATED and len({type(it) for it in module}) == 1 and len(module) > 1:
            if not any(path.startswith(outer + ".") for outer in found):
                found[path] = module
    out = []
    for path, layers in found.items():
        names = {name for name, _ in layers[0].named_modules()}
        cross = any("EncDecAttention" in it or "encoder_attn" in it for it in names)
        encoder = "encoder" in path
        role = {"vit": "Vision"}.get(config.model_type) or ("Audio" if config.model_type == "whisper" and encoder else "Encoder" if encoder else "Decoder")
        heads = first(config, "num_attention_heads", "n_head", "num_heads", "encoder_attention_heads")
        hidden = first(config, "hidden_size", "n_embd", "d_model")
        kv = 1 if getattr(config, "multi_query", False) else first(config, "num_key_value_heads") or heads
        head = first(config, "head_dim", "d_kv") or hidden // heads
        gated = any(it.rsplit(".", 1)[-1] in ("gate_proj", "wi_0") or it.endswith("experts") for it in names)
        out.append(dict(
            role=role, path=path, layers=len(layers), hidden=hidden, heads=heads, kv_heads=kv, head_dim=head, gated=gated,
            causal=role == "Decoder", cross=cross,
            intermediate=first(config, "moe_intermediate_size", "intermediate_size", "ffn_hidden_size", "n_inner", "d_ff", "encoder_ffn_dim") or 4 * hidden,
            vocab=config.vocab_size if role == "Decoder" else 0, tokens={"Vision": 197, "Audio": 1500}.get(role),
        ))
    return out


def modules_of(model, config, stacks):
    rows, tied = {}, getattr(model, "all_tied_weights_keys", {}) or {}
    experts = first(config, "num_experts", "num_local_experts")
    used = first(config, "num_experts_per_tok")

    def add(path, kind, weight, bias, inputs, outputs, count=1, expert=None, is_tied=False):
        stack = None
        for at, it in enumerate(stacks):
            if path.startswith(it["path"] + "."):
                rest = path[len(it["path"]) + 1:].split(".", 1)[1]
                path, stack = f"{it['path']}.*.{rest}", at
        key = (path, weight, inputs)
        row = rows.setdefault(key, dict(path=path, kind=kind, weight=weight, bias=bias, inputs=inputs, outputs=outputs, count=0, stack=stack, tied=is_tied, experts=expert))
        row["count"] += count

    for path, module in model.named_modules():
        params = dict(module.named_parameters(recurse=False))
        if not params:
            continue
        weight = params["weight"].numel() if "weight" in params else 0
        bias = params["bias"].numel() if "bias" in params else 0
        is_tied = f"{path}.weight" in tied
        name = type(module).__name__
        if isinstance(module, nn.Linear):
            add(path, "Linear", weight, bias, module.in_features, module.out_features, is_tied=is_tied)
        elif isinstance(module, Conv1D):
            add(path, "Conv1D", weight, bias, module.nx, module.nf)
        elif isinstance(module, nn.Embedding):
            add(path, "Embedding", weight, bias, 0, 0, is_tied=is_tied)
        elif "Norm" in name:
            add(path, "Norm", weight, bias, 0, 0)
        elif "Conv" in name:
            add(path, "Convolution", weight, bias, 0, module.out_channels)
        elif name.endswith("Experts"):
            for key, it in params.items():
                add(f"{path}.{key}", "Experts", it[0].numel(), 0, it.shape[2], it.shape[1], count=it.shape[0], expert=dict(all=experts, used=used))
        elif experts and weight and params["weight"].shape[0] == experts:
            add(path, "Linear", weight, bias, params["weight"].shape[1], experts)
        else:
            add(path, "Other", sum(it.numel() for it in params.values()), 0, 0, 0)
    return list(rows.values())


def describe(name, sizes):
    config = config_of(name, sizes)
    with torch.device("meta"):
        model = getattr(transformers, name)._from_config(config)
    stacks = stacks_of(model, config)
    modules = modules_of(model, config, stacks)
    counted = sum(((0 if it["tied"] else it["weight"]) + it["bias"]) * it["count"] for it in modules)
    real = sum(it.numel() for it in model.parameters())
    assert counted == real, (name, counted, real)
    written = dict(json.loads(config.to_json_string(use_diff=False)), architectures=[name])
    return dict(config=written, family=config.model_type, **{"class": name}, parameters=real, modules=modules, stacks=stacks)


if __name__ == "__main__":
    print("{")
    rows = []
    for key, (name, sizes) in {**FAMILIES, **LARGE}.items():
        try:
            rows.append(f'"{key}": {json.dumps(describe(name, sizes))}')
        except Exception as error:
            import sys
            print(key, repr(error)[:300], file=sys.stderr)
    print(",\n".join(rows))
    print("}")
