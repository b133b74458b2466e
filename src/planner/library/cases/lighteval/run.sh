#!/usr/bin/env bash
# Measure one model: public tasks and our own. First argument: where results go; second: another model.
set -euo pipefail

out=$1
model=${2:-{{ model.id }}}
{% if model.is_local %}
revision=main
{% else %}
revision=$(python3 -c 'import json, sys; print(json.load(open("revisions.json")).get(sys.argv[1], "main"))' "$model")
{% endif %}
settings="model_name=$model,revision=$revision,dtype={{ fit.dtype }},batch_size={{ 1 if gpu.cpu else 8 }}"
exec uv run --project envs/eval lighteval accelerate "$settings" "{{ set.tasks }},own|0" \
    --custom-tasks src/tasks.py \
    --max-samples {{ set.max_samples }} \
    --save-details \
    --output-dir "$out"
