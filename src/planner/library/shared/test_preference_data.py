"""Tests of the cleaning and the split in src/prepare_data{{ s }}.py."""

import sys
from pathlib import Path

from datasets import Dataset

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from prepare_data{{ s }} import {% if data.format == "preference-implicit" %}example, {% endif %}is_comparison, mask, split


def row(question: str, better: str, worse: str) -> dict:
    return {
        "prompt": [{"role": "user", "content": question}],
        "chosen": [{"role": "assistant", "content": better}],
        "rejected": [{"role": "assistant", "content": worse}],
    }


def test_addresses_and_numbers_are_masked() -> None:
    assert mask("write to ada@example.org or +49 30 1234567") == "write to [email] or [phone]"


def test_only_real_comparisons_are_kept() -> None:
    assert is_comparison(row("Why?", "So.", "No."))
    assert not is_comparison(row("Why?", "So.", "So."))
    assert not is_comparison(row("Why?", "So.", ""))
{% if data.format == "preference-implicit" %}


def test_the_prompt_is_what_both_conversations_begin_with() -> None:
    asked = {"role": "user", "content": "Why?"}
    better, worse = ({"role": "assistant", "content": text} for text in ("So.", "No."))
    parts = example({"chosen": [asked, better], "rejected": [asked, worse]})
    assert parts == {"prompt": [asked], "chosen": [better], "rejected": [worse]}
{% endif %}


def test_parts_share_no_prompt() -> None:
    rows = [row(f"Why {n % 20}?", f"So {n}.", "No.") for n in range(60)]
    parts = split(Dataset.from_list(rows))
    prompts = {name: {str(prompt) for prompt in part["prompt"]} for name, part in parts.items()}
    assert all(prompts.values()) and sum(map(len, prompts.values())) == 20
