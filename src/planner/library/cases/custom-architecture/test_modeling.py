"""Tests of the architecture in src/gated."""

import sys
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from gated.configuration_gated import GatedConfig
from gated.modeling_gated import GatedForCausalLM

CONFIG = GatedConfig(vocab_size=50, hidden_size=32, layers=2, heads=4, max_position_embeddings=32, eos_token_id=1)
IDS = torch.arange(2, 18).view(2, 8)


def model() -> GatedForCausalLM:
    torch.manual_seed(0)
    return GatedForCausalLM(CONFIG).eval()


def test_a_later_word_changes_nothing_before_it() -> None:
    it, changed = model(), IDS.clone()
    changed[:, -1] = 40
    before, after = it(IDS).logits, it(changed).logits
    assert torch.allclose(before[:, :-1], after[:, :-1], atol=1e-5)
    assert not torch.allclose(before[:, -1], after[:, -1], atol=1e-5)


def test_padding_changes_nothing() -> None:
    padded = torch.cat([IDS, torch.zeros_like(IDS)], dim=1)
    mask = torch.cat([torch.ones_like(IDS), torch.zeros_like(IDS)], dim=1)
    found = model()(padded, attention_mask=mask).logits[:, :8]
    assert torch.allclose(found, model()(IDS).logits, atol=1e-5)


def test_it_comes_back_from_disk(tmp_path: Path) -> None:
    it = model()
    it.save_pretrained(tmp_path)
    assert {"configuration_gated.py", "modeling_gated.py"} <= {path.name for path in tmp_path.iterdir()}
    back = GatedForCausalLM.from_pretrained(tmp_path).eval()
    assert torch.allclose(it(IDS).logits, back(IDS).logits, atol=1e-5)
    assert back.head.weight.data_ptr() == back.words.weight.data_ptr()


def test_it_learns_and_writes() -> None:
    it = model().train()
    optimizer = torch.optim.AdamW(it.parameters(), lr=1e-2)
    losses = []
    for _ in range(30):
        loss = it(IDS, labels=IDS).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())
    assert losses[-1] < losses[0] / 2
    written = it.eval().generate(IDS[:, :2], max_new_tokens=4, do_sample=False)
    assert torch.equal(written[:, :2], IDS[:, :2]) and written.shape[1] > 2
