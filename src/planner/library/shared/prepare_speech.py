"""Read recordings and their transcripts, drop what nothing can be learned from, and split them."""

import argparse
{% if not data.is_local %}
import json
{% endif %}
{% if data.format == "speakers" %}
import random
{% endif %}
{% if not data.is_local %}
from pathlib import Path
{% endif %}

from datasets import Audio, Dataset, DatasetDict, load_dataset

SEED = {{ set.seed }}
RATE = 16_000
SHORTEST, LONGEST = 0.5, {{ set.max_seconds }}
FASTEST = 30  # characters a second; nobody speaks faster, so such a transcript belongs to another recording


def measure(row: dict) -> dict:
    """The length of a recording in seconds, 0 where it cannot be decoded."""
    try:
        return {"seconds": row["audio"].get_all_samples().duration_seconds}
    except RuntimeError:
        return {"seconds": 0.0}


def is_usable(row: dict) -> bool:
    """Whether the recording has a length that the model takes, and a transcript that fits it."""
    text, seconds = row["text"].strip(), row["seconds"]
    return bool(text) and SHORTEST <= seconds <= LONGEST and len(text) <= FASTEST * seconds


{% if data.format == "speakers" %}
def split(data: Dataset) -> DatasetDict:
    """A tenth of the speakers for validation and a tenth for the test; nobody is in two parts."""
    speakers = sorted(set(data["speaker"]))
    random.Random(SEED).shuffle(speakers)
    tenth = max(1, len(speakers) // 10)
    groups = {"test": speakers[:tenth], "validation": speakers[tenth : 2 * tenth], "train": speakers[2 * tenth :]}
    part = {speaker: name for name, group in groups.items() for speaker in group}
    names = [part[speaker] for speaker in data["speaker"]]
    return DatasetDict({name: data.select([i for i, it in enumerate(names) if it == name]) for name in groups})
{% else %}
def split(data: Dataset) -> DatasetDict:
    """A twentieth for validation and a twentieth for the test."""
    held_out = data.train_test_split(test_size=min(0.1, 600 / len(data)), seed=SEED)
    halves = held_out["test"].train_test_split(test_size=0.5, seed=SEED)
    return DatasetDict(train=held_out["train"], validation=halves["train"], test=halves["test"])
{% endif %}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
{% include "shared/load_data.py" %}
{% set text = data.extra.text | default("text") %}
{% set names = '["audio", "' ~ text ~ '", "speaker"]' if data.format == "speakers" else '["audio", "' ~ text ~ '"]' %}
    data = raw.select_columns({{ names }}){% if text != "text" %}.rename_column("{{ text }}", "text"){% endif %}

    data = data.cast_column("audio", Audio(sampling_rate=RATE, num_channels=1))
    kept = data.map(measure).filter(is_usable)
    print(f"{len(data)} recordings, {len(kept)} left, {sum(kept['seconds']) / 3600:.2f} hours")
    split(kept).save_to_disk(args.out)


if __name__ == "__main__":
    main()
