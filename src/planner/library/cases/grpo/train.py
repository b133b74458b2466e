{% set algorithm = "GRPO" %}
{% include "shared/rl_train.py" %}
