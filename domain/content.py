"""What the cells of a column look like, whatever its header says."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from statistics import median
from typing import TypeVar

from pydantic import BaseModel, ConfigDict

from domain.account import link_platform, looks_like_handle
from domain.columns import definition_named, platform_named
from domain.places import country_code, language_code
from domain.values import (
    DecimalMark,
    Problem,
    boolean,
    decimal_mark,
    is_blank,
    is_missing,
    number,
    rate,
)
from domain.written_dates import day_first, either_date, written_date
from domain.written_money import currency_code, money

T = TypeVar("T")

_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+")
_LINK = re.compile(r"https?://\S+|www\.\S+", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"[^()]+\(@?([A-Za-z0-9._\-]{2,})\)")
_SURE = 0.9
PERCENT_SIGNS = ("%", "％", "٪")
_CURRENCY_SIGN = re.compile(r"[^\d\s.,'’%+-]+")


class Content(BaseModel):
    """What a column's sample cells look like.

    filled: cells that are not missing. Shares are parts of the filled cells, 0-1: `numeric`
    (a number with or without a unit), `percent` (with the sign), `bare` (a number over 0 without
    any unit), `fractions` (bare numbers with decimals), `suffixed` ("1.2M"), `handles` (Latin, no
    spaces, "@", or a link to a profile), `links` (to profiles), `distinct` (different cells).
    middle, largest: of the numbers as written, `largest` None without numbers. currency: the one
    that most cells name; `bare_amounts`: cells with a number and no currency. zeros: parts that
    are 0. sequence: 1, 2, 3 … as row numbers go. either_date: a date that may be day first or
    month first, where no cell tells which.
    """

    model_config = ConfigDict(frozen=True)

    filled: int = 0
    numeric: float = 0
    percent: float = 0
    bare: float = 0
    fractions: float = 0
    suffixed: float = 0
    zeros: float = 0
    handles: float = 0
    links: float = 0
    distinct: float = 0
    middle: float = 0
    largest: float | None = None
    decimal: DecimalMark = ""
    day_first: bool | None = None
    either_date: str = ""
    currency: str | None = None
    bare_amounts: float = 0
    sequence: bool = False

    @property
    def is_rate_like(self) -> bool:
        """Whether numbers look like rates, in percent or as fractions, and not like counts."""
        if self.percent >= 0.3:
            return True
        small = self.largest is not None and self.middle <= 30 and self.largest <= 500
        return small and self.suffixed == 0 and self.fractions >= 0.3

    @property
    def is_mixed(self) -> bool:
        """Whether some cells have a % sign and others are bare numbers, which may be either."""
        return self.percent > 0 and self.bare > 0

    @property
    def is_percent(self) -> bool:
        """Whether numbers without a sign are percent: some are over 1, or most over 0.2."""
        return self.largest is not None and (self.largest > 1.5 or self.middle >= 0.2)


def look_at(cells: Sequence[str]) -> Content:
    """Look at a column's sample cells once; everything later is decided from the result."""
    filled = [text for cell in cells if not is_missing(text := cell.strip())]
    if not filled:
        return Content()
    decimal = decimal_mark(filled)
    bare = [text.rstrip("%％٪ ") for text in filled]
    values = [number(text, decimal) for text in bare]
    numbers = [value for value in values if isinstance(value, int | float)]
    if len(numbers) < len(filled) / 2:
        numbers = []
    named = [_currency_in(text) for text in filled if _has_number(text)]
    return Content(
        filled=len(filled),
        numeric=_share(values, lambda value: not isinstance(value, Problem)),
        percent=_share(filled, lambda text: text.endswith(PERCENT_SIGNS)),
        bare=_share(filled, lambda text: text[-1].isdecimal() and number(text, decimal) != 0),
        fractions=_share(values, lambda value: isinstance(value, float)),
        suffixed=_share(filled, _has_suffix),
        zeros=_share(values, lambda value: value == 0),
        handles=max(_share(filled, looks_like_handle), _share_in_brackets(filled)),
        links=_share(filled, lambda text: link_platform(text) is not None),
        distinct=len({text.casefold() for text in filled}) / len(filled),
        middle=median(numbers) if numbers else 0,
        largest=max(numbers, default=None),
        decimal=decimal,
        day_first=day_first(filled),
        either_date=either_date(filled),
        currency=_most(named, len(filled)),
        bare_amounts=named.count(None) / len(filled),
        sequence=_is_sequence(values),
    )


def share_of_links(cells: Sequence[str]) -> float:
    """Part of the filled cells that are links."""
    return _share(_filled(cells), lambda text: bool(_LINK.match(text) or link_platform(text)))


def share_of_profile_links(cells: Sequence[str]) -> float:
    """Part of the filled cells that link to a profile on a known platform."""
    return _share(_filled(cells), lambda text: link_platform(text) is not None)


def share_of_emails(cells: Sequence[str]) -> float:
    """Part of the filled cells that are e-mail addresses."""
    return _share(_filled(cells), lambda text: _EMAIL.fullmatch(text) is not None)


def share_of_countries(cells: Sequence[str]) -> float:
    """Part of the filled cells that start with a country."""
    return _share(_filled(cells), lambda text: country_code(first_place(text)) is not None)


def share_of_languages(cells: Sequence[str]) -> float:
    """Part of the filled cells that start with a language."""
    return _share(_filled(cells), lambda text: language_code(first_place(text)) is not None)


def share_of_platforms(cells: Sequence[str]) -> float:
    """Part of the filled cells that name a platform."""
    return _share(_filled(cells), lambda text: platform_named(text) is not None)


def share_of_booleans(cells: Sequence[str]) -> float:
    """Part of the filled cells that say yes or no."""
    return _share(_filled(cells), lambda text: isinstance(boolean(text), bool))


def share_of_dates(cells: Sequence[str]) -> float:
    """Part of the filled cells that are dates."""
    return _share(_filled(cells), lambda text: not isinstance(written_date(text), Problem))


def share_of_amounts(cells: Sequence[str]) -> float:
    """Part of the filled cells that are amounts, in whatever currency."""
    return _share(_filled(cells), lambda text: not isinstance(money(text, "USD"), Problem))


def share_of_currencies(cells: Sequence[str]) -> float:
    """Part of the filled cells that name a currency and nothing else."""
    return _share(_filled(cells), lambda text: currency_code(text) is not None)


def share_of_definitions(cells: Sequence[str]) -> float:
    """Part of the filled cells that say what rates were divided by."""
    return _share(_filled(cells), lambda text: definition_named(text) is not None)


def share_of_rates(cells: Sequence[str]) -> float:
    """Part of the filled cells that are numbers or percentages."""
    return _share(_filled(cells), lambda text: not isinstance(rate(text, percent=True), Problem))


def first_place(text: str) -> str:
    """The first country or language of a cell: "US" of "US (45%), UK 10%"."""
    return re.split(r"\s*[(:;|/\d\n]|,\s", text.strip(), maxsplit=1)[0].strip() or text


def _filled(cells: Sequence[str]) -> list[str]:
    return [text for cell in cells if not is_blank(text := cell.strip()) and not is_missing(text)]


def _share(items: Sequence[T], holds: Callable[[T], bool]) -> float:
    return sum(1 for item in items if holds(item)) / len(items) if items else 0.0


def _has_suffix(text: str) -> bool:
    """ "1.2M", "12 Tsd.", but no bare number."""
    return text[0].isdecimal() and text.rstrip(".+ ")[-1:].isalpha()


def _share_in_brackets(filled: Sequence[str]) -> float:
    """Part of the cells that are "Name (handle)", or a plain handle where most are so.

    What is in brackets tells people apart; "(US)" and "(official)" repeat.
    """
    inside = [found[1].casefold() for text in filled if (found := _IN_BRACKETS.fullmatch(text))]
    if len(inside) < len(filled) / 2 or len(set(inside)) < _SURE * len(inside):
        return 0.0
    plain = sum(looks_like_handle(text) for text in filled)
    return min(1.0, (len(inside) + plain) / len(filled))


def _has_number(text: str) -> bool:
    return len(text) <= 32 and any(character.isdecimal() for character in text)


def _currency_in(text: str) -> str | None:
    """The currency that a cell names."""
    codes = (currency_code(sign) for sign in _CURRENCY_SIGN.findall(text)[:2])
    return next(filter(None, codes), None)


def _most(named: Sequence[str | None], cells: int) -> str | None:
    """The currency of at least half of the cells, where no other one is as frequent."""
    ranked = Counter(code for code in named if code).most_common(2)
    if not ranked or ranked[0][1] < cells / 2 or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
        return None
    return ranked[0][0]


def _is_sequence(values: Sequence[object]) -> bool:
    """Whether whole numbers rise by one from row to row, a few gaps forgiven."""
    whole = [value for value in values if type(value) is int]
    if len(whole) < 2 or len(whole) < len(values) * 0.9:
        return False
    steps = [after - before for before, after in pairwise(whole)]
    return whole[0] in (0, 1) and steps.count(1) >= 0.8 * len(steps)
