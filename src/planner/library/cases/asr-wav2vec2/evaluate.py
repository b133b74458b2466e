"""Count the wrong words and characters of a recogniser on the held-out recordings."""

import argparse
import json
import sys
from pathlib import Path

import jiwer
import torch
from datasets import load_from_disk
from transformers import pipeline
from transformers.models.whisper.english_normalizer import BasicTextNormalizer

plain = BasicTextNormalizer()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True, help="folder of the result, else a repository")
    parser.add_argument("--baseline", type=Path, help="a report to be better than")
    parser.add_argument("--rows", type=int, default=500)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()

    recognise = pipeline(
        "automatic-speech-recognition",
        model=args.model,
{% if not model.is_local %}
        revision=json.loads(Path("revisions.json").read_text()).get(args.model),
{% endif %}
        dtype=torch.{{ fit.dtype }},
        device="cuda" if torch.cuda.is_available() else "cpu",
    )
    data = load_from_disk("data/processed{{ s }}")["test"]
    said, heard = [], []
    for row in data.select(range(min(args.rows, len(data)))):
        sound = {"raw": row["audio"]["array"], "sampling_rate": 16_000}
        heard.append(plain(recognise(sound)["text"]).strip())
        said.append(plain(row["text"]).strip())
    report = {"wer": jiwer.wer(said, heard), "cer": jiwer.cer(said, heard), "n": len(said)}
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(report, indent=2) + "\n")
    print(report)
    if args.baseline:
        before = json.loads(args.baseline.read_text())["wer"]
        sys.exit(report["wer"] > 0.9 * before)


if __name__ == "__main__":
    main()
