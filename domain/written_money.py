"""Amounts of money as people and tools write them in files."""

import re
from decimal import Decimal
from functools import lru_cache

from babel.core import get_global

from domain.creator import Money
from domain.text import fold
from domain.values import (
    LARGEST,
    LONGEST_NUMBER,
    MINUS_ONE,
    NEGATIVE,
    NOT_A_NUMBER,
    SPELLINGS,
    SUFFIXES,
    TOO_LARGE,
    DecimalMark,
    Problem,
    canonical,
    is_missing,
)

NO_CURRENCY = Problem("has no currency")

_SYMBOLS: dict[str, str] = {
    symbol: code for code, symbols in SPELLINGS["currencies"].items() for symbol in symbols
}
_CURRENCIES = frozenset(get_global("all_currencies"))

_AMOUNT = re.compile(r"([^\d.,'’]*?)([\d.,][\d.,'’\s]*)(.*)", re.DOTALL)


def currency_code(text: str) -> str | None:
    """ISO 4217 code of a currency given by code, symbol or name: "eur", "€", "R$"."""
    word = text.strip().strip(".()[] ")
    if word.upper() in _CURRENCIES:
        return word.upper()
    return _SYMBOLS.get(word.lower()) or _SYMBOLS.get(fold(word))


@lru_cache(maxsize=4_096)
def money(
    text: str, decimal: DecimalMark = "", currency: str | None = None
) -> Money | Problem | None:
    """An amount with its currency: "€ 75,00", "$1,200", "1.200,50 EUR", "USD 1.2k".

    Args:
        text: the cell.
        decimal: the column's decimal mark.
        currency: ISO code that the column or the person gave, for bare numbers; it also
            decides which dollar "$" is.
    """
    text = text.strip()
    if is_missing(text) or MINUS_ONE.fullmatch(text):
        return None
    found = _AMOUNT.fullmatch(text) if len(text) <= LONGEST_NUMBER else None
    if found is None:
        return NOT_A_NUMBER
    before, digits, after = (part.strip() for part in found.groups())
    if before.endswith(("-", "−", "(")) or before.startswith(("-", "−", "(")):
        return NEGATIVE
    factor, after = _money_factor(after)
    plain = canonical(digits, decimal, suffixed=factor != 1)
    stated = currency_code(before) if before else currency_code(after) if after else None
    if plain is None or (before and after) or (stated is None and (before or after)):
        return NOT_A_NUMBER
    if stated is None or (currency is not None and "$" in (before, after)):
        stated = currency
    if stated is None:
        return NO_CURRENCY
    amount = Decimal(plain) * factor
    return TOO_LARGE if amount > LARGEST else Money(amount=amount, currency=stated)


def _money_factor(after: str) -> tuple[int, str]:
    """Split "k €" into 1,000 and "€"."""
    word, _, rest = after.partition(" ")
    if word.lower() in ("k", "m", "tsd.", "tsd", "mil", "mio"):
        return SUFFIXES[word.lower().rstrip(".")], rest.strip()
    if word[:1].lower() == "k" and currency_code(word[1:]):
        return 1000, word[1:]
    return 1, after
