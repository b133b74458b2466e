"""Train all weights of Whisper on recordings and their transcripts."""

import argparse
{% if not model.is_local %}
import json
{% endif %}
from dataclasses import dataclass
{% if not model.is_local %}
from pathlib import Path
{% endif %}

import jiwer
import numpy
import torch
from datasets import load_from_disk
from transformers import (
    EvalPrediction,
    Seq2SeqTrainer,
    Seq2SeqTrainingArguments,
    WhisperForConditionalGeneration,
    WhisperProcessor,
    set_seed,
)

{% include "shared/model_revision.py" %}
{% set english = model.id is endingwith(".en") %}


@dataclass
class Collator:
    """Makes features of sounds, and labels of texts."""

    processor: WhisperProcessor

    def __call__(self, rows: list[dict]) -> dict:
        sounds = [row["audio"]["array"] for row in rows]
        batch = self.processor.feature_extractor(sounds, sampling_rate=16_000, return_tensors="pt")
        texts = self.processor.tokenizer(
            [row["text"] for row in rows], padding=True, truncation=True, max_length=448, return_tensors="pt"
        )
        # Padding and the end of a text are the same token, so the mask tells them apart. The model puts the start
        # in front by itself.
        labels = texts["input_ids"].masked_fill(texts["attention_mask"] == 0, -100)
        return {"input_features": batch["input_features"], "labels": labels[:, 1:]}


def main() -> None:
{% include "shared/arguments.py" %}

    processor = WhisperProcessor.from_pretrained(
        MODEL,
{% if not model.is_local %}
        revision=REVISION,
{% endif %}
{% if not english %}
        language="{{ set.language }}",
        task="transcribe",
{% endif %}
    )
    # In 32 bits, whatever the file holds: several Whispers are published in 16, and those cannot be trained.
    model = WhisperForConditionalGeneration.from_pretrained(
        MODEL,
        dtype=torch.float32,
{% if not model.is_local %}
        revision=REVISION,
{% endif %}
    )
{% if not english %}
    model.generation_config.language = "{{ set.language }}"
    model.generation_config.task = "transcribe"
{% endif %}
    model.generation_config.forced_decoder_ids = None
    # Whisper ignores the count of labels that the trainer hands over; the trainer has to divide the loss itself.
    model.accepts_loss_kwargs = False

    def word_errors(prediction: EvalPrediction) -> dict[str, float]:
        """The share of wrong words in the validation part."""
        pad = processor.tokenizer.pad_token_id
        ids = [numpy.where(it == -100, pad, it) for it in (prediction.label_ids, prediction.predictions)]
        texts = [processor.batch_decode(it, skip_special_tokens=True) for it in ids]
        said, heard = ([processor.tokenizer.basic_normalize(text) for text in side] for side in texts)
        return {"wer": jiwer.wer(said, heard)}

    config = Seq2SeqTrainingArguments(
        output_dir="{{ stage.output }}",
        run_name="{{ plan.slug }}{{ s }}",
        predict_with_generate=True,
        generation_max_length=225,
        remove_unused_columns=False,
        label_names=["labels"],
        dataloader_num_workers=2,
{% set how = {"schedule": "linear", "optim": false, "first": 20, "every": 200, "best": "wer"} %}
{% include "shared/schedule.py" %}
    )
    data = load_from_disk("data/processed{{ s }}")
    part = {name: data[name].select(range(min(64, len(data[name])))) for name in data} if args.smoke else data
    trainer = Seq2SeqTrainer(
        model=model,
        args=config,
        train_dataset=part["train"],
        eval_dataset=part["validation"],
        data_collator=Collator(processor),
        processing_class=processor,
        compute_metrics=word_errors,
    )
{% include "shared/trained.py" %}


if __name__ == "__main__":
    main()
