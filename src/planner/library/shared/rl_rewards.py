"""Rewards of answers: whether the last answer is right, and whether it stands once and in its box."""

import re

BOXED = re.compile(r"\\boxed\{((?:[^{}]|\{[^{}]*\})*)\}")


def answers(completion: list[dict]) -> list[str]:
    """What stands in the boxes of an answer."""
    return BOXED.findall(completion[-1]["content"])


def plain(answer: str) -> str:
    """An answer in the one form in which answers are compared: numbers as numbers, words in small letters."""
    text = answer.strip().strip("$.").replace(",", "").replace("\\%", "").replace("%", "").strip()
    try:
        return repr(float(text))
    except ValueError:
        return " ".join(text.lower().split())


def correct(completions: list[list[dict]], solution: list[str], **_: object) -> list[float]:
    """1 where the last box holds the solution."""
    last = [(answers(completion) or [""])[-1] for completion in completions]
    return [float(bool(it) and plain(it) == plain(right)) for it, right in zip(last, solution, strict=True)]


def boxed(completions: list[list[dict]], **_: object) -> list[float]:
    """1 where there is exactly one box with something in it: two boxes are a guess."""
    found = [answers(completion) for completion in completions]
    return [float(len(it) == 1 and bool(it[0].strip())) for it in found]
