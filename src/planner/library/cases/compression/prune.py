"""Take out the block of layers between which the hidden states change least."""

import argparse
import json
from pathlib import Path

import torch
from datasets import load_from_disk
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedModel

MODEL = "{{ model.id }}"
REVISION = {% if model.is_local %}None{% else %}json.loads(Path("revisions.json").read_text())[MODEL]{% endif %}

SHARE = {{ set.drop }}


@torch.inference_mode()
def distances(model: PreTrainedModel, pieces: list[list[int]], width: int) -> list[float]:
    """For each place the angle between what goes into a block of layers and what comes out of it, in half turns."""
    sums = torch.zeros(model.config.num_hidden_layers - width + 1)
    for piece in pieces:
        states = model(input_ids=torch.tensor([piece], device=model.device), output_hidden_states=True).hidden_states
        for at in range(len(sums)):
            likeness = torch.cosine_similarity(states[at].float(), states[at + width].float(), dim=-1)
            sums[at] += likeness.clamp(-1, 1).arccos().mean().cpu() / torch.pi
    return (sums / len(pieces)).tolist()


def without(model: PreTrainedModel, first: int, width: int) -> PreTrainedModel:
    """The model without some layers; those behind them get new numbers, since caches count by them."""
    layers = model.model.layers
    kept = [layer for at, layer in enumerate(layers) if not first <= at < first + width]
    for at, layer in enumerate(kept):
        layer.self_attn.layer_idx = at
    model.model.layers = torch.nn.ModuleList(kept)
    model.config.num_hidden_layers = len(kept)
    if getattr(model.config, "layer_types", None):
        types = list(model.config.layer_types)
        model.config.layer_types = types[:first] + types[first + width :]
    return model


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--rows", type=int, default=32)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()

    model = AutoModelForCausalLM.from_pretrained(MODEL, revision=REVISION, dtype=torch.{{ "float32" if gpu.cpu else ("bfloat16" if gpu.bf16 else "float16") }})
    model = model.to("cuda" if torch.cuda.is_available() else "cpu").eval()
    rows = load_from_disk(args.data)["train"]
    pieces = list(rows.select(range(min(args.rows, len(rows))))["input_ids"])
    width = max(1, round(SHARE * model.config.num_hidden_layers))
    found = distances(model, pieces, width)
    # The first layers and the last one have work of their own, whatever their angles say.
    places = range(1, len(found) - 1) if len(found) > 2 else range(len(found))
    first = min(places, key=lambda at: found[at])
    report = {"first": first, "width": width, "distances": found}
    without(model, first, width).save_pretrained(args.out)
    AutoTokenizer.from_pretrained(MODEL, revision=REVISION).save_pretrained(args.out)
    (args.out / "pruning.json").write_text(json.dumps(report, indent=2) + "\n")
    print(f"layers {first} to {first + width - 1} of {len(found) + width - 1} are out, distance {found[first]:.3f}")


if __name__ == "__main__":
    main()
