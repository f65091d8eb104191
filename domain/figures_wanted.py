"""Which posts somebody is asked for figures of: those that no platform tells, while they grow."""

import datetime as dt

from domain.goal import Goal, Metric

SETTLES = dt.timedelta(days=2)
"""Figures of a post are first asked for when it is so old."""
ASKED_FOR = dt.timedelta(days=60)
"""A post older than this is asked for only where nothing is known of it."""
NEVER = dt.timedelta(days=120)
"""A post older than this is not asked for at all."""
OUTDATED = dt.timedelta(days=7)
_ASKED = (Metric.VIEWS, Metric.LIKES, Metric.COMMENTS, Metric.SHARES, Metric.SAVES)
_FOR_SALES = (Metric.VIEWS, Metric.LIKES, Metric.COMMENTS, Metric.CLICKS, Metric.CONVERSIONS)


def are_wanted(posted_on: dt.date, newest: dt.date | None, today: dt.date) -> bool:
    """Whether figures of a post are to be asked for.

    Args:
        posted_on: when it went live, or was logged where that is unknown.
        newest: day of the newest figures that are on the record, None = there are none.
        today: the local day of who is asked.
    """
    age = today - posted_on
    if not SETTLES <= age <= NEVER:
        return False
    if newest is None:
        return True
    return age <= ASKED_FOR and today - newest >= OUTDATED


def week_of(day: dt.date) -> str:
    """The Monday of a day's week: people are asked once in each."""
    return (day - dt.timedelta(days=day.weekday())).isoformat()


def metrics_asked(goal: Goal | None) -> tuple[Metric, ...]:
    """The figures that are asked for, as few as tell something."""
    return _FOR_SALES if goal == Goal.CONVERSIONS else _ASKED
