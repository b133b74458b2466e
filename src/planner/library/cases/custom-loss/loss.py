"""A loss that looks at what the model finds hard: the focal loss of the next words."""

import torch
from torch.nn.functional import cross_entropy
from transformers.modeling_outputs import CausalLMOutputWithPast

GAMMA = {{ set.gamma }}


def focal(logits: torch.Tensor, targets: torch.Tensor, gamma: float) -> torch.Tensor:
    """The sum over all targets that are not -100 of (1 - p)^gamma times -log p."""
    surprise = cross_entropy(logits.float(), targets, ignore_index=-100, reduction="none")
    return ((1 - torch.exp(-surprise)) ** gamma * surprise).sum()


def next_word_loss(
    outputs: CausalLMOutputWithPast,
    labels: torch.Tensor,
    num_items_in_batch: torch.Tensor | int | None = None,
) -> torch.Tensor:
    """The mean over the targets of all micro-batches of a step, as the trainer wants it."""
    logits, targets = outputs.logits[:, :-1].flatten(0, 1), labels[:, 1:].flatten()
    count = (targets != -100).sum() if num_items_in_batch is None else num_items_in_batch
    if isinstance(count, torch.Tensor):
        count = count.to(logits.device).clamp(min=1)
    return focal(logits, targets, GAMMA) / count
