# /// script
# requires-python = ">={{ python }}"
# dependencies = [
{% for environment in environments %}
{% if environment.name == "job" %}
{% for package in environment.packages %}
#     "{{ package.spec }}",
{% endfor %}
{% endif %}
{% endfor %}
# ]
# ///
"""Train an adapter on the machine of a job, measure it before and after, and upload all of it."""

import argparse
import json
from pathlib import Path

from datasets import load_from_disk
from huggingface_hub import HfApi
from peft import LoraConfig
from transformers import set_seed
from trl import SFTConfig, SFTTrainer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="20 steps on 64 rows, and no upload")
    parser.add_argument("--model", default="{{ "/model" if model.is_local else model.id }}")
    parser.add_argument("--revision", help="the commit of the model")
    parser.add_argument("--data", default="/data")
    parser.add_argument("--repository", default="{{ hub.id }}")
    args = parser.parse_args()
    set_seed({{ set.seed }})

    out = Path("outputs/model")
    config = SFTConfig(
        output_dir=str(out),
        model_init_kwargs={
            "dtype": "{{ fit.dtype }}",
            "revision": args.revision,
            "attn_implementation": "sdpa",
        },
        completion_only_loss=True,
        max_length={{ fit.max_length }},
        per_device_train_batch_size={{ fit.batch }},
        per_device_eval_batch_size={{ fit.batch }},
        gradient_accumulation_steps={{ fit.accumulation }},
        activation_checkpointing={{ fit.checkpointing | py }},
        learning_rate={{ set.learning_rate }},
        lr_scheduler_type="cosine",
        warmup_steps=0.03,
        num_train_epochs={{ set.epochs }},
        max_steps=20 if args.smoke else -1,
        bf16={{ fit.bf16 | py }},
        fp16={{ fit.fp16 | py }},
        optim="{{ fit.optim }}",
        logging_steps=1 if args.smoke else 10,
        eval_strategy="no" if args.smoke else "steps",
        eval_steps=100,
        save_strategy="no" if args.smoke else "steps",
        save_steps=100,
        save_total_limit=1,
        push_to_hub=not args.smoke,
        hub_model_id=args.repository,
        hub_private_repo=True,
        hub_strategy="checkpoint",
        report_to="none",
        seed={{ set.seed }},
    )
{% set dropout = 0.05 %}
{% include "shared/lora.py" %}
    data = load_from_disk(args.data)
    rows = data["train"]
    trainer = SFTTrainer(
        model=args.model,
        args=config,
        train_dataset=rows.select(range(min(64, len(rows)))) if args.smoke else rows,
        eval_dataset=data["validation"],
        peft_config=adapter,
    )
    before = trainer.evaluate()["eval_loss"]
    trainer.train()
    after = trainer.evaluate()["eval_loss"]
    trainer.save_model()
    report = {"before": before, "after": after, "steps": trainer.state.global_step}
    (out / "report.json").write_text(json.dumps(report, indent=2) + "\n")
    print(report)
    if not args.smoke:
        repo_id = HfApi().create_repo(args.repository, private=True, exist_ok=True).repo_id
        HfApi().upload_folder(repo_id=repo_id, folder_path=out, ignore_patterns=["checkpoint-*"])
        print(f"uploaded to {repo_id}")


if __name__ == "__main__":
    main()
