"""The gathered passages as pairs to learn from, and as rankings to measure."""

from datasets import Dataset
from sentence_transformers.cross_encoder.evaluation import CrossEncoderRerankingEvaluator


def pairs(data: Dataset) -> Dataset:
    """One row for each passage: 1 where it is right, 0 where it is wrong."""
    rows = [
        {"query": row["query"], "passage": passage, "label": label}
        for row in data
        for side, label in (("positive", 1.0), ("negative", 0.0))
        for passage in row[side]
    ]
    return Dataset.from_list(rows)


def rankings(data: Dataset, name: str) -> CrossEncoderRerankingEvaluator:
    """Whether right passages come before wrong ones."""
    return CrossEncoderRerankingEvaluator(list(data), at_k=10, name=name, batch_size={{ fit.batch }}, write_csv=False)
