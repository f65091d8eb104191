"""When somebody is told what waits for them: at most once a working day, and less if they wish."""

import datetime as dt
from enum import IntEnum
from zoneinfo import ZoneInfo

from domain.calendar import is_timezone, next_nudge


class Frequency(IntEnum):
    """At most one private message in so many days; never for `OFF`."""

    DAILY = 1
    WEEKLY = 7
    OFF = 0


def nudge_is_due(
    now: dt.datetime,
    timezone: str,
    last_nudged: dt.date | None,
    every_days: int,
    snoozed_until: dt.datetime | None,
) -> bool:
    """Whether a person may be sent their gathered nudges now.

    Args:
        now: an aware instant.
        timezone: the person's.
        last_nudged: the person's local day of the last message.
        every_days: the days that must lie between two messages; 0 is never.
        snoozed_until: the person asked to be left alone until then.
    """
    if every_days <= 0 or (snoozed_until is not None and now < snoozed_until):
        return False
    if last_nudged is not None:
        earliest = last_nudged + dt.timedelta(days=every_days)
        if local_day(now, timezone) < earliest:
            return False
    return next_nudge(now, timezone, last_nudged) <= now


def later(now: dt.datetime, timezone: str) -> dt.datetime:
    """What "later" means: the next working day at nine, where the person is; in UTC."""
    return next_nudge(now, timezone, local_day(now, timezone))


def waits_since_yesterday(since: dt.datetime, now: dt.datetime, timezone: str) -> bool:
    """Whether something has waited since an earlier day, where the person is.

    Who is asked for a vote is mentioned when the shortlist is posted: no second word that day.
    """
    return local_day(since, timezone) < local_day(now, timezone)


def fewer(every_days: int) -> Frequency:
    """What "fewer" makes of a frequency: daily becomes weekly, weekly becomes none."""
    return Frequency.WEEKLY if every_days == Frequency.DAILY else Frequency.OFF


def local_day(now: dt.datetime, timezone: str) -> dt.date:
    """The date where the person is; UTC where the time zone is unknown to us."""
    zone = ZoneInfo(timezone) if is_timezone(timezone) else ZoneInfo("UTC")
    return now.astimezone(zone).date()
