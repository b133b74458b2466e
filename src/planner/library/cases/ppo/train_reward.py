{% set output = "outputs/reward-adapter" ~ s %}
{% set rate = set.reward_rate %}
{% include "cases/reward-model/train.py" %}
