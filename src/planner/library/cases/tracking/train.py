"""One run of many: a name, a learning rate, and everything that is needed to compare it with the others."""

import argparse
{% if not model.is_local %}
import json
{% endif %}
{% if tracker != "trackio" %}
import os
{% endif %}
import subprocess
from pathlib import Path

import torch
from datasets import load_from_disk
from peft import LoraConfig
from transformers import set_seed
from trl import SFTConfig, SFTTrainer

MODEL = "{{ model.id }}"
REVISION = {% if model.is_local %}None{% else %}json.loads(Path("revisions.json").read_text())[MODEL]{% endif %}

RUNS = Path("outputs/runs{{ s }}")


class TrackedTrainer(SFTTrainer):
    """A trainer that logs the largest memory so far; a callback would come behind those of the trackers."""

    def log(self, logs: dict[str, float], start_time: float | None = None) -> None:
        """Adds to what the trackers get."""
        if torch.cuda.is_available():
            logs["peak_gib"] = round(torch.cuda.max_memory_reserved() / 2**30, 2)
        super().log(logs, start_time)


def commit() -> str:
    """The commit of the code, with a mark where files were changed since."""
    told = subprocess.run(["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False)
    return told.stdout.strip() or "no-commit"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--name", required=True, help="what the run is called, here and in the tracker")
    parser.add_argument("--learning-rate", type=float, default={{ set.learning_rate }})
    parser.add_argument("--smoke", action="store_true", help="20 steps on 64 rows")
    parser.add_argument("--resume", action="store_true", help="go on at the newest checkpoint")
    args = parser.parse_args()
    set_seed({{ set.seed }})
{% if tracker == "wandb" %}
    os.environ.setdefault("WANDB_PROJECT", "{{ plan.slug }}")
    os.environ.setdefault("WANDB_LOG_MODEL", "false")
    os.environ.setdefault("WANDB_TAGS", commit())
{% elif tracker == "mlflow" %}
    os.environ.setdefault("MLFLOW_TRACKING_URI", "sqlite:///mlflow.db")
    os.environ.setdefault("MLFLOW_EXPERIMENT_NAME", "{{ plan.slug }}")
{% elif tracker == "tensorboard" %}
    os.environ["TENSORBOARD_LOGGING_DIR"] = str(Path("outputs/tensorboard{{ s }}") / args.name)
{% endif %}

    config = SFTConfig(
        output_dir=str(RUNS / args.name),
        run_name=f"{args.name}-{commit()}",
        model_init_kwargs={
            "dtype": "{{ fit.dtype }}",
            "revision": REVISION,
            "attn_implementation": "sdpa",
        },
        completion_only_loss=True,
        max_length={{ fit.max_length }},
        per_device_train_batch_size={{ fit.batch }},
        per_device_eval_batch_size={{ fit.batch }},
        gradient_accumulation_steps={{ fit.accumulation }},
        activation_checkpointing={{ fit.checkpointing | py }},
        learning_rate=args.learning_rate,
        lr_scheduler_type="cosine",
        warmup_steps=0.03,
        num_train_epochs={{ set.epochs }},
        max_steps=20 if args.smoke else -1,
        bf16={{ fit.bf16 | py }},
        fp16={{ fit.fp16 | py }},
        optim="{{ fit.optim }}",
        logging_steps=1 if args.smoke else {{ set.logging_steps }},
        logging_first_step=True,
        include_num_input_tokens_seen="non_padding",
        eval_on_start=True,
        eval_strategy="steps",
        eval_steps=10 if args.smoke else 100,
        save_strategy="steps",
        save_steps=10 if args.smoke else 100,
        save_total_limit=1,
        load_best_model_at_end=True,
        metric_for_best_model="eval_loss",
        greater_is_better=False,
        report_to="{{ tracker }}",
{% if tracker == "trackio" %}
        project="{{ plan.slug }}",
{% endif %}
        seed={{ set.seed }},
    )
{% set dropout = 0.05 %}
{% include "shared/lora.py" %}
    data = load_from_disk("data/processed{{ s }}")
    rows = data["train"]
    trainer = TrackedTrainer(
        model=MODEL,
        args=config,
        train_dataset=rows.select(range(min(64, len(rows)))) if args.smoke else rows,
        eval_dataset=data["validation"],
        peft_config=adapter,
    )
    trainer.train(resume_from_checkpoint=args.resume)
    trainer.evaluate()
    trainer.save_model()
    trainer.save_state()


if __name__ == "__main__":
    main()
