"""Tests of the cleaning and the split in src/prepare_data{{ s }}.py."""

import sys
from pathlib import Path

from datasets import Dataset

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from prepare_data{{ s }} import is_judgement, judged, mask, split


def row(question: str, answer: str, label: bool | None = True) -> dict:
    return {
        "prompt": [{"role": "user", "content": question}],
        "completion": [{"role": "assistant", "content": answer}],
        "label": label,
    }


def test_addresses_and_numbers_are_masked() -> None:
    assert mask("write to ada@example.org or +49 30 1234567") == "write to [email] or [phone]"


def test_judgements_without_answer_or_label_are_dropped() -> None:
    assert is_judgement(row("Why?", "So.", False))
    assert not is_judgement(row("Why?", ""))
    assert not is_judgement(row("Why?", "So.", None))


def test_raw_rows_become_judgements() -> None:
{% if data.format == "labels" %}
    raw = [{"prompt": "Why?", "completion": text, "label": text == "So."} for text in ("So.", "No.")]
{% elif data.format == "labels-messages" %}
    raw = [row("Why?", "So."), row("Why?", "No.", False)]
{% elif data.format == "preference" %}
    raw = [{"prompt": "Why?", "chosen": "So.", "rejected": "No."}]
{% else %}
    asked = {"role": "user", "content": "Why?"}
    good, bad = ({"role": "assistant", "content": text} for text in ("So.", "No."))
    raw = [{"chosen": [asked, good], "rejected": [asked, bad]}]
{% endif %}
    made = {row["completion"][0]["content"]: row["label"] for row in judged(Dataset.from_list(raw))}
    assert made == {"So.": True, "No.": False}


def test_parts_share_no_prompt() -> None:
    parts = split(Dataset.from_list([row(f"Why {n % 20}?", f"So {n}.") for n in range(60)]))
    prompts = {name: {str(prompt) for prompt in part["prompt"]} for name, part in parts.items()}
    assert all(prompts.values()) and sum(map(len, prompts.values())) == 20
