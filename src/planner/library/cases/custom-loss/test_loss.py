"""Tests of the loss in src/loss{{ s }}.py."""

import sys
from pathlib import Path

import torch
from torch.nn.functional import cross_entropy
from transformers.modeling_outputs import CausalLMOutputWithPast

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from loss{{ s }} import focal, next_word_loss


def batch(rows: int = 4, length: int = 6, words: int = 11) -> tuple[torch.Tensor, torch.Tensor]:
    torch.manual_seed(0)
    labels = torch.randint(words, (rows, length))
    labels[:, :2] = -100
    return torch.randn(rows, length, words, requires_grad=True), labels


def test_without_gamma_it_is_the_cross_entropy() -> None:
    logits, labels = batch()
    flat = logits.flatten(0, 1), labels.flatten()
    usual = cross_entropy(*flat, ignore_index=-100, reduction="sum")
    torch.testing.assert_close(focal(*flat, gamma=0.0), usual)


def test_easy_words_count_less() -> None:
    logits, labels = torch.tensor([[4.0, 0.0], [0.1, 0.0]]), torch.tensor([0, 0])
    easy, hard = (focal(logits[at : at + 1], labels[at : at + 1], 2.0) for at in (0, 1))
    plain_easy, plain_hard = (focal(logits[at : at + 1], labels[at : at + 1], 0.0) for at in (0, 1))
    assert easy / plain_easy < hard / plain_hard < 1


def test_micro_batches_add_up_to_the_whole_batch() -> None:
    logits, labels = batch()
    count = (labels[:, 1:] != -100).sum()
    whole = next_word_loss(CausalLMOutputWithPast(logits=logits), labels)
    parts = [
        next_word_loss(CausalLMOutputWithPast(logits=logits[at : at + 1]), labels[at : at + 1], count)
        for at in range(len(labels))
    ]
    torch.testing.assert_close(sum(parts), whole)


def test_prompts_have_no_gradient_and_nothing_is_nan() -> None:
    logits, labels = batch()
    next_word_loss(CausalLMOutputWithPast(logits=logits), labels).backward()
    assert torch.isfinite(logits.grad).all()
    assert (logits.grad[:, 0] == 0).all() and (logits.grad[:, 1:-1] != 0).any()


def test_a_batch_without_targets_is_no_division_by_zero() -> None:
    logits, labels = batch()
    assert next_word_loss(CausalLMOutputWithPast(logits=logits), torch.full_like(labels, -100)) == 0
