#!/usr/bin/env bash
# Download the weights at the revision that is pinned: the exporter itself takes whatever is newest.
set -euo pipefail

revision=$(python3 -c 'import json; print(json.load(open("revisions.json"))["{{ model.id }}"])')
uv run hf download {{ model.id }} --revision "$revision" --local-dir models/{{ plan.slug }} \
    --include "*.json" --include "*.txt" --include "*.model" --include "model*.safetensors"
