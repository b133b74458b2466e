{% set algorithm = "RLOO" %}
{% include "shared/rl_train.py" %}
