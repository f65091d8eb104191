"""Rows at the end of a table that sum it up and are nobody."""

import re
from collections.abc import Sequence

from domain.text import fold
from domain.values import is_missing, number

_WORDS = frozenset(
    {
        "total", "totals", "grand total", "subtotal", "sub total", "sum", "sums", "overall",
        "average", "averages", "avg", "mean", "median", "count", "all", "total general", "totales",
        "suma", "promedio", "media", "mediana", "total geral", "totais", "soma", "somme", "moyenne",
        "mediane", "totaux", "gesamt", "gesamtsumme", "zwischensumme", "summe", "durchschnitt",
        "sous-total", "sub-total", "subtotale",
        "mittelwert", "insgesamt", "totale", "somma", "итого", "всего", "среднее", "сумма",
    }
)  # fmt: skip
_SUMMING = frozenset(
    {
        "total", "totals", "grand total", "subtotal", "sub total", "sub-total", "total general",
        "totales", "total geral", "totais", "totaux", "sous-total", "gesamt", "gesamtsumme",
        "summe", "zwischensumme", "insgesamt", "totale", "subtotale", "итого", "всего", "сумма",
    }
)  # fmt: skip
"""Words that are nobody's handle in the middle of a table either, where only figures are beside."""
_AROUND = " \t:=-–()[]"
_WITH_DIGIT = re.compile(r"\d")


def is_total(row: Sequence[str]) -> bool:
    """Whether a row sums others up: it says so once, and holds nothing but figures beside.

    A creator by the name of "total" has a name, a link or a country beside the handle.
    """
    texts = [cell for cell in row if cell.strip() and not _is_figure(cell)]
    words = [fold(text).strip(_AROUND) for text in texts]
    return len(words) == 1 and words[0] in _WORDS


def is_subtotal(row: Sequence[str], name: str) -> bool:
    """Whether a row among others sums some of them up. name: its first cell that could be a name.

    Stricter than at the end of a table: "all" and "media" may be handles.
    """
    word = name.strip(_AROUND).lower()
    return word in _SUMMING and sum(1 for cell in row if cell.strip() and not _is_figure(cell)) == 1


def _is_figure(cell: str) -> bool:
    text = cell.strip().rstrip("%")
    if is_missing(text) or isinstance(number(text), int | float):
        return True
    return bool(_WITH_DIGIT.search(text[:1]))
