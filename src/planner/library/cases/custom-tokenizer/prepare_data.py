"""Read the texts, drop what is empty or double, and split them."""

import argparse
{% if not data.is_local %}
import json
from pathlib import Path
{% endif %}

from datasets import DatasetDict, load_dataset

SEED = {{ set.seed }}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
{% include "shared/load_data.py" %}
    seen = set()

    def is_new(text: str) -> bool:
        """Whether there is a text, and it was not there before."""
        known = text.strip() in seen
        seen.add(text.strip())
        return bool(text.strip()) and not known

    data = raw.select_columns(["text"]).filter(is_new, input_columns="text")
    print(f"{len(raw)} texts, {len(data)} left")
{% set held = "min(0.1, 1000 / len(data))" %}
{% include "shared/three_parts.py" %}


if __name__ == "__main__":
    main()
