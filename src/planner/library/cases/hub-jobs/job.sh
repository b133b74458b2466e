{% set large = "a100-large" if gpu.memory <= 80 else "h200" %}
{% set small = "t4-small" if gpu.memory <= 16 else ("a10g-large" if gpu.memory <= 24 else "l40sx1") %}
{% set several = ("l4x4" if gpu.memory <= 24 else ("l40sx4" if gpu.memory <= 48 else ("a100x4" if gpu.memory <= 80 else "h200x4"))) %}
{% set flavor = "cpu-upgrade" if gpu.cpu else (several if gpu.count > 1 else (small if gpu.memory <= 48 else large)) %}
#!/usr/bin/env bash
# Send the script as a job. Arguments go to the script.
set -euo pipefail

{% if not model.is_local %}
revision=$(python3 -c 'import json; print(json.load(open("revisions.json"))["{{ model.id }}"])')
{% endif %}
exec uv run hf jobs uv run \
    --name {{ plan.slug }} \
    --flavor {{ flavor }} \
    --timeout {{ set.timeout }} \
    --secrets HF_TOKEN \
    --volume ./data/processed{{ s }}:/data:ro \
{% if model.is_local %}
    --volume ./{{ model.id }}:/model:ro \
    jobs/train{{ s }}.py "$@"
{% else %}
    jobs/train{{ s }}.py --revision "$revision" "$@"
{% endif %}
