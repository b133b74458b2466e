"""Train SpeechT5 to draw the spectrograms of texts in the voices of the data."""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import torch
from datasets import load_from_disk
from transformers import (
    SpeechT5ForTextToSpeech,
    SpeechT5Processor,
    Trainer,
    TrainingArguments,
    set_seed,
)

{% include "shared/model_revision.py" %}
VOICES = Path("data/voices{{ s }}.json")


@dataclass
class Collator:
    """Makes tokens of texts and spectrograms of sounds, and adds the vectors of the voices."""

    processor: SpeechT5Processor
    voices: dict[str, list[float]]
    step: int

    def __call__(self, rows: list[dict]) -> dict:
        texts = self.processor(text=[row["text"] for row in rows], padding=True, return_tensors="pt")
        sounds = [row["audio"]["array"] for row in rows]
        targets = self.processor(
            audio_target=sounds,
            sampling_rate=16_000,
            padding=True,
            return_attention_mask=True,
            return_tensors="pt",
        )
        frames = targets["input_values"].masked_fill(targets["attention_mask"].unsqueeze(-1) == 0, -100.0)
        # The decoder draws several frames at a time, so their number has to be a multiple of that.
        frames = frames[:, : frames.shape[1] // self.step * self.step]
        voices = torch.tensor([self.voices[row["speaker"]] for row in rows])
        return {
            "input_ids": texts["input_ids"],
            "attention_mask": texts["attention_mask"],
            "labels": frames,
            "speaker_embeddings": voices,
        }


def main() -> None:
{% include "shared/arguments.py" %}

    processor = SpeechT5Processor.from_pretrained(MODEL{% if not model.is_local %}, revision=REVISION{% endif %})
    model = SpeechT5ForTextToSpeech.from_pretrained(
        MODEL,
{% if not model.is_local %}
        revision=REVISION,
{% endif %}
        dtype=torch.float32,
        attn_implementation="eager",  # its loss looks at the attention, which other ways do not keep
    )
    # The loss is a mean over frames and ignores the count of labels; the trainer has to divide it itself.
    model.accepts_loss_kwargs = False
    config = TrainingArguments(
        output_dir="{{ stage.output }}",
        run_name="{{ plan.slug }}{{ s }}",
        prediction_loss_only=True,
        remove_unused_columns=False,
        label_names=["labels"],
        dataloader_num_workers=2,
{% set how = {"schedule": "linear", "checkpointing": false, "optim": false, "first": 20} %}
{% include "shared/schedule.py" %}
    )
    data = load_from_disk("data/processed{{ s }}")
    rows = data["train"]
    trainer = Trainer(
        model=model,
        args=config,
        train_dataset=rows.select(range(min(64, len(rows)))) if args.smoke else rows,
        eval_dataset=data["validation"],
        data_collator=Collator(processor, json.loads(VOICES.read_text()), model.config.reduction_factor),
        processing_class=processor,
    )
    trainer.train(resume_from_checkpoint=args.resume)
    trainer.save_model()
    # Without its vectors nobody can use the result.
    Path("{{ stage.output }}/voices.json").write_text(VOICES.read_text())
    if torch.cuda.is_available():
        print(f"peak: {torch.cuda.max_memory_reserved() / 2**30:.1f} GiB")


if __name__ == "__main__":
    main()
