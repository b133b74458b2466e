"""Our own metrics, as `evaluate` knows them, without a script from anywhere."""

import string
from collections import Counter

import datasets
import evaluate

TEXTS = datasets.Features({"predictions": datasets.Value("string"), "references": datasets.Value("string")})


def words(text: str) -> list[str]:
    """The words of a text without case, marks and blanks."""
    return text.lower().translate(str.maketrans("", "", string.punctuation)).split()


def overlap(said: str, right: str) -> float:
    """The harmonic mean of the shares of words that both have."""
    a, b = words(said), words(right)
    common = sum((Counter(a) & Counter(b)).values())
    return 2 * common / (len(a) + len(b)) if a and b else float(a == b)


class ExactMatch(evaluate.Metric):
    """The share of answers with the same words in the same order."""

    def _info(self) -> evaluate.MetricInfo:
        return evaluate.MetricInfo(description=self.__doc__, citation="", features=TEXTS)

    def _compute(self, predictions: list[str], references: list[str]) -> dict[str, float]:
        same = [words(said) == words(right) for said, right in zip(predictions, references, strict=True)]
        return {"exact_match": sum(same) / len(same)}


class WordOverlap(evaluate.Metric):
    """The mean overlap of words, whatever their order."""

    def _info(self) -> evaluate.MetricInfo:
        return evaluate.MetricInfo(description=self.__doc__, citation="", features=TEXTS)

    def _compute(self, predictions: list[str], references: list[str]) -> dict[str, float]:
        shares = [overlap(said, right) for said, right in zip(predictions, references, strict=True)]
        return {"word_overlap": sum(shares) / len(shares)}
