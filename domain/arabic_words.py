"""Arabic words without what is written as part of them, where the rest is a known word."""

from collections.abc import Container

_AND, _MY = "و", "ي"
_GROWN_TOGETHER = (
    *((before, 2) for before in ("وال", "فال", "بال", "كال", "لل")),
    *((before, 3) for before in "وفبكل"),
)
"""What is written as one with the word behind it, and how short that may be."""
_SHORTEST = 3


def bare(token: str, known: Container[str]) -> str:
    """An Arabic word without "and", "with", "for", the article in front or "my" behind.

    Args:
        token: from `domain.text.words`; one of another script stays as it is.
        known: words that stay as they are, and one of which the rest must be; an "and" is taken
            away in any case.
    """
    if token in known or not "\u0621" <= token[0] <= "\u064a":
        return token
    for before, shortest in _GROWN_TOGETHER:
        rest = token.removeprefix(before)
        if rest is not token and len(rest) >= shortest and rest in known:
            return rest
    mine = token[:-1]
    if token[-1] == _MY and len(mine) >= _SHORTEST:
        with_feminine = f"{mine[:-1]}ه" if mine.endswith("ت") else mine  # "قهوتي" is of "قهوه"
        for one in (mine, with_feminine):
            if one in known:
                return one
    return token[1:] if token[0] == _AND and len(token) > _SHORTEST else token
