"""Transcribe recordings of any length, one line of JSON a file."""

import argparse
import json

import torch
from transformers import pipeline


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+")
    parser.add_argument("--model", default="{{ stage.output }}")
    args = parser.parse_args()
    recognise = pipeline(
        "automatic-speech-recognition",
        model=args.model,
        dtype=torch.{{ fit.dtype }},
        device="cuda" if torch.cuda.is_available() else "cpu",
        chunk_length_s=30,
        stride_length_s=5,
{% if stage.id == "asr-whisper" %}
        ignore_warning=True,  # its own way with long recordings needs time stamps, and those were not trained
{% endif %}
    )
    for file in args.files:
        print(json.dumps({"file": file, "text": recognise(file)["text"]}, ensure_ascii=False))


if __name__ == "__main__":
    main()
