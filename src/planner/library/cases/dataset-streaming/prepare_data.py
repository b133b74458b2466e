"""Clean a stream of texts into Parquet files, and keep the state of the stream beside them."""

import argparse
import hashlib
import json
import re
from pathlib import Path

import pyarrow
import pyarrow.parquet
from datasets import IterableDataset, load_dataset

SHORTEST = {{ set.shortest }}
ROWS_PER_FILE = {{ set.rows_per_file }}
EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")


def source() -> IterableDataset:
    """The rows, read one after the other."""
{% if data.is_local %}
    return load_dataset("{{ data.builder }}", data_files="{{ data.path }}", split="train", streaming=True)
{% else %}
    revision = json.loads(Path("revisions.json").read_text())["{{ data.id }}"]
    return load_dataset(
        "{{ data.id }}",
{% if data.config %}
        "{{ data.config }}",
{% endif %}
        split="{{ data.split }}",
        revision=revision,
        streaming=True,
    )
{% endif %}


def clean(text: str) -> str:
    """The text with masked addresses and single blanks."""
    return re.sub(r"[ \t]+", " ", EMAIL.sub("[email]", text)).strip()


def digest(text: str) -> bytes:
    """What two texts have in common that say the same."""
    return hashlib.blake2b(re.sub(r"\W+", "", text).lower().encode(), digest_size=12).digest()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--rows", type=int, help="read only so many")
    args = parser.parse_args()
    folder = args.out / "data"
    folder.mkdir(parents=True, exist_ok=True)
    stream, files, seen, texts = source(), 0, set(), []
    if args.state.exists():
        saved = json.loads(args.state.read_text())
        stream.load_state_dict(saved["stream"])
        files = saved["files"]
        print(f"{files} files are there already")
        for path in sorted(folder.glob("*.parquet"))[:files]:
            seen.update(digest(text) for text in pyarrow.parquet.read_table(path)["text"].to_pylist())

    def write() -> None:
        """Write the file first and the state behind it, so that nothing is lost between them."""
        nonlocal files
        table = pyarrow.table({"text": texts})
        path = folder / f"train-{files:05d}.parquet"
        pyarrow.parquet.write_table(table, path.with_suffix(".tmp"), compression="zstd")
        path.with_suffix(".tmp").rename(path)
        files += 1
        args.state.write_text(json.dumps({"stream": stream.state_dict(), "files": files}))
        print(f"{path}: {len(texts)} rows", flush=True)
        texts.clear()

    for at, row in enumerate(stream, start=1):
        text = clean(row["text"] or "")
        key = digest(text)
        if len(text) >= SHORTEST and key not in seen:
            seen.add(key)
            texts.append(text)
        if len(texts) == ROWS_PER_FILE:
            write()
        if at == args.rows:
            break
    if texts:
        write()


if __name__ == "__main__":
    main()
