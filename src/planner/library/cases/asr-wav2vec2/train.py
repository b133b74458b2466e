"""Train a speech encoder and an output layer for its characters with the CTC loss."""

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
    AutoFeatureExtractor,
    AutoModelForCTC,
    AutoTokenizer,
    EvalPrediction,
    Trainer,
    TrainingArguments,
    Wav2Vec2Processor,
    set_seed,
)
from transformers.models.whisper.english_normalizer import BasicTextNormalizer

{% include "shared/model_revision.py" %}
plain = BasicTextNormalizer()


@dataclass
class Collator:
    """Pads the sounds of a batch and its texts, each with its own padding."""

    processor: Wav2Vec2Processor

    def __call__(self, rows: list[dict]) -> dict:
        sounds = [row["audio"]["array"] for row in rows]
        batch = self.processor.feature_extractor(
            sounds, sampling_rate=16_000, padding=True, return_tensors="pt"
        )
        texts = [plain(row["text"]).strip() for row in rows]
        labels = self.processor.tokenizer(texts, padding=True, return_tensors="pt")["input_ids"]
        batch["labels"] = labels.masked_fill(labels == self.processor.tokenizer.pad_token_id, -100)
        return dict(batch)


def best(logits: torch.Tensor, _labels: torch.Tensor) -> torch.Tensor:
    """The likeliest character of each frame: all that is kept of the logits for the metric."""
    return logits.argmax(dim=-1)


def main() -> None:
{% include "shared/arguments.py" %}

    extractor = AutoFeatureExtractor.from_pretrained(MODEL{% if not model.is_local %}, revision=REVISION{% endif %})
    tokenizer = AutoTokenizer.from_pretrained("data/tokenizer{{ s }}")
    processor = Wav2Vec2Processor(extractor, tokenizer)
    model = AutoModelForCTC.from_pretrained(
        MODEL,
{% if not model.is_local %}
        revision=REVISION,
{% endif %}
        dtype=torch.float32,
        vocab_size=len(tokenizer),
        pad_token_id=tokenizer.pad_token_id,
        ctc_loss_reduction="mean",
        ctc_zero_infinity=True,  # else a transcript with more characters than frames makes it infinite
        ignore_mismatched_sizes=True,
    )
    model.freeze_feature_encoder()
    # CTC averages over recordings and ignores the count of labels; the trainer has to divide the loss itself.
    model.accepts_loss_kwargs = False

    def word_errors(prediction: EvalPrediction) -> dict[str, float]:
        """The share of wrong words in the validation part."""
        pad = tokenizer.pad_token_id
        said, heard = (numpy.where(it == -100, pad, it) for it in (prediction.label_ids, prediction.predictions))
        # Doubled characters of a transcript stay; those of neighbouring frames are one.
        texts = tokenizer.batch_decode(said, group_tokens=False), tokenizer.batch_decode(heard)
        return {"wer": jiwer.wer(*texts)}

    config = TrainingArguments(
        output_dir="{{ stage.output }}",
        run_name="{{ plan.slug }}{{ s }}",
        remove_unused_columns=False,
        label_names=["labels"],
        dataloader_num_workers=2,
{% set how = {"schedule": "linear", "optim": false, "first": 20, "every": 200, "best": "wer"} %}
{% include "shared/schedule.py" %}
    )
    data = load_from_disk("data/processed{{ s }}")
    part = {name: data[name].select(range(min(64, len(data[name])))) for name in data} if args.smoke else data
    trainer = Trainer(
        model=model,
        args=config,
        train_dataset=part["train"],
        eval_dataset=part["validation"],
        data_collator=Collator(processor),
        processing_class=processor,
        compute_metrics=word_errors,
        preprocess_logits_for_metrics=best,
    )
{% include "shared/trained.py" %}


if __name__ == "__main__":
    main()
