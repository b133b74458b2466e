"""Tests of the tokenizer in data/tokenizer{{ s }}."""

from datasets import load_from_disk
from transformers import AutoTokenizer

TOKENIZER = AutoTokenizer.from_pretrained("data/tokenizer{{ s }}")


def test_texts_come_back_whole() -> None:
    for text in load_from_disk("data/texts{{ s }}")["test"].select(range(1))["text"]:
        assert TOKENIZER.decode(TOKENIZER(text, add_special_tokens=False)["input_ids"]) == text


def test_special_tokens_are_one_token() -> None:
    for token in TOKENIZER.all_special_tokens:
        assert len(TOKENIZER(token, add_special_tokens=False)["input_ids"]) == 1


def test_there_is_a_token_for_the_end() -> None:
    assert TOKENIZER.eos_token_id is not None
