"""Train {% if fit.method == "full" %}all weights{% else %}an adapter{% endif %} with DPO: chosen answers become likelier than rejected ones."""

import argparse
{% include "shared/imports_revision.py" %}

import torch
from datasets import load_from_disk
{% if fit.method != "full" %}
from peft import LoraConfig
{% endif %}
from transformers import {% if fit.method == "qlora" %}BitsAndBytesConfig, {% endif %}set_seed
from trl import DPOConfig, DPOTrainer

{% include "shared/model_revision.py" %}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="20 steps on 64 rows")
    parser.add_argument("--resume", action="store_true", help="go on at the newest checkpoint")
    parser.add_argument("--beta", type=float, default={{ set.beta }}, help="larger stays nearer to the first model")
    parser.add_argument("--out", default="{{ stage.output }}")
    args = parser.parse_args()
    set_seed({{ set.seed }})

{% include "shared/trl_adapter.py" %}
    config = DPOConfig(
        output_dir="outputs/smoke{{ s }}" if args.smoke else args.out,
        run_name=f"{{ plan.slug }}{{ s }}-beta{args.beta}",
{% include "shared/trl_model.py" %}
        beta=args.beta,
        loss_type=["sigmoid"],
        max_length={{ fit.max_length }},
{% if fit.method == "full" %}
        precompute_ref_log_probs=True,
{% endif %}
{% include "shared/schedule.py" %}
    )
    data = load_from_disk("data/processed{{ s }}")
    rows = data["train"]
    trainer = DPOTrainer(
        model=MODEL,
        args=config,
{% include "shared/trl_trainer.py" %}


if __name__ == "__main__":
    main()
