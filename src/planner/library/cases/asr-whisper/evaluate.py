"""Count the wrong words and characters of Whisper on the held-out recordings."""

import argparse
import json
import sys
from pathlib import Path

import jiwer
import torch
from datasets import load_from_disk
from transformers import WhisperForConditionalGeneration, WhisperProcessor

BASE = "{{ model.id }}"


@torch.inference_mode()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default=BASE, help="folder of the result; without it the base is measured")
    parser.add_argument("--baseline", type=Path, help="a report to be better than")
    parser.add_argument("--rows", type=int, default=500)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()

    device = "cuda" if torch.cuda.is_available() else "cpu"
{% if model.is_local %}
    processor = WhisperProcessor.from_pretrained(args.model)
    model = WhisperForConditionalGeneration.from_pretrained(args.model, dtype=torch.{{ fit.dtype }})
{% else %}
    revision = json.loads(Path("revisions.json").read_text())[BASE] if args.model == BASE else None
    processor = WhisperProcessor.from_pretrained(args.model, revision=revision)
    model = WhisperForConditionalGeneration.from_pretrained(
        args.model, dtype=torch.{{ fit.dtype }}, revision=revision
    )
{% endif %}
    model.to(device).eval()
    data = load_from_disk("data/processed{{ s }}")["test"]
    said, heard = [], []
    for rows in data.select(range(min(args.rows, len(data)))).iter(batch_size={{ fit.batch }}):
        sounds = [audio["array"] for audio in rows["audio"]]
        features = processor.feature_extractor(sounds, sampling_rate=16_000, return_tensors="pt")
        ids = model.generate(
            features["input_features"].to(device, model.dtype),
{% if not model.id is endingwith(".en") %}
            language="{{ set.language }}",
            task="transcribe",
{% endif %}
            max_new_tokens=225,
        )
        texts = processor.batch_decode(ids, skip_special_tokens=True)
        heard += [processor.tokenizer.basic_normalize(text) for text in texts]
        said += [processor.tokenizer.basic_normalize(text) for text in rows["text"]]
    report = {"wer": jiwer.wer(said, heard), "cer": jiwer.cer(said, heard), "n": len(said)}
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(report, indent=2) + "\n")
    print(report)
    if args.baseline:
        before = json.loads(args.baseline.read_text())["wer"]
        sys.exit(report["wer"] > 0.9 * before)


if __name__ == "__main__":
    main()
