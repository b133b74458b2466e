"""Make a tokenizer of the characters that the transcripts of the training part are written in."""

import argparse
import json
from collections import Counter
from pathlib import Path

from datasets import load_from_disk
from transformers import Wav2Vec2CTCTokenizer
from transformers.models.whisper.english_normalizer import BasicTextNormalizer

RARE = 5
plain = BasicTextNormalizer()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    counts = Counter()
    for text in load_from_disk(args.data)["train"]["text"]:
        counts.update(plain(text).replace(" ", ""))
    characters = sorted(it for it, count in counts.items() if count >= RARE)
    left_out = {it: count for it, count in counts.items() if count < RARE}
    print(f"characters: {' '.join(characters)}\nleft out, too rare: {left_out}")
    # The first token is padding and, for CTC, the silence between characters; "|" is the gap between words.
    tokens = ["<pad>", "<s>", "</s>", "<unk>", "|", *characters]
    args.out.mkdir(parents=True, exist_ok=True)
    vocabulary = args.out / "vocab.json"
    vocabulary.write_text(json.dumps({token: at for at, token in enumerate(tokens)}, ensure_ascii=False))
    tokenizer = Wav2Vec2CTCTokenizer(str(vocabulary))
    tokenizer.save_pretrained(args.out)
    print(f"{len(tokenizer)} tokens")


if __name__ == "__main__":
    main()
