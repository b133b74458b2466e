"""Add to each pair a passage that the model takes for right and that is not: a hard negative."""

import argparse

from datasets import DatasetDict, load_from_disk
from sentence_transformers import SentenceTransformer, mine_hard_negatives


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True, help="folder of the result")
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    data = load_from_disk("data/processed{{ s }}")
    mined = mine_hard_negatives(
        data["train"].select_columns(["anchor", "positive"]),
        SentenceTransformer(args.model),
        num_negatives=1,
        range_max=50,
        relative_margin=0.05,
        sampling_strategy="top",
        query_prompt_name="query",
        corpus_prompt_name="document",
    )
    if len(mined) < len(data["train"]) / 2:
        raise SystemExit(f"{len(mined)} of {len(data['train'])} pairs have a negative: stay with the pairs")
    parts = {part: data[part].select_columns(["anchor", "positive"]) for part in ("validation", "test")}
    DatasetDict(train=mined, **parts).save_to_disk(args.out)


if __name__ == "__main__":
    main()
