{% set folder = model.id if model.is_local else "models/" ~ plan.slug %}
{% set auto = "AutoModel" if set.export == "feature-extraction" else "AutoModelForSequenceClassification" %}
{% set output = "last_hidden_state" if set.export == "feature-extraction" else "logits" %}
{% set ort = "ORTModelForFeatureExtraction" if set.export == "feature-extraction" else "ORTModelForSequenceClassification" %}
"""What the model says in PyTorch, with the newest transformers: the truth for the export."""

import argparse
import json
import time
from pathlib import Path

import torch
from datasets import load_dataset
from transformers import {{ auto }}, AutoTokenizer

MODEL = "{{ folder }}"
LONGEST = {{ set.max_length }}


def load_texts() -> list[str]:
    """Texts as they come in use."""
{% set to = "rows =" %}
{% include "shared/load_data.py" %}
    return rows.shuffle(seed={{ set.seed }}).select(range(min({{ set.rows }}, len(rows))))["text"]


@torch.inference_mode()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()

    tokenizer = AutoTokenizer.from_pretrained(MODEL)
    model = {{ auto }}.from_pretrained(MODEL, dtype=torch.float32).eval()
    texts, outputs, began = list(load_texts()), [], time.perf_counter()
    for text in texts:
        inputs = tokenizer(text, return_tensors="pt", truncation=True, max_length=LONGEST)
        outputs.append(model(**inputs).{{ output }}[0].tolist())
    seconds = (time.perf_counter() - began) / len(texts)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps({"seconds": seconds, "texts": texts, "outputs": outputs}) + "\n")
    print(f"{len(texts)} texts, {seconds * 1000:.1f} ms each")


if __name__ == "__main__":
    main()
