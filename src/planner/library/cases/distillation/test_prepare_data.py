"""Tests of the questions that src/prepare_data{{ s }}.py takes."""

import sys
from pathlib import Path

from datasets import Dataset

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from prepare_data{{ s }} import example, without_doubles

ASKED = {"role": "user", "content": "Why?"}


def test_a_row_becomes_a_prompt_without_its_answer() -> None:
{% if data.format == "messages" %}
    row = {"messages": [ASKED, {"role": "assistant", "content": "So."}]}
{% elif data.format == "prompts-messages" %}
    row = {"prompt": [ASKED]}
{% else %}
    row = {"prompt": " Why?\n"}
{% endif %}
    assert example(row) == {"prompt": [ASKED]}


def test_equal_questions_are_kept_once() -> None:
    data = Dataset.from_list([{"prompt": [ASKED]}, {"prompt": [ASKED]}])
    assert len(without_doubles(data)) == 1
