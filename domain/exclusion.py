"""A brief's never words: whoever uses one is not shown for it."""

from collections.abc import Iterable

from domain.text import words


def never_word_in(texts: Iterable[str], never: Iterable[str]) -> str | None:
    """The first never word or phrase that a creator's texts hold, as it was typed, or None.

    Whole words, whatever their case and accents: "fur" excludes "Fur coats" and "#fur",
    not "furniture". A phrase must stand together, in one text.
    """
    said = [words(text) for text in texts]
    return next((phrase for phrase in never if any(_holds(text, phrase) for text in said)), None)


def _holds(text: list[str], phrase: str) -> bool:
    wanted = words(phrase)
    if not wanted:
        return False
    length = len(wanted)
    return any(text[start : start + length] == wanted for start in range(len(text) - length + 1))
