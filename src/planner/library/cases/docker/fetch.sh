{% set weights = model.id if model.is_local else "models/" ~ plan.slug %}
#!/usr/bin/env bash
# Download the weights, at the revision that is pinned, into the folder that the container mounts.
set -euo pipefail

revision=$(python3 -c 'import json; print(json.load(open("revisions.json"))["{{ model.id }}"])')
uv run hf download {{ model.id }} --revision "$revision" --local-dir {{ weights }}
