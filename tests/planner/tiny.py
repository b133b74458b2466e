"""Small models with random weights, and small data, that are made on the spot. Nothing is downloaded.

`tiny.py model KIND FOLDER` and `tiny.py data KIND PATH` make one; `MODELS` and `DATA` name the kinds.
To be run in an environment with torch, transformers, tokenizers, sentence-transformers and Pillow.
"""

import csv
import json
import random
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

ROWS = 400
CHAT = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
CITIES = ["Berlin", "Paris", "Lima", "Oslo", "Cairo", "Delhi", "Quito", "Accra", "Tunis", "Sofia"]
WARES = ["lamp", "chair", "kettle", "radio", "jacket", "bicycle", "clock", "bottle", "carpet", "mirror"]


def asked(count: int = ROWS) -> Iterator[tuple[str, str, str]]:
    """Questions without doubles, with a right answer and a wrong one."""
    for number in range(count):
        one, two = divmod(number, 20)
        wrong = "No idea, ask somebody else."
        yield f"How much is {one} plus {two}?", f"The sum of {one} and {two} is {one + two}.", wrong


def opinions(count: int = ROWS) -> Iterator[tuple[str, str]]:
    """Sentences about wares, and whether they praise."""
    drawn = random.Random(7)
    for number in range(count):
        good = number % 2 == 0
        said = drawn.choice(["works well", "is lovely"] if good else ["broke at once", "is awful"])
        yield f"The {drawn.choice(WARES)} number {number} {said}.", "praise" if good else "complaint"


def passages(count: int = ROWS) -> Iterator[tuple[str, str, str]]:
    """Questions, the passage that answers each of them, and one that looks as if it did."""
    for number in range(count):
        ware, city = WARES[number % 10], CITIES[number // 10 % 10]
        yield (
            f"Where was {ware} {number} made?",
            f"{ware.capitalize()} {number} comes from a workshop in {city}.",
            f"{ware.capitalize()} {(number + 10) % count} stands in the cellar.",
        )


def corpus() -> list[str]:
    """All texts, for tokenizers to learn from."""
    texts = [text for rows in (asked(), opinions(), passages()) for row in rows for text in row]
    return [*texts, "system user assistant", " ".join(CITIES)]


def tokenizer(kind: str):
    """A tokenizer of 600 pieces at most, that learned the texts: `chat` with a template, `bert` without."""
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
    from transformers import PreTrainedTokenizerFast

    if kind == "chat":
        made = Tokenizer(models.BPE())
        made.pre_tokenizer, made.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
        special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
        alphabet = pre_tokenizers.ByteLevel.alphabet()
        trainer = trainers.BpeTrainer(vocab_size=600, special_tokens=special, initial_alphabet=alphabet)
        made.train_from_iterator(corpus(), trainer)
        return PreTrainedTokenizerFast(
            tokenizer_object=made,
            eos_token="<|im_end|>",
            pad_token="<|endoftext|>",
            chat_template=CHAT,
            model_max_length=512,
        )
    made = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    made.normalizer, made.pre_tokenizer = normalizers.BertNormalizer(), pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    made.train_from_iterator(corpus(), trainers.WordPieceTrainer(vocab_size=600, special_tokens=special))
    made.decoder = decoders.WordPiece()
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    names = dict(zip(["pad", "unk", "cls", "sep", "mask"], special, strict=True))
    named = {f"{name}_token": token for name, token in names.items()}
    return PreTrainedTokenizerFast(tokenizer_object=made, model_max_length=128, **named)


def causal_lm(folder: Path) -> None:
    """A decoder as Qwen 3 is built, with 2 layers; weights large enough for an adapter to steer."""
    from transformers import GenerationConfig, Qwen3Config, Qwen3ForCausalLM, set_seed

    set_seed(1)
    pieces = tokenizer("chat")
    ends = {"eos_token_id": pieces.eos_token_id, "pad_token_id": pieces.pad_token_id, "bos_token_id": None}
    config = Qwen3Config(
        vocab_size=len(pieces),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=8,
        max_position_embeddings=512,
        initializer_range=0.2,
        tie_word_embeddings=True,
        **ends,
    )
    model = Qwen3ForCausalLM(config)
    model.generation_config = GenerationConfig(**ends)
    model.save_pretrained(folder)
    pieces.save_pretrained(folder)


def bert(folder: Path) -> None:
    """An encoder with 2 layers and the head that it is trained with first."""
    from transformers import BertConfig, BertForMaskedLM, set_seed

    set_seed(1)
    pieces = tokenizer("bert")
    config = BertConfig(
        vocab_size=len(pieces),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=128,
        pad_token_id=pieces.pad_token_id,
    )
    BertForMaskedLM(config).save_pretrained(folder)
    pieces.save_pretrained(folder)


def cross_encoder(folder: Path) -> None:
    """The encoder with one number as its answer."""
    from transformers import AutoModelForSequenceClassification

    bert(folder)
    AutoModelForSequenceClassification.from_pretrained(folder, num_labels=1).save_pretrained(folder)


def embedder(folder: Path) -> None:
    """The encoder with a mean over its tokens."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer

    bert(folder / "encoder")
    encoder = Transformer(str(folder / "encoder"))
    shutil.rmtree(folder / "encoder")
    pooling = Pooling(encoder.get_embedding_dimension(), "mean")
    SentenceTransformer(modules=[encoder, pooling]).save(str(folder))


def vit(folder: Path) -> None:
    """A vision transformer with 2 layers for pictures of 32 by 32."""
    from transformers import ViTConfig, ViTForImageClassification, ViTImageProcessor, set_seed

    set_seed(1)
    config = ViTConfig(
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        image_size=32,
        patch_size=8,
    )
    ViTForImageClassification(config).save_pretrained(folder)
    ViTImageProcessor(size={"height": 32, "width": 32}).save_pretrained(folder)


def lines(path: Path, rows: Iterator[dict]) -> None:
    """Rows as JSON, one a line."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def message(role: str, content: str) -> dict:
    return {"role": role, "content": content}


def messages(path: Path) -> None:
    talk = lambda q, a: [message("user", q), message("assistant", a)]
    lines(path, ({"messages": talk(question, answer)} for question, answer, _ in asked()))


def preference(path: Path) -> None:
    lines(path, ({"prompt": q, "chosen": good, "rejected": bad} for q, good, bad in asked()))


def thumbs(path: Path) -> None:
    rows = ([(q, good, True), (q, bad, False)][i % 2] for i, (q, good, bad) in enumerate(asked()))
    lines(path, ({"prompt": q, "completion": said, "label": label} for q, said, label in rows))


def documents(path: Path) -> None:
    """Texts long enough for a language to be seen in them."""
    told = [" ".join(rows) for rows in passages()]
    lines(path, ({"text": "\n\n".join(told[at : at + 4])} for at in range(0, len(told), 2)))


def answers(path: Path) -> None:
    lines(path, ({"prompt": question, "answer": answer} for question, answer, _ in asked()))


def graded(path: Path) -> None:
    rows = ((query, said, label) for query, *both in passages() for said, label in zip(both, (1, 0), strict=True))
    lines(path, ({"query": query, "passage": passage, "label": label} for query, passage, label in rows))


def pairs(path: Path) -> None:
    lines(path, ({"anchor": anchor, "positive": positive} for anchor, positive, _ in passages()))


def labelled(path: Path) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label"])
        writer.writerows(opinions())


def entities(path: Path) -> None:
    """Words, and which of them are places, marked as `B-` and `O`."""

    def marked(text: str) -> dict:
        words = text.removesuffix(".").split()
        return {"tokens": words, "tags": ["B-PLACE" if word in CITIES else "O" for word in words]}

    lines(path, (marked(passage) for _, passage, _ in passages()))


def pictures(path: Path) -> None:
    """Squares of one colour with noise, in a folder for each colour."""
    from PIL import Image

    drawn = random.Random(7)
    for name, colour in {"red": (200, 40, 40), "green": (40, 200, 40), "blue": (40, 40, 200)}.items():
        (path / name).mkdir(parents=True)
        for number in range(60):
            seen = [tuple(c + drawn.randint(-40, 40) for c in colour) for _ in range(48 * 48)]
            picture = Image.new("RGB", (48, 48))
            picture.putdata(seen)
            picture.save(path / name / f"{number}.png")


MODELS = {"causal-lm": causal_lm, "bert": bert, "cross-encoder": cross_encoder, "embedder": embedder, "vit": vit}
DATA = {
    "messages": messages,
    "preference": preference,
    "thumbs": thumbs,
    "documents": documents,
    "answers": answers,
    "graded": graded,
    "pairs": pairs,
    "labelled": labelled,
    "entities": entities,
    "pictures": pictures,
}


def main() -> None:
    what, kind, place = sys.argv[1:]
    path = Path(place)
    path.parent.mkdir(parents=True, exist_ok=True)
    {"model": MODELS, "data": DATA}[what][kind](path)


if __name__ == "__main__":
    main()
