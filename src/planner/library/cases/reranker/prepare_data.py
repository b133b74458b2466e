"""Gather right and wrong passages of each query, and split by query."""

import argparse
{% if not data.is_local or data.format == "pairs" %}
import json
from pathlib import Path
{% endif %}

from datasets import Dataset, DatasetDict, load_dataset
{% if data.format == "pairs" %}
from sentence_transformers import SentenceTransformer
from sentence_transformers.util import semantic_search
{% endif %}

SEED = {{ set.seed }}
{% if data.format == "pairs" %}
RETRIEVER = "{{ set.retriever }}"
{% endif %}


def clean(text: str | None) -> str:
    """With single blanks."""
    return " ".join((text or "").split())


def gathered(rows: Dataset) -> dict[str, tuple[set[str], set[str]]]:
    """For each query its right passages and its wrong ones; none is both."""
    of: dict[str, tuple[set[str], set[str]]] = {}
    for row in rows:
        right, wrong = of.setdefault(clean(row["query"]), (set(), set()))
{% if data.format == "labelled" %}
        (right if row["label"] else wrong).add(clean(row["passage"]))
{% elif data.format == "triplets" %}
        right.add(clean(row["positive"]))
        wrong.add(clean(row["negative"]))
{% else %}
        right.add(clean(row["answer"]))
{% endif %}
    return {query: (right - {""}, wrong - right - {""}) for query, (right, wrong) in of.items() if query}


{% if data.format == "pairs" %}
def search(of: dict[str, tuple[set[str], set[str]]]) -> None:
    """Adds as wrong what a search finds near each query, but nothing as near as its right passages."""
    pin = json.loads(Path("revisions.json").read_text()).get(RETRIEVER)
    model = SentenceTransformer(RETRIEVER, revision=pin)
    queries, passages = list(of), sorted({passage for right, _ in of.values() for passage in right})
    found = semantic_search(model.encode_query(queries), model.encode_document(passages), top_k=50)
    for query, hits in zip(queries, found):
        right, wrong = of[query]
        best = max((hit["score"] for hit in hits if passages[hit["corpus_id"]] in right), default=0.0)
        near = [passages[hit["corpus_id"]] for hit in hits if hit["score"] < 0.95 * best]
        wrong.update([passage for passage in near if passage not in right][:{{ set.negatives }}])


{% endif %}
def listed(of: dict[str, tuple[set[str], set[str]]]) -> Dataset:
    """Queries that have both, with up to {{ set.negatives }} wrong passages."""
    rows = [
        {"query": query, "positive": sorted(right), "negative": sorted(wrong)[:{{ set.negatives }}]}
        for query, (right, wrong) in of.items()
        if right and wrong
    ]
    if len(rows) < 10:
        raise SystemExit(f"{len(rows)} of {len(of)} queries have right and wrong passages: too few")
    return Dataset.from_list(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
{% include "shared/load_data.py" %}
    of = gathered(raw)
{% if data.format == "pairs" %}
    search(of)
{% endif %}
    data = listed(of)
    print(f"{len(raw)} rows, {len(of)} queries, {len(data)} of them with right and wrong passages")
{% set held = "min(0.2, 2000 / len(data))" %}
{% include "shared/three_parts.py" %}


if __name__ == "__main__":
    main()
