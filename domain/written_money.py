"""Amounts of money in the cells of files."""

import re
from functools import lru_cache

from domain.creator import Money
from domain.money import MoneyError, parse_money
from domain.values import MINUS_ONE, NEGATIVE, SPELLINGS, Problem, is_missing

NO_CURRENCY = Problem("has no currency")
NOT_AN_AMOUNT = Problem("is not an amount of money")

_CURRENCY_NAMES: dict[str, str] = {
    name: code for code, names in SPELLINGS["currencies"].items() for name in names
}
_LONGEST_AMOUNT = 64
_MINUS = re.compile(r"\D{0,4}[-−(]")
_COMPUTED = re.compile(r"\d+\.\d{4,}")
_LETTERS = re.compile(r"[^\W\d_]{2,}\.?")


def currency_code(text: str) -> str | None:
    """ISO 4217 code of a currency given by code, sign or name: "eur", "€", "R$", "Euro"."""
    word = text.strip().strip(".()[]").strip()
    if word.lower() in _CURRENCY_NAMES:
        return _CURRENCY_NAMES[word.lower()]
    try:
        return parse_money(f"1 {word}").currency if word else None
    except MoneyError:
        return None


@lru_cache(maxsize=4_096)
def money(text: str, currency: str | None = None) -> Money | Problem | None:
    """An amount with its currency: "€ 75,00", "$1,200", "1.200,50 EUR", "USD 1.2k".

    Args:
        text: the cell.
        currency: ISO code that the column or the person gave, for bare numbers; it also
            decides which dollar "$" is.
    """
    text = text.strip()
    if is_missing(text) or MINUS_ONE.fullmatch(text):
        return None
    if len(text) > _LONGEST_AMOUNT:
        return NOT_AN_AMOUNT
    if text.isdecimal() and currency is None:
        return NO_CURRENCY
    text = _COMPUTED.sub(lambda found: f"{float(found[0]):.2f}", text)
    named = _LETTERS.sub(lambda word: currency_code(word[0]) or word[0], text)
    try:
        return parse_money(named, currency)
    except MoneyError:
        if _MINUS.match(text):
            return NEGATIVE
        bare = currency is None and not re.search(r"[^\d.,'’\s]", text)
        return NO_CURRENCY if bare else NOT_AN_AMOUNT
