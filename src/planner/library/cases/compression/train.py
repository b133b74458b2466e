"""Heal the cut model: it learns from the texts and from what the whole model says about each next word."""

import argparse
{% include "shared/imports_revision.py" %}

import torch
from datasets import load_from_disk
from torch.nn.functional import cross_entropy, kl_div, log_softmax
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    PreTrainedModel,
    Trainer,
    TrainingArguments,
    default_data_collator,
    set_seed,
)

TEACHER = "{{ model.id }}"
REVISION = {% if model.is_local %}None{% else %}json.loads(Path("revisions.json").read_text())[TEACHER]{% endif %}

STUDENT = "outputs/pruned{{ s }}"
MIX = {{ set.mix }}


class HealingTrainer(Trainer):
    """A trainer whose loss is a mix of the texts and of a teacher."""

    # The loss below is a mean over its own batch; the trainer divides it by the number of batches of a step.
    loss_is_scaled_for_ga = False

    def __init__(self, teacher: PreTrainedModel, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.teacher = teacher.to(self.args.device).eval().requires_grad_(False)

    def compute_loss(
        self,
        model: PreTrainedModel,
        inputs: dict[str, torch.Tensor],
        return_outputs: bool = False,
        num_items_in_batch: torch.Tensor | int | None = None,
    ) -> torch.Tensor | tuple[torch.Tensor, dict]:
        """The mean loss over the tokens of a batch."""
        outputs = model(input_ids=inputs["input_ids"])
        with torch.no_grad():
            wanted = self.teacher(input_ids=inputs["input_ids"]).logits[:, :-1].flatten(0, 1).float()
        said = outputs.logits[:, :-1].flatten(0, 1).float()
        of_teacher = kl_div(
            log_softmax(said, -1), log_softmax(wanted, -1), reduction="batchmean", log_target=True
        )
        of_texts = cross_entropy(said, inputs["labels"][:, 1:].flatten())
        loss = MIX * of_teacher + (1 - MIX) * of_texts
        return (loss, {"loss": loss, "logits": outputs.logits}) if return_outputs else loss


def main() -> None:
{% include "shared/arguments.py" %}

    config = TrainingArguments(
        output_dir="{{ stage.output }}",
        run_name="{{ plan.slug }}{{ s }}",
        prediction_loss_only=True,
{% set how = {"warmup": 0.03, "kept": 2} %}
{% include "shared/schedule.py" %}
    )
    data = load_from_disk("data/processed{{ s }}")
    rows = data["train"]
    trainer = HealingTrainer(
        teacher=AutoModelForCausalLM.from_pretrained(TEACHER, revision=REVISION, dtype=torch.{{ "float32" if gpu.cpu else ("bfloat16" if gpu.bf16 else "float16") }}),
        model=AutoModelForCausalLM.from_pretrained(STUDENT, dtype=torch.{{ fit.dtype }}),
        args=config,
        train_dataset=rows.select(range(min(64, len(rows)))) if args.smoke else rows,
        eval_dataset=data["validation"],
        processing_class=AutoTokenizer.from_pretrained(STUDENT),
        data_collator=default_data_collator,
    )
{% include "shared/trained.py" %}


if __name__ == "__main__":
    main()
