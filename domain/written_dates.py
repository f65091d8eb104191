"""Dates as people write them, in cells and in the names of files."""

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from babel import Locale

from domain.text import fold
from domain.values import Problem, is_missing

Precision = Literal["day", "month", "year"]

NOT_A_DATE = Problem("is not a date")
FIRST_YEAR, LAST_YEAR = 1990, 2100
_LONGEST_DATE = 48
_MONTHS = 12
_EXCEL_EPOCH = dt.date(1899, 12, 30)
_LANGUAGES = ("en", "es", "pt", "fr", "de")

_YEAR_FIRST = re.compile(r"(\d{4})[-/._](\d{1,2})[-/._](\d{1,2})(?:\D.*)?", re.DOTALL)
_YEAR_LAST = re.compile(r"(\d{1,2})[-/._ ](\d{1,2})[-/._ ](\d{4}|\d{2})(?:[ ,T].*)?", re.DOTALL)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_YEAR_AND_MONTH = re.compile(r"(\d{4})[-/.](\d{1,2})|(\d{1,2})[-/.](\d{4})")
_WORDS = re.compile(r"\d+|[^\W\d_]+")
_OF = ("de", "del", "of", "do")
_ALSO_WORDS = ("set", "out", "ago", "mar")  # in a file's name: data_set_2022


@dataclass(frozen=True, slots=True)
class SuggestedDate:
    """A date that a file's name gives away, and how exactly.

    day: the first day that the words can mean, so that nothing seems newer than it is.
    words: the date as far as it is known, "December 2022".
    """

    day: dt.date
    precision: Precision
    words: str


@lru_cache(maxsize=4_096)
def written_date(text: str, day_first: bool | None = None) -> dt.date | Problem | None:
    """The date in a cell: "2022-12-31", "31.12.2022", "12/31/2022", "1 de dezembro de 2022".

    A month or year alone gives its first day. Also read: times after the date (left out),
    seconds or milliseconds since 1970, a spreadsheet's day numbers.

    Args:
        text: the cell.
        day_first: whether "03/04/2022" is in April; None takes it so where both are possible.
    """
    text = text.strip()
    if is_missing(text):
        return None
    if len(text) > _LONGEST_DATE:
        return NOT_A_DATE
    if text.isdecimal():
        return _from_digits(text) or NOT_A_DATE
    return _from_numbers(text, day_first) or _from_words(text) or NOT_A_DATE


def day_first(texts: list[str]) -> bool | None:
    """Whether a column writes the day before the month; None when its cells don't tell."""
    firsts, seconds = 0, 0
    for text in texts:
        found = _YEAR_LAST.fullmatch(text.strip()[:_LONGEST_DATE])
        if found:
            firsts, seconds = max(firsts, int(found[1])), max(seconds, int(found[2]))
    if (firsts > 12) == (seconds > 12):
        return None
    return firsts > 12


def either_date(texts: list[str]) -> str:
    """The first date of a column that can be read day first or month first, where no other cell
    tells which; "" where there is none."""
    if day_first(texts) is not None:
        return ""
    for text in texts:
        found = _YEAR_LAST.fullmatch(text.strip()[:_LONGEST_DATE])
        if found and found[1] != found[2] and max(int(found[1]), int(found[2])) <= _MONTHS:
            return text.strip()
    return ""


def written_day(text: str, by_day: bool) -> str:
    """A date in words as it is read day first or month first: "3 April 2026"."""
    day = written_date(text, by_day)
    return f"{day.day} {day:%B %Y}" if isinstance(day, dt.date) else text


def date_in_name(name: str) -> SuggestedDate | None:
    """The date in a file's name: "ig_dec2022.csv" gives 1 December 2022, "December 2022"."""
    stem = fold(name.rsplit("/", 1)[-1].rsplit(".", 1)[0])
    for pattern, order in _IN_NAMES:
        for found in pattern.finditer(stem):
            parts = {part: int(found[part]) for part in order}
            if (day := _day(parts["year"], parts.get("month", 1), parts.get("day", 1))) is not None:
                return _suggested(day, "day" if "day" in parts else "month")
    return _month_word_in(stem) or _year_in(stem)


_IN_NAMES = (
    (
        re.compile(r"(?<!\d)(?P<year>20\d\d)[-_. ]?(?P<month>\d\d)[-_. ]?(?P<day>\d\d)(?!\d)"),
        ("year", "month", "day"),
    ),
    (
        re.compile(r"(?<!\d)(?P<day>\d\d?)[-_. ](?P<month>\d\d?)[-_. ](?P<year>20\d\d)(?!\d)"),
        ("year", "month", "day"),
    ),
    (
        re.compile(r"(?<!\d)(?P<year>20\d\d)[-_. ]?(?P<month>0[1-9]|1[0-2])(?!\d)"),
        ("year", "month"),
    ),
    (
        re.compile(r"(?<!\d)(?P<month>0?[1-9]|1[0-2])[-_. ](?P<year>20\d\d)(?!\d)"),
        ("year", "month"),
    ),
)


def _suggested(day: dt.date, precision: Precision) -> SuggestedDate:
    shown = {"day": f"{day.day} {day:%B %Y}", "month": f"{day:%B %Y}", "year": f"{day:%Y}"}
    return SuggestedDate(day, precision, shown[precision])


def _month_word_in(stem: str) -> SuggestedDate | None:
    words = [word for word in _WORDS.findall(stem) if word not in _OF]
    for place, word in enumerate(words):
        month = _months().get(word)
        if month is None or word in _ALSO_WORDS:
            continue
        after = [int(text) for text in words[place + 1 : place + 3] if text.isdecimal()]
        before = [int(text) for text in words[max(0, place - 1) : place] if text.isdecimal()]
        year = next((n for n in after + before if 2000 <= n <= LAST_YEAR), None)
        if year is None:
            continue
        day = next((n for n in before + after[:1] if 1 <= n <= 31), None)
        exact = _day(year, month, day) if day else None
        if exact is not None:
            return _suggested(exact, "day")
        return _suggested(dt.date(year, month, 1), "month")
    return None


def _year_in(stem: str) -> SuggestedDate | None:
    found = re.search(r"(?<!\d)(20[0-4]\d)(?!\d)", stem)
    return _suggested(dt.date(int(found[1]), 1, 1), "year") if found else None


def _from_digits(text: str) -> dt.date | None:
    if found := _COMPACT.fullmatch(text):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if len(text) == 4:
        return _day(int(text), 1, 1)
    if len(text) == 5:
        day = _EXCEL_EPOCH + dt.timedelta(days=int(text))
        return day if FIRST_YEAR <= day.year <= LAST_YEAR else None
    if len(text) in (10, 13):
        seconds = int(text[:10])
        return dt.datetime.fromtimestamp(seconds, tz=dt.UTC).date() if seconds > 6e8 else None
    return None


def _from_numbers(text: str, day_first: bool | None) -> dt.date | None:
    if found := _YEAR_FIRST.fullmatch(text):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := _YEAR_LAST.fullmatch(text):
        first, second, year = (int(part) for part in found.groups())
        year += 2000 if year < 100 else 0
        by_day, by_month = _day(year, second, first), _day(year, first, second)
        return (by_month or by_day) if day_first is False else (by_day or by_month)
    if found := _YEAR_AND_MONTH.fullmatch(text):
        parts = (found[1], found[2]) if found[1] else (found[4], found[3])
        return _day(int(parts[0]), int(parts[1]), 1)
    return None


def _from_words(text: str) -> dt.date | None:
    words = _WORDS.findall(fold(text))
    month = next((_months()[word] for word in words if word in _months()), None)
    numbers = [int(word) for word in words if word.isdecimal()][:3]
    year = next((n for n in numbers if n >= FIRST_YEAR), None)
    if month is None or year is None:
        return None
    day = next((n for n in numbers if 1 <= n <= 31), 1)
    return _day(year, month, day)


def _day(year: int, month: int, day: int) -> dt.date | None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


@lru_cache(maxsize=1)
def _months() -> dict[str, int]:
    """Names of months, folded, long and short, in the languages that files come in."""
    months: dict[str, int] = {}
    for language in _LANGUAGES:
        names = Locale(language).months["format"]
        for width in ("wide", "abbreviated"):
            for month, name in names[width].items():
                months.setdefault(fold(name).rstrip("."), month)
    return months | {"sept": 9, "set": 9, "dez": 12, "ago": 8}
