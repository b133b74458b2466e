"""Train a tokenizer of the kind of the base on the texts of the training part."""

import argparse
{% if not model.is_local %}
import json
{% endif %}
from collections.abc import Iterator
{% if not model.is_local %}
from pathlib import Path
{% endif %}

from datasets import Dataset, load_from_disk
from transformers import AutoTokenizer, PreTrainedTokenizerBase

BASE = "{{ model.id }}"
{% if not model.is_local %}
REVISION = json.loads(Path("revisions.json").read_text())[BASE]
{% endif %}


def batches(data: Dataset) -> Iterator[list[str]]:
    """The texts, a thousand at a time, so that they are never all in memory."""
    for at in range(0, len(data), 1000):
        yield data[at : at + 1000]["text"]


def bytes_per_token(tokenizer: PreTrainedTokenizerBase, texts: list[str]) -> float:
    """How much text a token stands for."""
    tokens = sum(len(ids) for ids in tokenizer(texts, add_special_tokens=False)["input_ids"])
    return sum(len(text.encode()) for text in texts) / tokens


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    data = load_from_disk(args.data)
    old = AutoTokenizer.from_pretrained(BASE{% if not model.is_local %}, revision=REVISION{% endif %})
    # The same normalisation, splitting, special tokens and chat template; only words and their order are new.
    new = old.train_new_from_iterator(batches(data["train"]), vocab_size={{ set.vocab_size }})
    new.save_pretrained(args.out)
    texts = list(data["validation"]["text"])
    before, after = bytes_per_token(old, texts), bytes_per_token(new, texts)
    print(f"{len(new)} tokens; bytes a token: {before:.2f} before, {after:.2f} now")


if __name__ == "__main__":
    main()
