"""Choose recordings that a voice can be learned from, make a vector of each voice, and split the recordings."""

import argparse
import json
from pathlib import Path

{% if data.format != "speakers" %}
import numpy
{% endif %}
import torch
from datasets import Audio, Dataset, DatasetDict, load_dataset
from transformers import AutoFeatureExtractor, AutoModelForAudioXVector

VOICE_MODEL = "{{ set.voice_model }}"
{% if not model.is_local %}
REVISIONS = json.loads(Path("revisions.json").read_text())
{% endif %}
SEED = {{ set.seed }}
RATE = 16_000
SHORTEST, LONGEST = 1.0, {{ set.max_seconds }}
FASTEST = 30  # characters a second; nobody speaks faster


def measure(row: dict) -> dict:
    """The length of a recording in seconds, 0 where it cannot be decoded."""
    try:
        return {"seconds": row["audio"].get_all_samples().duration_seconds}
    except RuntimeError:
        return {"seconds": 0.0}


def is_usable(row: dict) -> bool:
    """Whether the recording has a good length, and a transcript that fits it."""
    text, seconds = row["text"].strip(), row["seconds"]
    return bool(text) and SHORTEST <= seconds <= LONGEST and len(text) <= FASTEST * seconds


@torch.inference_mode()
def voices(data: Dataset) -> dict[str, list[float]]:
    """The mean vector of each speaker, of length 1."""
    known = {{ "{}" if model.is_local else '{"revision": REVISIONS[VOICE_MODEL]}' }}
    extractor = AutoFeatureExtractor.from_pretrained(VOICE_MODEL, **known)
    model = AutoModelForAudioXVector.from_pretrained(VOICE_MODEL, dtype=torch.float32, **known).eval()
    vectors: dict[str, list[torch.Tensor]] = {}
    for row in data:
        if len(vectors.setdefault(row["speaker"], [])) < 20:
            sound = extractor(row["audio"]["array"], sampling_rate=RATE, return_tensors="pt")
            vectors[row["speaker"]].append(model(**sound).embeddings[0])
    means = {name: torch.stack(several).mean(dim=0) for name, several in vectors.items()}
    return {name: torch.nn.functional.normalize(mean, dim=0).tolist() for name, mean in means.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", required=True)
    parser.add_argument("--voices", type=Path, required=True)
    args = parser.parse_args()
{% set text = data.extra.text | default("text") %}
{% set revisions = "REVISIONS" %}
{% include "shared/load_data.py" %}
{% if text != "text" %}
    raw = raw.rename_column("{{ text }}", "text")
{% endif %}
{% if data.format == "speakers" %}
{% set speaker = data.extra.speaker | default("speaker") %}
{% if speaker != "speaker" %}
    raw = raw.rename_column("{{ speaker }}", "speaker")
{% endif %}
    data = raw.select_columns(["audio", "text", "speaker"])
{% else %}
    data = raw.select_columns(["audio", "text"]).add_column("speaker", numpy.full(len(raw), "speaker"))
{% endif %}
    data = data.cast_column("audio", Audio(sampling_rate=RATE, num_channels=1))
    kept = data.map(measure).filter(is_usable)
    print(f"{len(data)} recordings, {len(kept)} left, {sum(kept['seconds']) / 3600:.2f} hours")
    args.voices.parent.mkdir(parents=True, exist_ok=True)
    args.voices.write_text(json.dumps(voices(kept)))
{% set of = "kept" %}
{% set held = "min(0.1, 200 / len(kept))" %}
{% include "shared/three_parts.py" %}


if __name__ == "__main__":
    main()
