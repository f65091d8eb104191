"""How old the figures are."""

import datetime as dt

from domain.creator import ProfileSnapshot
from domain.part import BEST, Part, PartName
from domain.wording import counted

FRESHNESS_BANDS: tuple[tuple[int, int], ...] = (
    (30, BEST),
    (90, 8_000),
    (180, 6_000),
    (365, 4_000),
    (730, 2_000),
)
"""(oldest age in days, value), youngest first; older than all of them is 0. SQL uses the same."""
_DAYS_SAID_AS_DAYS = 60
_DAYS_IN_A_MONTH = 30.44
_DAYS_SAID_AS_MONTHS = 730


def freshness_value(as_of: dt.date | None, today: dt.date) -> int | None:
    """The part's value, 0 to 10,000, from the age in days; None when the date is unknown."""
    if as_of is None:
        return None
    age = (today - as_of).days
    return next((value for oldest, value in FRESHNESS_BANDS if age <= oldest), 0)


def age_words(as_of: dt.date, today: dt.date) -> str:
    """An age as people say it: "today", "12 days old", "4 months old", "3 years old"."""
    days = (today - as_of).days
    if days <= 0:
        return "from today"
    if days <= _DAYS_SAID_AS_DAYS:
        return f"{counted(days, 'day')} old"
    if days <= _DAYS_SAID_AS_MONTHS:
        return f"{counted(round(days / _DAYS_IN_A_MONTH), 'month')} old"
    return f"{counted(round(days / 365.25), 'year')} old"


def freshness_part(profile: ProfileSnapshot, weight: int, today: dt.date) -> Part:
    """The freshness part of a fit."""
    if profile.as_of is None:
        evidence = "Date of the figures unknown."
    else:
        evidence = f"Figures {age_words(profile.as_of, today)} ({profile.as_of.isoformat()})."
    return Part(
        name=PartName.FRESHNESS,
        value=freshness_value(profile.as_of, today),
        weight=weight,
        evidence=evidence,
        source=profile.source if profile.as_of else "",
    )
