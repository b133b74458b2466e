#!/usr/bin/env bash
# Train as sft.yaml says{% if not model.is_local %}, at the revision that is pinned{% endif %}; further arguments override the file.
set -euo pipefail

{% if model.is_local %}
exec uv run trl sft --config sft{{ s }}.yaml "$@"
{% else %}
revision=$(python3 -c 'import json; print(json.load(open("revisions.json"))["{{ model.id }}"])')
exec uv run trl sft --config sft{{ s }}.yaml --model_revision "$revision" "$@"
{% endif %}
