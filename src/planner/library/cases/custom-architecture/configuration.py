"""The configuration of a gated decoder."""

from transformers import PreTrainedConfig


class GatedConfig(PreTrainedConfig):
    """Sizes of a gated decoder. Every field has a value, so that one can be made without arguments."""

    model_type = "gated"

    vocab_size: int = 32000
    hidden_size: int = {{ set.hidden_size }}
    layers: int = {{ set.layers }}
    heads: int = {{ set.heads }}
    max_position_embeddings: int = {{ fit.max_length }}
    initializer_range: float = 0.02
    use_cache: bool = False
    tie_word_embeddings: bool = True
    pad_token_id: int | None = None
    bos_token_id: int | None = None
    eos_token_id: int | None = None


GatedConfig.register_for_auto_class()
