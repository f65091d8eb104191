"""One reader per field: from the text of a cell to the value that a profile holds."""

import re
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

from domain.columns import definition_named, platform_named
from domain.content import first_place
from domain.creator import Platform, RateDefinition
from domain.exporting import as_meant
from domain.fields import COUNTS, NUMBERS, POST_COUNTS, RATIOS, SHARES, Field
from domain.places import country_code, language_code
from domain.values import (
    DecimalMark,
    Problem,
    boolean,
    count,
    is_blank,
    is_missing,
    number,
    rate,
    share,
)
from domain.written_dates import written_date
from domain.written_money import currency_code, money

Reader = Callable[[str], Any]
"""A cell's text to its value, None where nothing is known, or a `Problem`."""

NOT_A_COUNTRY = Problem("is no country that is known here")
NOT_A_LANGUAGE = Problem("is no language that is known here")
NOT_AN_ADDRESS = Problem("is not an e-mail address")
NOT_A_LINK = Problem("is not a link")
NOT_A_CURRENCY = Problem("is not a currency")
NOT_A_DEFINITION = Problem("is nothing that engagement rates are divided by")

_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[A-Za-z0-9\-]{2,}")
_LINK = re.compile(r"(?:https?://)?[\w\-]+(?:\.[\w\-]+)+(?:[/?#:]\S*)?", re.IGNORECASE)
_LOST_LETTERS = re.compile(r"[?\ufffd\s.]*")
_QUOTED = " \t'\"[]{}#"


def reader(
    field: Field,
    *,
    decimal: DecimalMark = "",
    scale: int = 1,
    percent: bool = False,
    currency: str | None = None,
    day_first: bool | None = None,
) -> Reader:
    """The reader of a column that feeds `field`; handles are read by `domain.account`.

    Args:
        field: what the column feeds.
        decimal: the column's decimal mark.
        scale: what bare counts are multiplied by.
        percent: whether bare rates are percent.
        currency: of bare amounts.
        day_first: how dates such as 03/04/2022 are read.
    """
    if field in POST_COUNTS:
        return partial(count, decimal=decimal, scale=scale)
    if field in NUMBERS:
        return partial(count if field in COUNTS else number, decimal=decimal, scale=scale)
    if field in RATIOS:
        return partial(share if field in SHARES else rate, decimal=decimal, percent=percent)
    if field is Field.FEE:
        return partial(money, currency=currency)
    if field in (Field.AS_OF, Field.POSTED_ON):
        return partial(written_date, day_first=day_first)
    return _READERS.get(field, text)


def text(cell: str) -> str | None:
    """Any text, trimmed; None when the cell is blank."""
    trimmed = as_meant(cell.strip())
    return None if is_blank(trimmed) else trimmed


def name(cell: str) -> str | None:
    """A display name; None also where an encoding left only question marks of it."""
    trimmed = as_meant(" ".join(cell.split()))
    lost = "?" in trimmed or "\ufffd" in trimmed
    return None if is_blank(trimmed) or (lost and _LOST_LETTERS.fullmatch(trimmed)) else trimmed


@lru_cache(maxsize=4_096)
def words(cell: str) -> tuple[str, ...]:
    """Categories or tags: "Beauty, Travel", "Beauty|Travel", "['Beauty']"; links are left out."""
    if is_blank(cell):
        return ()
    parts = (part.strip(_QUOTED) for part in re.split(r"[;|,\n]", cell))
    return tuple(
        dict.fromkeys(part for part in parts if not is_missing(part) and "://" not in part)
    )


@lru_cache(maxsize=4_096)
def country(cell: str) -> str | Problem | None:
    """ISO 3166-1 code of the (first) country in a cell."""
    if is_missing(cell):
        return None
    return country_code(cell) or country_code(first_place(cell)) or NOT_A_COUNTRY


@lru_cache(maxsize=4_096)
def language(cell: str) -> str | Problem | None:
    """ISO 639-1 code of the (first) language in a cell."""
    if is_missing(cell):
        return None
    return language_code(cell) or language_code(first_place(cell)) or NOT_A_LANGUAGE


def email(cell: str) -> str | Problem | None:
    """An e-mail address, the first where a cell holds several."""
    if is_missing(cell):
        return None
    found = _EMAIL.search(cell)
    return found[0] if found else NOT_AN_ADDRESS


def link(cell: str) -> str | Problem | None:
    """A link, completed with "https://" where that is missing."""
    trimmed = cell.strip()
    if is_blank(trimmed):
        return None
    if not _LINK.fullmatch(trimmed):
        return NOT_A_LINK
    return trimmed if "://" in trimmed else f"https://{trimmed}"


@lru_cache(maxsize=256)
def platform(cell: str) -> Platform | None:
    """The platform that a cell names; `OTHER` for one that has no name here."""
    if is_missing(cell):
        return None
    return platform_named(cell) or Platform.OTHER


@lru_cache(maxsize=256)
def currency(cell: str) -> str | Problem | None:
    """ISO 4217 code of a currency."""
    if is_missing(cell):
        return None
    return currency_code(cell) or NOT_A_CURRENCY


@lru_cache(maxsize=256)
def definition(cell: str) -> RateDefinition | Problem | None:
    """What the engagement rate of the row was divided by."""
    if is_missing(cell):
        return None
    return definition_named(cell) or NOT_A_DEFINITION


_READERS: dict[Field, Reader] = {
    Field.DISPLAY_NAME: name,
    Field.FIRST_NAME: name,
    Field.LAST_NAME: name,
    Field.CATEGORIES: words,
    Field.TAGS: words,
    Field.COUNTRY: country,
    Field.AUDIENCE_COUNTRY: country,
    Field.LANGUAGE: language,
    Field.AUDIENCE_LANGUAGE: language,
    Field.VERIFIED: boolean,
    Field.EMAIL: email,
    Field.URL: link,
    Field.POST_LINK: link,
    Field.PLATFORM: platform,
    Field.CURRENCY: currency,
    Field.RATE_DEFINITION: definition,
}
