"""Amounts of money: read from what people type, stored in whole minor units, said aloud."""

import datetime as dt
import re
from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import cache

from babel.numbers import get_currency_symbol, list_currencies
from pydantic import BaseModel, ConfigDict, Field

from domain.creator import Money

LARGEST = Decimal(10) ** 12
"""Amounts above a million million are typing errors."""
_LOCALE = "en_GB"
_NO_DECIMALS = frozenset({
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG",
    "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF",
})  # fmt: skip
_THREE_DECIMALS = frozenset(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"])
_SYMBOLS = {
    "$": "USD", "US$": "USD", "A$": "AUD", "AU$": "AUD", "C$": "CAD", "CA$": "CAD", "NZ$": "NZD",
    "HK$": "HKD", "S$": "SGD", "MX$": "MXN", "R$": "BRL", "€": "EUR", "£": "GBP", "¥": "JPY",
    "₹": "INR", "₽": "RUB", "₩": "KRW", "₺": "TRY", "₴": "UAH", "₫": "VND", "₪": "ILS", "₱": "PHP",
    "₦": "NGN", "฿": "THB", "zł": "PLN", "kč": "CZK", "ft": "HUF", "fr.": "CHF",
}  # fmt: skip
_DOLLARS = {"USD", "AUD", "CAD", "NZD", "HKD", "SGD", "MXN", "ARS", "CLP", "COP", "TWD"}
_SHARED_SYMBOLS = {"$": _DOLLARS, "¥": {"JPY", "CNY"}, "kr": {"SEK", "NOK", "DKK", "ISK"}}
_MULTIPLES = {"": 1, "k": 1_000, "m": 1_000_000}
_LONGEST_NUMBER = 30
_MOST_DECIMALS = 8
_MOST_MINOR_DIGITS = 3
_WITH_EXPONENT = re.compile(r"[0-9][eE][+−-]?[0-9]")
TOO_LARGE = "That is not an amount I can store. Please type it out, for example “€1,250”."
_AMOUNT = re.compile(
    r"(?P<digits>[0-9][0-9.,'’\s]*|[.,][0-9]+)(?P<multiple>(?:[kKmM](?![A-Za-z]))?)"
)
_GROUPED = re.compile(
    r"(?P<whole>[1-9][0-9]{0,2}(?P<mark>[.,])[0-9]{3}(?:(?P=mark)[0-9]{3})*)"
    r"(?:(?!(?P=mark))[.,](?P<decimals>[0-9]+))?"
)
_INDIAN = re.compile(r"(?P<whole>[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3})(?:\.(?P<decimals>[0-9]+))?")
_UNGROUPED = re.compile(r"(?P<whole>[0-9]*)(?:[.,](?P<decimals>[0-9]+))?")
_SPACES = re.compile(r"\s+")


class MoneyError(ValueError):
    """What was typed is no amount of money; the message is a sentence for that person."""


class DatedRate(BaseModel):
    """A rate of exchange that the workspace set: 1 `base` is `rate` × `quote` on that date."""

    model_config = ConfigDict(frozen=True)

    base: str
    quote: str
    rate: Decimal = Field(gt=0)
    date: dt.date


class Converted(BaseModel):
    """An amount in another currency, with the rate that made it so."""

    model_config = ConfigDict(frozen=True)

    original: Money
    amount: Money
    rate: DatedRate

    def describe(self) -> str:
        """ "€100 (US$108 at 1.08 of 2 Nov 2026)"."""
        on = f"{self.rate.date.day} {self.rate.date:%b %Y}"
        rate = f"{self.rate.rate:f}"
        return f"{format_money(self.original)} ({format_money(self.amount)} at {rate} of {on})"


@cache
def currencies() -> frozenset[str]:
    """All ISO 4217 codes, upper case."""
    return frozenset(list_currencies())


@cache
def _locale_symbols() -> dict[str, str]:
    return {get_currency_symbol(code, locale=_LOCALE): code for code in sorted(currencies())}


def minor_digits(currency: str) -> int:
    """Decimals of a currency by ISO 4217: EUR 2, JPY 0, KWD 3.

    Kept here and not taken from a locale library, whose answer may change between
    versions: stored amounts would change with it.
    """
    if currency in _NO_DECIMALS:
        return 0
    return 3 if currency in _THREE_DECIMALS else 2


def to_minor(money: Money) -> int:
    """The amount in whole minor units, for storage: €12.50 is 1250, ¥500 is 500.

    Raises:
        MoneyError: the amount is finer than the currency's smallest unit, or absurdly large.
    """
    if abs(money.amount) > LARGEST:
        raise MoneyError("That amount is too large to be true.")
    shifted = money.amount.scaleb(minor_digits(money.currency))
    whole = shifted.to_integral_value()
    if whole != shifted:
        raise MoneyError(f"{money.amount:f} {money.currency} has more decimals than can be paid.")
    return int(whole)


def from_minor(minor: int, currency: str) -> Money:
    """The amount that was stored in whole minor units."""
    return Money(amount=Decimal(minor).scaleb(-minor_digits(currency)), currency=currency)


def rounded(money: Money) -> Money:
    """The amount rounded to the currency's smallest unit, halves to even."""
    step = Decimal(1).scaleb(-minor_digits(money.currency))
    return Money(
        amount=money.amount.quantize(step, rounding=ROUND_HALF_EVEN), currency=money.currency
    )


def sums(amounts: Iterable[Money]) -> tuple[Money, ...]:
    """One sum for each currency, by currency code; currencies never mix."""
    totals: dict[str, Decimal] = {}
    for money in amounts:
        totals[money.currency] = totals.get(money.currency, Decimal(0)) + money.amount
    return tuple(Money(amount=totals[code], currency=code) for code in sorted(totals))


def convert(money: Money, rate: DatedRate) -> Converted:
    """The amount in the rate's other currency, rounded to its smallest unit.

    Raises:
        MoneyError: the rate is not one from or to the amount's currency.
    """
    if money.currency == rate.base:
        amount = Money(amount=money.amount * rate.rate, currency=rate.quote)
    elif money.currency == rate.quote:
        amount = Money(amount=money.amount / rate.rate, currency=rate.base)
    else:
        raise MoneyError(f"The rate {rate.base} to {rate.quote} says nothing of {money.currency}.")
    return Converted(original=money, amount=rounded(amount), rate=rate)


def format_money(money: Money) -> str:
    """An amount as it is shown, cents only where there are any: "€1,250", "US$499.99", "JP¥500"."""
    digits = minor_digits(money.currency)
    return _formatted(money.amount, money.currency, digits)


def format_unit_cost(amount: float | Decimal, currency: str) -> str:
    """A cost for one view or engagement: under 1 with two decimals, "€0.15", or as many as two
    significant figures need, "€0.012".
    """
    exact = amount if isinstance(amount, Decimal) else Decimal(repr(amount))
    if abs(exact) >= 1:
        return _formatted(exact, currency, minor_digits(currency))
    shown = Context(prec=2, rounding=ROUND_HALF_EVEN).plus(exact)
    digits = max(2, 1 - shown.adjusted()) if shown else 2
    return _formatted(shown, currency, min(digits, _MOST_DECIMALS))


def parse_money(text: str, default_currency: str | None = None) -> Money:
    """Read an amount as people type it: "€1,250.00", "1.250,00 EUR", "USD 500", "$1.2k".

    Args:
        text: one amount with a currency's sign or code, in either order.
        default_currency: taken where none is named, and to tell "$" of several dollars.

    Raises:
        MoneyError: no amount, several, a negative or absurd one, or no currency known.
    """
    cleaned = _SPACES.sub(" ", text).strip()
    if _WITH_EXPONENT.search(cleaned):
        raise MoneyError(TOO_LARGE)
    if "-" in cleaned or "−" in cleaned:
        raise MoneyError("An amount of money can't be negative here, for example “€1,250”.")
    found = list(_AMOUNT.finditer(cleaned))
    if len(found) != 1:
        raise MoneyError("Please give one amount with its currency, for example “€1,250”.")
    match = found[0]
    rest = f"{cleaned[: match.start()]} {cleaned[match.end() :]}".strip()
    currency = _currency(rest, default_currency)
    multiple = _MULTIPLES[match["multiple"].lower()]
    amount = _number(match["digits"], minor_digits(currency)) * multiple
    money = Money(amount=amount, currency=currency)
    to_minor(money)
    return money


def is_nothing(text: str) -> bool:
    """Whether a bare 0 was typed; nothing is nothing in every currency."""
    return _NOTHING.fullmatch(text.strip()) is not None


def parse_fee(text: str, default_currency: str | None, known: Money | None = None) -> Money:
    """Read a fee as people type it; 0, for a creator who works without one, needs no currency.

    Args:
        text: one amount with its currency, or 0.
        default_currency: taken where none is named.
        known: the fee so far, whose currency a bare 0 takes where there is no default.

    Raises:
        MoneyError: as `parse_money`.
    """
    if is_nothing(text):
        currency = default_currency or (known.currency if known else ANY_CURRENCY)
        return Money(amount=Decimal(0), currency=currency)
    return parse_money(text, default_currency)


_NOTHING = re.compile(r"0+(?:[.,]0*)?")
ANY_CURRENCY = "USD"
"""What a fee of 0 is kept in where no currency is known."""


def _formatted(amount: Decimal, currency: str, digits: int) -> str:
    if amount > LARGEST:
        return f"over {_formatted(LARGEST, currency, 0)}"
    number = f"{abs(amount):,.{digits}f}"  # halves to even, as everywhere here
    if digits <= _MOST_MINOR_DIGITS:
        number = number.removesuffix(f".{'0' * digits}")  # a round sum shows no cents
    return f"{'-' if amount < 0 else ''}{_sign(currency)}{number}"


@cache
def _sign(currency: str) -> str:
    """What stands before an amount: "€", or "CHF" and a space that doesn't break."""
    symbol = str(get_currency_symbol(currency, locale=_LOCALE))
    return f"{symbol}\u00a0" if symbol[-1].isalpha() else symbol


def _currency(named: str, default: str | None) -> str:
    if not named:
        if default is None:
            raise MoneyError("Please name the currency, for example “EUR 1,250”.")
        return default
    if named.upper() in currencies():
        return named.upper()
    symbol = named.upper() if named.upper() in _SYMBOLS else named.lower()
    if default is not None and default in _SHARED_SYMBOLS.get(symbol, ()):
        return default
    if symbol in _SYMBOLS:
        return _SYMBOLS[symbol]
    if named in _locale_symbols():
        return _locale_symbols()[named]
    raise MoneyError(f"“{named[:20]}” is not a currency; use a code such as EUR or USD.")


def _number(typed: str, digits: int) -> Decimal:
    """Digits with separators of thousands and a decimal mark, in the ways people write them."""
    bare = re.sub(r"[\s'’]", "", typed).rstrip(".,")
    if len(bare) > _LONGEST_NUMBER:
        raise MoneyError("That amount is too large to be true.")
    decimal_point = digits == 3 and bare.count(".") == 1 and "," not in bare
    if not decimal_point and (match := _GROUPED.fullmatch(bare) or _INDIAN.fullmatch(bare)):
        whole, decimals = re.sub(r"[.,]", "", match["whole"]), match["decimals"]
    elif match := _UNGROUPED.fullmatch(bare):
        whole, decimals = match["whole"], match["decimals"]
    else:
        raise MoneyError(f"“{typed.strip()[:30]}” is not a number that can be read.")
    return Decimal(f"{whole or '0'}.{decimals or '0'}")
