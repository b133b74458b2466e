{% set endpoint = plan.slug[:32] %}
{% set repository = hub.id if model.is_local else model.id %}
{% set machine = "nvidia-a100" if gpu.memory > 48 else ("nvidia-l40s" if gpu.memory > 24 else ("nvidia-l4" if gpu.memory > 16 else "nvidia-t4")) %}
#!/usr/bin/env bash
# Deploy the endpoint at a pinned revision, or say what it would be.
set -euo pipefail

{% if model.is_local %}
revision=v1.0.0
{% else %}
revision=$(python3 -c 'import json; print(json.load(open("revisions.json"))["{{ model.id }}"])')
{% endif %}
exec uv run hf endpoints deploy {{ endpoint }} \
    --repo {{ repository }} \
    --revision "$revision" \
    --framework custom \
    --engine vllm \
    --custom-image {{ set.image }} \
    --container-args "--max-model-len {{ set.context }} --served-model-name {{ plan.slug }}" \
{% if gpu.count > 1 %}
    --tensor-parallel-size {{ gpu.count }} \
{% endif %}
    --task text-generation \
    --vendor aws \
    --region {{ set.region }} \
    --accelerator gpu \
    --instance-type {{ machine }} \
    --instance-size x{{ gpu.count if gpu.count else 1 }} \
    --min-replica 0 \
    --max-replica 1 \
    --scale-to-zero-timeout {{ set.idle }} \
    --type authenticated
