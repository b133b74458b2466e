{% set served_name = model.id if model.is_local else "models/" ~ plan.slug %}
#!/usr/bin/env bash
# Serve one model on this machine only{% if not model.is_local %}, at the revision that is pinned{% endif %}.
set -euo pipefail

{% if not model.is_local %}
revision=$(python3 -c 'import json; print(json.load(open("revisions.json"))["{{ model.id }}"])')
uv run hf download {{ model.id }} --revision "$revision" --local-dir {{ served_name }}
{% endif %}
exec uv run transformers serve {{ served_name }} \
{% if gpu.cpu %}
    --device cpu \
{% else %}
    --device auto \
    --continuous-batching \
{% endif %}
    --dtype {{ "float32" if gpu.cpu else ("bfloat16" if gpu.bf16 else "float16") }} \
    --host 127.0.0.1 \
    --port 8000
