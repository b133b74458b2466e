#!/usr/bin/env bash
# Serve the model on this machine only{% if not model.is_local %}, at the revision that is pinned{% endif %}.
set -euo pipefail

{% if not model.is_local %}
revision=$(python3 -c 'import json; print(json.load(open("revisions.json"))["{{ model.id }}"])')
{% endif %}
exec uv run --project envs/serve vllm serve {{ model.id }} \
{% if not model.is_local %}
    --revision "$revision" \
{% endif %}
    --served-model-name {{ plan.slug }} \
    --max-model-len {{ set.context }} \
    --gpu-memory-utilization {{ set.memory }} \
{% if gpu.count > 1 %}
    --tensor-parallel-size {{ gpu.count }} \
{% endif %}
    --dtype {{ "bfloat16" if gpu.bf16 else "float16" }} \
    --host 127.0.0.1 \
    --port 8000 \
    --no-enable-log-requests
