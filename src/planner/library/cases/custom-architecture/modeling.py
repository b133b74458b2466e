"""A decoder in which a gate scales what attention found."""

import torch
from torch import nn
from transformers import GenerationMixin, PreTrainedModel
from transformers.modeling_outputs import CausalLMOutput

from .configuration_gated import GatedConfig


class GatedBlock(nn.Module):
    """Attention, scaled by a gate, and a layer of neurons: the place for an idea of one's own."""

    def __init__(self, config: GatedConfig) -> None:
        super().__init__()
        size = config.hidden_size
        self.heads = config.heads
        self.before = nn.RMSNorm(size)
        self.query_key_value = nn.Linear(size, 3 * size, bias=False)
        self.gate = nn.Linear(size, size, bias=False)
        self.out = nn.Linear(size, size, bias=False)
        self.between = nn.RMSNorm(size)
        self.neurons = nn.Sequential(nn.Linear(size, 4 * size), nn.GELU(), nn.Linear(4 * size, size))

    def forward(self, states: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        normal = self.before(states)
        batch, length, size = normal.shape
        split = self.query_key_value(normal).view(batch, length, 3, self.heads, size // self.heads)
        query, key, value = split.permute(2, 0, 3, 1, 4)
        found = nn.functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        found = found.transpose(1, 2).reshape(batch, length, size)
        states = states + self.out(found * torch.sigmoid(self.gate(normal)))
        return states + self.neurons(self.between(states))


class GatedForCausalLM(PreTrainedModel, GenerationMixin):
    """The decoder with a layer that says the next word."""

    config_class = GatedConfig
    base_model_prefix = "model"
    supports_gradient_checkpointing = False
    _tied_weights_keys = {"head.weight": "words.weight"}

    def __init__(self, config: GatedConfig) -> None:
        super().__init__(config)
        self.words = nn.Embedding(config.vocab_size, config.hidden_size)
        self.places = nn.Embedding(config.max_position_embeddings, config.hidden_size)
        self.blocks = nn.ModuleList(GatedBlock(config) for _ in range(config.layers))
        self.norm = nn.RMSNorm(config.hidden_size)
        self.head = nn.Linear(config.hidden_size, config.vocab_size, bias=False)
        self.post_init()

    def get_input_embeddings(self) -> nn.Embedding:
        return self.words

    def get_output_embeddings(self) -> nn.Linear:
        return self.head

    def forward(
        self,
        input_ids: torch.Tensor,
        attention_mask: torch.Tensor | None = None,
        labels: torch.Tensor | None = None,
        logits_to_keep: int = 0,
        **kwargs,
    ) -> CausalLMOutput:
        length = input_ids.shape[1]
        place = torch.arange(length, device=input_ids.device)
        past = place[None, :] <= place[:, None]
        if attention_mask is not None:
            # Who is padding still sees itself; a row without anybody would become nan.
            itself = torch.eye(length, dtype=torch.bool, device=input_ids.device)
            past = (past & attention_mask[:, None, None, :length].bool()) | itself
        states = self.words(input_ids) + self.places(place)
        for block in self.blocks:
            states = block(states, past)
        logits = self.head(self.norm(states)[:, -logits_to_keep:])
        loss = None
        if labels is not None:
            # It shifts the labels, and takes the count of tokens that the trainer hands over in kwargs.
            loss = self.loss_function(logits, labels, vocab_size=self.config.vocab_size, **kwargs)
        return CausalLMOutput(loss=loss, logits=logits)


GatedForCausalLM.register_for_auto_class("AutoModelForCausalLM")
