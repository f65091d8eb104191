"""Whether dated figures of a file are totals to date or those of each day alone."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from domain.values import number
from domain.written_dates import written_date

PER_DAY, TO_DATE = "per_day", "to_date"
_ALWAYS_RISE = 0.98
"""Totals may fall now and then: platforms take likes of deleted accounts away."""

ONCE = "Each post is there once, so figures are taken as totals to date."
RISING = "Figures of the same post never fall from one date to the next, as totals do."
OF_PERIODS = "Each row has the first and last day of a period of its own, so periods are added up."
ONE_PERIOD = "All rows are of one period, so figures are taken as totals to its last day."
FALLING = "Figures of the same post rise and fall from one date to the next, as daily ones do."


def how_counted(rows: Sequence[tuple[str, str, bool | None, tuple[str, ...]]]) -> tuple[str, str]:
    """How figures count, and why in a sentence.

    Args:
        rows: whom each is about, its date as written, whether days come first, its counts.
    """
    by_subject: dict[str, dict[dt.date, tuple[str, ...]]] = defaultdict(dict)
    for about, written, day_first, counts in rows:
        day = written_date(written, day_first)
        if isinstance(day, dt.date):
            by_subject[about][day] = counts
    rises = falls = 0
    for dated in by_subject.values():
        for before, after in pairwise([dated[day] for day in sorted(dated)]):
            for earlier, later in zip(before, after, strict=True):
                first, second = number(earlier), number(later)
                if isinstance(first, int | float) and isinstance(second, int | float):
                    rises += second >= first
                    falls += second < first
    if rises + falls == 0:
        return TO_DATE, ONCE
    if rises >= _ALWAYS_RISE * (rises + falls):
        return TO_DATE, RISING
    return PER_DAY, FALLING


def how_periods_count(
    periods: Sequence[tuple[str, str]], day_first: bool | None
) -> tuple[bool, str]:
    """Whether rows of periods are to be added up, and why in a sentence.

    Args:
        periods: first and last day of each row, as written.
        day_first: whether days come first in dates.
    """
    starts = [written_date(first, day_first) for first, _ in periods]
    several = len({start for start in starts if isinstance(start, dt.date)}) > 1
    return (True, OF_PERIODS) if several else (False, ONE_PERIOD)
