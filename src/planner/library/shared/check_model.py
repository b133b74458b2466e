"""Check that a model can chat, and that it takes as many tokens as the server is told to."""

{% if not model.is_local %}
import json
from pathlib import Path

{% endif %}
from transformers import AutoConfig, AutoTokenizer

{% include "shared/model_revision.py" %}
CONTEXT = {{ set.context }}


def main() -> None:
    tokenizer = AutoTokenizer.from_pretrained(MODEL{% if not model.is_local %}, revision=REVISION{% endif %})
    config = AutoConfig.from_pretrained(MODEL{% if not model.is_local %}, revision=REVISION{% endif %})
    longest = config.get_text_config().max_position_embeddings
    messages = [{"role": "user", "content": "Which day follows Monday?"}]
    print(tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=False))
    print(f"{longest} tokens of context, {CONTEXT} wanted")
    if longest < CONTEXT:
        raise SystemExit("the context that is asked for is longer than that of the model")


if __name__ == "__main__":
    main()
