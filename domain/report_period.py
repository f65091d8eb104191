"""Which time a report is of: "October 2026", "2026-10", "Q3", "last month", read from words."""

import calendar
import datetime as dt
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from domain.calendar import Days
from domain.text import fold

MONTHS_A_QUARTER = 3
MONTHS_A_YEAR = 12
_EARLIEST, _LATEST = 2000, 2100
_MONTHS = {
    name: number
    for number in range(1, MONTHS_A_YEAR + 1)
    for name in (calendar.month_name[number].lower(), calendar.month_abbr[number].lower())
} | {"sept": 9}
_JOINERS = frozenset({"for", "in", "of", "during", "over"})
_RELATIVE = {"this": 0, "last": -1, "previous": -1}
_YEAR_MONTH = re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})")
_MONTH_YEAR = re.compile(r"(?P<month>\d{1,2})[/.](?P<year>\d{4})")
_QUARTER = re.compile(r"(?:(?P<before>\d{4})[-/ ]?)?q(?P<quarter>[1-4])(?:[-/ ]?(?P<after>\d{4}))?")
_YEAR = re.compile(r"\d{4}")
MOST_WORDS = 3
"""A period is never said in more."""


class Asked(NamedTuple):
    """What was typed. rest: the words that are no period; period: None where none was named."""

    rest: str
    period: Days | None = None


def read(text: str, today: dt.date) -> Asked:
    """Tell the period at the end or the beginning of what was typed from the rest.

    Args:
        text: such as "Acme last month", "Q3", "October for Acme".
        today: the local day. A month or quarter without a year is the last one that has begun.
    """
    words = text.split()
    for count in range(min(MOST_WORDS, len(words)), 0, -1):
        for period, rest in (
            (_period(words[-count:], today), words[:-count]),
            (_period(words[:count], today), words[count:]),
        ):
            if period is not None:
                return Asked(" ".join(_without_joiners(rest)), period)
    return Asked(" ".join(words))


def named(period: Days) -> str:
    """ "October 2026", "Q3 2026", "2026"; other days as a run of days."""
    first, last = period.first, period.last
    if first.day == 1 and last == _month_end(last):
        months = 12 * (last.year - first.year) + last.month - first.month + 1
        if months == 1:
            return f"{first:%B %Y}"
        if months == MONTHS_A_QUARTER and first.month % MONTHS_A_QUARTER == 1:
            return f"Q{first.month // MONTHS_A_QUARTER + 1} {first.year}"
        if months == MONTHS_A_YEAR and first.month == 1:
            return str(first.year)
    return period.describe()


def written(period: Days | None) -> str:
    """As a button keeps it: "2026-10-01/2026-10-31", "" for none."""
    return f"{period.first}/{period.last}" if period else ""


def from_written(text: str) -> Days | None:
    """Undoes `written`.

    Raises:
        ValueError: it was not written so.
    """
    if not text:
        return None
    first, _, last = text.partition("/")
    return Days(first=dt.date.fromisoformat(first), last=dt.date.fromisoformat(last))


def month(year: int, number: int) -> Days:
    """A month; numbers below 1 and above 12 are of the years before and after."""
    year, index = divmod(12 * year + number - 1, 12)
    first = dt.date(year, index + 1, 1)
    return Days(first=first, last=_month_end(first))


def quarter(year: int, number: int) -> Days:
    """A quarter; numbers below 1 and above 4 are of the years before and after."""
    begins = MONTHS_A_QUARTER * (number - 1) + 1
    ends = begins + MONTHS_A_QUARTER - 1
    return Days(first=month(year, begins).first, last=month(year, ends).last)


def _period(words: Sequence[str], today: dt.date) -> Days | None:
    said = fold(" ".join(words)).strip(" ,.;:()")
    readers: tuple[Callable[[str, dt.date], Days | None], ...] = (
        _relative, _named_month, _numbered_month, _quarter, _year,
    )  # fmt: skip
    return next((found for reader in readers if (found := reader(said, today))), None)


def _relative(said: str, today: dt.date) -> Days | None:
    which, _, unit = said.rpartition(" ")
    if which not in {"", *_RELATIVE}:
        return None
    steps = _RELATIVE.get(which, 0)
    this_quarter = (today.month - 1) // MONTHS_A_QUARTER + 1
    if unit == "month":
        return month(today.year, today.month + steps)
    if unit == "quarter":
        return quarter(today.year, this_quarter + steps)
    return _whole_year(today.year + steps) if unit == "year" else None


def _named_month(said: str, today: dt.date) -> Days | None:
    name, _, year = said.partition(" ")
    number = _MONTHS.get(name.strip(",."))
    if number is None:
        return None
    if not year:
        return month(today.year - (number > today.month), number)
    return month(int(year), number) if _is_year(year) else None


def _numbered_month(said: str, _: dt.date) -> Days | None:
    match = _YEAR_MONTH.fullmatch(said) or _MONTH_YEAR.fullmatch(said)
    if match is None or not _is_year(match["year"]):
        return None
    number = int(match["month"])
    return month(int(match["year"]), number) if 1 <= number <= MONTHS_A_YEAR else None


def _quarter(said: str, today: dt.date) -> Days | None:
    match = _QUARTER.fullmatch(said)
    if match is None or (match["before"] and match["after"]):
        return None
    number, year = int(match["quarter"]), match["before"] or match["after"]
    if year:
        return quarter(int(year), number) if _is_year(year) else None
    this_quarter = (today.month - 1) // MONTHS_A_QUARTER + 1
    return quarter(today.year - (number > this_quarter), number)


def _year(said: str, _: dt.date) -> Days | None:
    return _whole_year(int(said)) if _is_year(said) else None


def _is_year(said: str) -> bool:
    return _YEAR.fullmatch(said) is not None and _EARLIEST <= int(said) <= _LATEST


def _whole_year(year: int) -> Days:
    return Days(first=dt.date(year, 1, 1), last=dt.date(year, 12, 31))


def _month_end(day: dt.date) -> dt.date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _without_joiners(words: Sequence[str]) -> list[str]:
    kept = list(words)
    while kept and kept[-1].lower() in _JOINERS:
        kept.pop()
    while kept and kept[0].lower() in _JOINERS:
        kept.pop(0)
    return [word.strip(",;:") for word in kept]
