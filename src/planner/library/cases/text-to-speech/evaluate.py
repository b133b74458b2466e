"""Let a model speak held-out sentences, and measure how well it is understood and how like the voice it is."""

import argparse
import json
import sys
from pathlib import Path

import jiwer
import numpy
import soundfile
import torch
from datasets import load_from_disk
from transformers import (
    AutoFeatureExtractor,
    AutoModelForAudioXVector,
    SpeechT5ForTextToSpeech,
    SpeechT5HifiGan,
    SpeechT5Processor,
    pipeline,
)
from transformers.models.whisper.english_normalizer import BasicTextNormalizer

BASE = "{{ model.id }}"
RATE = 16_000
plain = BasicTextNormalizer()


def revision(name: str) -> str | None:
    """The pinned commit of a repository, none for a folder."""
{% if model.is_local %}
    return None
{% else %}
    return json.loads(Path("revisions.json").read_text()).get(name)
{% endif %}


@torch.inference_mode()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default=BASE, help="folder of the result; without it the base is measured")
    parser.add_argument("--baseline", type=Path, help="a report to be better than")
    parser.add_argument("--samples", type=Path, help="folder for what is spoken")
    parser.add_argument("--rows", type=int, default=50)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()

    device = "cuda" if torch.cuda.is_available() else "cpu"
    pin = {"revision": revision(args.model)}
    processor = SpeechT5Processor.from_pretrained(args.model, **pin)
    model = SpeechT5ForTextToSpeech.from_pretrained(args.model, dtype=torch.float32, **pin).to(device).eval()
    name = "{{ set.vocoder }}"
    vocoder = SpeechT5HifiGan.from_pretrained(name, dtype=torch.float32, revision=revision(name)).to(device)
    name = "{{ set.voice_model }}"
    extractor = AutoFeatureExtractor.from_pretrained(name, revision=revision(name))
    ears = AutoModelForAudioXVector.from_pretrained(name, dtype=torch.float32, revision=revision(name)).to(device)
    name = "{{ set.judge }}"
    judge = pipeline("automatic-speech-recognition", model=name, revision=revision(name), device=device)
    voices = json.loads(Path("data/voices{{ s }}.json").read_text())

    data = load_from_disk("data/processed{{ s }}")["test"]
    said, heard, likeness = [], [], []
    for at, row in enumerate(data.select_columns(["text", "speaker"]).select(range(min(args.rows, len(data))))):
        ids = processor(text=row["text"], return_tensors="pt")["input_ids"].to(device)
        voice = torch.tensor([voices[row["speaker"]]], device=device)
        sound = model.generate_speech(ids, voice, vocoder=vocoder, minlenratio=1.0).cpu().numpy()
        sound = numpy.pad(sound, (0, max(0, RATE - len(sound))))  # the voice model takes no less than a second
        heard.append(plain(judge({"raw": sound, "sampling_rate": RATE})["text"]).strip())
        said.append(plain(row["text"]).strip())
        vector = ears(**extractor(sound, sampling_rate=RATE, return_tensors="pt").to(device)).embeddings
        likeness.append(torch.nn.functional.cosine_similarity(vector, voice).item())
        if args.samples:
            args.samples.mkdir(parents=True, exist_ok=True)
            soundfile.write(args.samples / f"{at}.wav", sound, RATE)
    report = {"cer": jiwer.cer(said, heard), "likeness": sum(likeness) / len(likeness), "n": len(said)}
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(report, indent=2) + "\n")
    print(report)
    if args.baseline:
        before = json.loads(args.baseline.read_text())
        sys.exit(report["likeness"] <= before["likeness"] or report["cer"] > before["cer"] + 0.02)


if __name__ == "__main__":
    main()
