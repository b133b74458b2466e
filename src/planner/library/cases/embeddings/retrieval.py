"""The search task that a model is measured with: find the passages of each query among all passages."""

from datasets import DatasetDict
from sentence_transformers.sentence_transformer.evaluation import InformationRetrievalEvaluator

PASSAGES = 20_000


def retrieval(data: DatasetDict, part: str) -> InformationRetrievalEvaluator:
    """Searches with the queries of one part, in its own passages and in those of the others."""
    relevant: dict[str, set[str]] = {}
    for row in data[part]:
        relevant.setdefault(row["anchor"], set()).add(row["positive"])
    passages = dict.fromkeys(data[part]["positive"])
    for other in data.values():
        passages.update(dict.fromkeys(other["positive"][: PASSAGES - len(passages)]))
    return InformationRetrievalEvaluator(
        queries={query: query for query in relevant},
        corpus={passage: passage for passage in passages},
        relevant_docs=relevant,
        name=part,
        write_csv=False,
    )
