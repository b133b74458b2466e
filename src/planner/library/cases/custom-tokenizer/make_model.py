"""Give the base embeddings for the new tokenizer: old rows for known words, means of old pieces for new ones."""

import argparse
{% include "shared/imports_revision.py" %}

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

BASE = "{{ model.id }}"
{% if not model.is_local %}
REVISION = json.loads(Path("revisions.json").read_text())[BASE]
{% endif %}


@torch.no_grad()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    old = AutoTokenizer.from_pretrained(BASE{% if not model.is_local %}, revision=REVISION{% endif %})
    new = AutoTokenizer.from_pretrained(args.tokenizer)
    model = AutoModelForCausalLM.from_pretrained(
        BASE,
{% if not model.is_local %}
        revision=REVISION,
{% endif %}
        dtype=torch.float32,
    )
    tables = [model.get_input_embeddings()]
    if not model.config.tie_word_embeddings:
        tables.append(model.get_output_embeddings())
    before = [table.weight.clone() for table in tables]
    model.resize_token_embeddings(len(new), pad_to_multiple_of=64, mean_resizing=False)
    tables = [model.get_input_embeddings(), model.get_output_embeddings()][: len(tables)]

    known = old.get_vocab()
    kept = 0
    for token, at in new.get_vocab().items():
        if token in known:
            pieces = [known[token]]
            kept += 1
        else:
            pieces = old(new.decode([at]), add_special_tokens=False)["input_ids"]
        for table, rows in zip(tables, before, strict=True):
            table.weight[at] = rows[pieces].mean(dim=0) if pieces else rows.mean(dim=0)
    for name in ("bos_token_id", "eos_token_id", "pad_token_id"):
        setattr(model.config, name, getattr(new, name))
        setattr(model.generation_config, name, getattr(new, name))
    model.save_pretrained(args.out)
    new.save_pretrained(args.out)
    print(f"{kept} of {len(new)} words were known")


if __name__ == "__main__":
    main()
