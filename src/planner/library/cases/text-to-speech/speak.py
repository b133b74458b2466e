"""Speak a text of any length, sentence by sentence, into a file."""

import argparse
import json
import re
from pathlib import Path

import numpy
import soundfile
import torch
from transformers import SpeechT5ForTextToSpeech, SpeechT5HifiGan, SpeechT5Processor

RATE = 16_000
VOCODER = "{{ set.vocoder }}"
PAUSE = numpy.zeros(RATE // 4, dtype=numpy.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=Path("{{ stage.output }}"))
    parser.add_argument("--speaker", help="one of the voices; without it the first one")
    parser.add_argument("--text", required=True)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    voices = json.loads((args.model / "voices.json").read_text())
    voice = torch.tensor([voices[args.speaker or next(iter(voices))]])
    processor = SpeechT5Processor.from_pretrained(args.model)
    model = SpeechT5ForTextToSpeech.from_pretrained(args.model, dtype=torch.float32).eval()
{% if model.is_local %}
    vocoder = SpeechT5HifiGan.from_pretrained(VOCODER, dtype=torch.float32)
{% else %}
    pin = json.loads(Path("revisions.json").read_text())[VOCODER]
    vocoder = SpeechT5HifiGan.from_pretrained(VOCODER, dtype=torch.float32, revision=pin)
{% endif %}
    parts = []
    for sentence in re.split(r"(?<=[.!?])\s+", args.text.strip()):
        ids = processor(text=sentence, return_tensors="pt")["input_ids"]
        parts += [model.generate_speech(ids, voice, vocoder=vocoder, minlenratio=1.0).numpy(), PAUSE]
    with soundfile.SoundFile(args.out, "w", samplerate=RATE, channels=1) as file:
        file.comment = "spoken by a machine"
        file.write(numpy.concatenate(parts))


if __name__ == "__main__":
    main()
