"""Measures what autograd keeps while a model of transformers is trained, at real sizes and without a GPU.

Tensors are fake (`FakeTensorMode`): they have shapes and types but no memory. Fused attention is stood in for by a function that
keeps what the kernels of a GPU keep: queries, keys, values, the output, and a number of 32 bits for each head and token.
Layer norms, softmax and losses follow CUDA's list of what autocast computes in 32 bits.

    python tests/estimate/measure.py > tests/fixtures/estimate/autograd.json
"""
import contextlib
import json
import sys
import weakref

import torch
import torch.nn.functional as F
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils._python_dispatch import TorchDispatchMode

import transformers
from peft import LoraConfig, get_peft_model

MEBI = 2**20


class Fused(torch.autograd.Function):
    """What a fused attention kernel keeps."""

    @staticmethod
    def forward(ctx, q, k, v):
        out = torch.empty(q.shape[0], q.shape[2], q.shape[1], v.shape[3], dtype=q.dtype, device=q.device).transpose(1, 2)
        lse = torch.empty(q.shape[:3], dtype=torch.float32, device=q.device)
        ctx.save_for_backward(q, k, v, out, lse)
        return out

    @staticmethod
    def backward(ctx, grad):
        q, k, v, out, lse = ctx.saved_tensors
        accumulated = torch.empty(q.shape, dtype=torch.float32, device=q.device)
        gq, gk, gv = torch.empty_like(q), torch.empty_like(k), torch.empty_like(v)
        del accumulated
        return gq, gk, gv


def on_gpu():
    """Makes functions behave as they do on a GPU: fused attention, dropout that keeps a mask of bytes, what autocast computes in 32 bits."""
    normed, entropy, dropped = F.layer_norm, F.cross_entropy, F.dropout
    autocast = lambda: torch.is_autocast_enabled("cpu")
    single = lambda it: it.float() if autocast() and isinstance(it, torch.Tensor) and it.is_floating_point() else it

    def attention(q, k, v, attn_mask=None, dropout_p=0.0, is_causal=False, scale=None, enable_gqa=False):
        if autocast():
            q, k, v = (it.to(torch.bfloat16) for it in (q, k, v))
        return Fused.apply(q, k, v)

    def dropout(input, p=0.5, training=True, inplace=False):
        return torch.native_dropout(input, p, True)[0] if training and p > 0 else input

    F.scaled_dot_product_attention = attention
    F.dropout = torch.dropout = dropout
    F.layer_norm = lambda input, shape, weight=None, bias=None, eps=1e-5: normed(single(input), shape, single(weight), single(bias), eps)
    F.cross_entropy = lambda input, *args, **kwargs: entropy(single(input), *args, **kwargs)

    def apply(self, fn, recurse=True):
        for child in self.children():
            child._apply(fn)
        for key, it in self._parameters.items():
            if it is not None:
                self._parameters[key] = torch.nn.Parameter(fn(it.detach()), requires_grad=it.requires_grad)
        for key, it in self._buffers.items():
            if it is not None:
                self._buffers[key] = fn(it)
        return self

    torch.nn.Module._apply = apply
    # Masks are left out where nothing is padded, which is not tried on fake tensors.
    import transformers.masking_utils as masks
    masks.ALL_MASK_ATTENTION_FUNCTIONS["sdpa"] = lambda *_, **__: None


class Live(TorchDispatchMode):
    """Counts the bytes of all storages that are alive."""

    def __init__(self):
        self.alive, self.now, self.peak, self.own = {}, 0, 0, set()

    def drop(self, key):
        self.now -= self.alive.pop(key, 0)

    def add(self, tensor):
        storage = tensor.untyped_storage()
        key = storage._cdata
        if key in self.alive or key in self.own:
            return
        size = storage.nbytes()
        self.alive[key] = size
        self.now += size
        self.peak = max(self.peak, self.now)
        weakref.finalize(storage, self.drop, key)

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        out = func(*args, **(kwargs or {}))
        for it in torch.utils._pytree.tree_leaves(out):
            if isinstance(it, torch.Tensor):
                self.add(it)
        return out


FAMILIES = {
    "llama": ("LlamaForCausalLM", dict(hidden_size=2048, intermediate_size=8192, num_attention_heads=32, num_key_value_heads=8, head_dim=64, vocab_size=128256, tie_word_embeddings=True)),
    "qwen3": ("Qwen3ForCausalLM", dict(hidden_size=2048, intermediate_size=6144, num_attention_heads=16, num_key_value_heads=8, head_dim=128, vocab_size=151936, tie_word_embeddings=True)),
    "qwen2": ("Qwen2ForCausalLM", dict(hidden_size=1536, intermediate_size=8960, num_attention_heads=12, num_key_value_heads=2, vocab_size=151936, tie_word_embeddings=True)),
    "gemma2": ("Gemma2ForCausalLM", dict(hidden_size=2304, intermediate_size=9216, num_attention_heads=8, num_key_value_heads=4, head_dim=256, vocab_size=256000)),
    "gemma3_text": ("Gemma3ForCausalLM", dict(hidden_size=1152, intermediate_size=6912, num_attention_heads=4, num_key_value_heads=1, head_dim=256, vocab_size=262144)),
    "mixtral": ("MixtralForCausalLM", dict(hidden_size=1024, intermediate_size=3584, num_attention_heads=16, num_key_value_heads=4, vocab_size=32000, num_local_experts=8, num_experts_per_tok=2)),
    "qwen3_moe": ("Qwen3MoeForCausalLM", dict(hidden_size=2048, intermediate_size=6144, moe_intermediate_size=768, num_attention_heads=32, num_key_value_heads=4, head_dim=128, vocab_size=151936, num_experts=64, num_experts_per_tok=8)),
    "gpt2": ("GPT2LMHeadModel", dict(n_embd=768, n_head=12)),
    "bert": ("BertForSequenceClassification", dict(hidden_size=1024, intermediate_size=4096, num_attention_heads=16)),
    "t5": ("T5ForConditionalGeneration", dict(d_model=768, d_kv=64, d_ff=3072, num_heads=12)),
    "vit": ("ViTForImageClassification", dict()),
    "whisper": ("WhisperForConditionalGeneration", dict(d_model=768, encoder_attention_heads=12, decoder_attention_heads=12, encoder_ffn_dim=3072, decoder_ffn_dim=3072)),
}
LAYERS = 2


def build(family, dtype, attention, layers):
    name, sizes = FAMILIES[family]
    cls = getattr(transformers, name)
    config = cls.config_class(**sizes)
    for key in ("num_hidden_layers", "n_layer", "num_layers", "num_decoder_layers", "encoder_layers", "decoder_layers"):
        if hasattr(config, key):
            setattr(config, key, layers)
    if hasattr(config, "layer_types") and config.layer_types:
        config.layer_types = list(config.layer_types)[:1] * layers
    config.use_cache = False
    config.problem_type = "single_label_classification"
    config.pad_token_id = config.decoder_start_token_id = 0
    transformers.PreTrainedModel.init_weights = lambda *_: None  # nothing to be set
    return cls._from_config(config, dtype=dtype, attn_implementation=attention)


def inputs(family, model, batch, length):
    ids = torch.zeros(batch, length, dtype=torch.int64)
    if family == "vit":
        return dict(pixel_values=torch.zeros(batch, 3, 224, 224, dtype=model.dtype), labels=torch.zeros(batch, dtype=torch.int64))
    if family == "whisper":
        return dict(input_features=torch.zeros(batch, 80, 3000, dtype=model.dtype), labels=ids)
    if family == "bert":
        return dict(input_ids=ids, labels=torch.zeros(batch, dtype=torch.int64))
    if family == "t5":
        return dict(input_ids=ids, labels=ids)
    return dict(input_ids=ids, labels=ids)


def measure(family, batch, length, method="full", dtype="bfloat16", autocast=False, attention="sdpa", checkpointing=False, layers=LAYERS, dropout=0.0, adapter="float32", dora=False, detail=False):
    """Bytes that the forward pass leaves for the backward pass, weights apart, and the peak of both."""
    with FakeTensorMode(allow_non_fake_inputs=True):
        model = build(family, getattr(torch, dtype), attention, layers)
        if method != "full":
            targets = {"qv": None, "all": "all-linear"}[method]
            lora = LoraConfig(r=16, target_modules=targets, lora_dropout=dropout, use_dora=dora, task_type=None)
            model = get_peft_model(model, lora, autocast_adapter_dtype=adapter == "float32")
        model.train()
        if checkpointing:
            model.gradient_checkpointing_enable()
            if method != "full":
                model.enable_input_require_grads()
        batch_ = inputs(family, model, batch, length)
        own = {it.untyped_storage()._cdata for it in [*model.parameters(), *model.buffers(), *batch_.values()]}
        kept = {}

        def pack(tensor):
            storage = tensor.untyped_storage()
            if storage._cdata not in own:
                kept[storage._cdata] = (storage.nbytes(), tuple(tensor.shape), str(tensor.dtype))
            return tensor

        live = Live()
        live.own = own
        context = torch.autocast("cpu", torch.bfloat16) if autocast else contextlib.nullcontext()
        with live:
            base = live.now
            hooks = contextlib.nullcontext() if checkpointing else torch.autograd.graph.saved_tensors_hooks(pack, lambda it: it)
            with hooks, context:
                out = model(**batch_)
            loss = out.loss
            logits = out.logits.shape
            del out
            end = live.now - base
            if detail:
                from collections import Counter
                for key, n in sorted(Counter((v[1], v[2]) for v in kept.values()).items(), key=str):
                    print("  ", key, n, file=sys.stderr)
            loss.backward()
            return dict(kept=sum(it[0] for it in kept.values()), end=end, peak=live.peak - base, logits=list(logits))


def cases():
    """What is measured: each is a dictionary of arguments of `measure`."""
    both = dict(batch=2, length=512)
    for method in ("full", "qv", "all"):
        for family in ("llama", "qwen2", "qwen3", "gemma3_text"):
            yield dict(family=family, method=method, **both)
    for more in (
        dict(method="all", adapter="bfloat16"), dict(method="all", dropout=0.1), dict(method="all", adapter="bfloat16", dropout=0.1),
        dict(method="qv", autocast=True), dict(method="all", autocast=True), dict(method="all", autocast=True, dropout=0.1),
        dict(method="qv", dora=True), dict(dtype="float32"), dict(dtype="float32", autocast=True), dict(autocast=True),
        dict(attention="eager"), dict(method="qv", attention="eager"), dict(dtype="float32", attention="eager"),
        dict(checkpointing=True), dict(method="qv", checkpointing=True), dict(dtype="float32", autocast=True, checkpointing=True),
    ):
        yield dict(family="llama", **both, **more)
    for length in (128, 2048):
        yield dict(family="qwen3", batch=3, length=length)
    yield dict(family="gemma2", attention="eager", **both)
    yield dict(family="gemma2", attention="eager", method="all", **both)
    for family in ("mixtral", "qwen3_moe"):
        yield dict(family=family, **both)
        yield dict(family=family, method="all", **both)
    for family in ("bert", "gpt2", "t5", "vit", "whisper"):
        for more in (dict(dtype="float32"), dict(dtype="float32", autocast=True), dict(dtype="float32", attention="eager")):
            yield dict(family=family, batch=2, length=128 if family == "whisper" else 512, **more)
    for family in ("bert", "gpt2", "t5"):
        yield dict(family=family, method="qv", dtype="float32", **both)
    yield dict(family="bert", dtype="float32", checkpointing=True, **both)


if __name__ == "__main__":
    on_gpu()
    print("[")
    separator = ""
    for case in cases():
        try:
            one, two = (measure(**case, layers=layers) for layers in (2, 3))
        except Exception as error:  # a case that cannot be measured is said and left out
            print(json.dumps(case), type(error).__name__, str(error)[:200], file=sys.stderr, flush=True)
            continue
        at = "end" if case.get("checkpointing") else "kept"
        # Of one more layer, and of all else with two.
        layer = two[at] - one[at]
        row = dict(case, layer=layer, rest=one[at] - 2 * layer, peak=one["peak"])
        print(separator + json.dumps(row), end="", flush=True)
        separator = ",\n"
    print("\n]")
