"""Pieces of tagged texts, and how well they were found; place and kind of a piece have to be right."""

from collections import Counter

Piece = tuple[int, int, str]


def pieces(tags: list[str]) -> set[Piece]:
    """First word, last word and kind of each piece."""
    found: list[Piece] = []
    for at, tag in enumerate(tags):
        if tag == "O":
            continue
        first, last, kind = found[-1] if found else (0, -2, "")
        if tag.startswith("I-") and last == at - 1 and kind == tag[2:]:
            found[-1] = (first, at, kind)
        else:
            found.append((at, at, tag[2:]))
    return set(found)


def scores(right: list[list[str]], said: list[list[str]]) -> dict:
    """F1 over all pieces, and of each kind."""
    hits, wanted, given = Counter(), Counter(), Counter()
    for tags, guess in zip(right, said, strict=True):
        is_there, is_said = pieces(tags), pieces(guess)
        wanted.update(kind for _, _, kind in is_there)
        given.update(kind for _, _, kind in is_said)
        hits.update(kind for _, _, kind in is_there & is_said)

    def f1(hit: int, asked: int, told: int) -> float:
        return 2 * hit / (asked + told) if asked + told else 0.0

    each = {kind: f1(hits[kind], wanted[kind], given[kind]) for kind in sorted(wanted | given)}
    return {"f1": f1(hits.total(), wanted.total(), given.total()), "f1_of_kinds": each}
