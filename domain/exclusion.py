"""Words and phrases in a creator's texts: never words, must-have words, what was quoted."""

from collections.abc import Iterable, Sequence

from domain.text import words


def never_word_in(texts: Iterable[str], never: Iterable[str]) -> str | None:
    """The first never word or phrase that a creator's texts hold, as it was typed, or None.

    Whole words, whatever their case and accents: "fur" excludes "Fur coats" and "#fur",
    not "furniture". A phrase must stand together, in one text.
    """
    said = [words(text) for text in texts]
    return next((phrase for phrase in never if phrase_stands(said, words(phrase))), None)


def phrase_stands(texts: Iterable[Sequence[str]], phrase: Sequence[str]) -> bool:
    """Whether one of the texts has these words side by side; all are split by `domain.text`."""
    wanted = list(phrase)
    return bool(wanted) and any(_holds(list(text), wanted) for text in texts)


def _holds(text: list[str], wanted: list[str]) -> bool:
    length = len(wanted)
    return any(text[start : start + length] == wanted for start in range(len(text) - length + 1))
