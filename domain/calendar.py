"""Weekly schedules, digest weeks and working days, across daylight-saving changes.

A schedule fires once for each local week, at its weekday and time in its own time zone.
A local time that a clock change skips moves to the next instant that exists; one that
comes twice takes the first.
"""

import datetime as dt
from collections.abc import Iterator
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, ConfigDict, Field, field_validator

DAYS_IN_A_WEEK = 7
WORKING_DAYS = frozenset(range(5))
WORK_BEGINS, WORK_ENDS = 9, 17
"""Hours, local time, between which a private nudge may come in."""
_SECOND = dt.timedelta(seconds=1)
WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Schedule(BaseModel):
    """A weekly time. weekday: 0 is Monday; timezone: an IANA name such as Europe/Berlin."""

    model_config = ConfigDict(frozen=True)

    weekday: int = Field(default=0, ge=0, le=6)
    hour: int = Field(default=9, ge=0, le=23)
    minute: int = Field(default=0, ge=0, le=59)
    timezone: str = "UTC"

    @field_validator("timezone")
    @classmethod
    def _must_exist(cls, name: str) -> str:
        if not is_timezone(name):
            raise ValueError(f"“{name[:40]}” is not a time zone; for example Europe/London is one.")
        return name

    @property
    def zone(self) -> ZoneInfo:
        """The time zone's rules."""
        return ZoneInfo(self.timezone)

    def describe(self) -> str:
        """ "Mondays at 09:00 (Europe/Berlin)"."""
        day = WEEKDAY_NAMES[self.weekday]
        return f"{day}s at {self.hour:02}:{self.minute:02} ({self.timezone})"


class Days(BaseModel):
    """A run of local days, both ends included."""

    model_config = ConfigDict(frozen=True)

    first: dt.date
    last: dt.date

    def __contains__(self, day: dt.date) -> bool:
        return self.first <= day <= self.last

    def describe(self) -> str:
        """ "2–8 November 2026", "27 October – 2 November 2026"."""
        first, last = self.first, self.last
        end = f"{last.day} {last:%B %Y}"
        if first == last:
            return end
        if (first.year, first.month) == (last.year, last.month):
            return f"{first.day}–{end}"
        year = f" {first.year}" if first.year != last.year else ""
        return f"{first.day} {first:%B}{year} – {end}"


class DueDigest(BaseModel):
    """A digest that is due. period: its posting day, the key that makes it unique.

    due_at: in UTC. week: the seven local days before the posting day; week_before: the
    seven before those. missed: earlier posting days that no digest will be posted for.
    """

    model_config = ConfigDict(frozen=True)

    period: dt.date
    due_at: dt.datetime
    week: Days
    week_before: Days
    missed: tuple[dt.date, ...] = ()


@cache
def _timezones() -> frozenset[str]:
    return frozenset(available_timezones())


def is_timezone(name: str) -> bool:
    """Whether this is the name of an IANA time zone, as Slack gives them."""
    return name in _timezones()


def local_instant(day: dt.date, time: dt.time, zone: ZoneInfo) -> dt.datetime:
    """The instant, in UTC, of a local day and time.

    A time that comes twice gives the first; one that is skipped gives the first instant
    after the gap (02:30 becomes 03:00, a day that a zone left out becomes the next day).
    """
    wall = dt.datetime.combine(day, time, zone).replace(fold=0)
    instant = wall.astimezone(dt.UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return instant
    return _end_of_gap(wall.replace(fold=1).astimezone(dt.UTC), instant, zone)


def due_instant(schedule: Schedule, posting_day: dt.date) -> dt.datetime:
    """When the digest of that posting day is due, in UTC.

    Raises:
        ValueError: the day is not one of the schedule's weekday.
    """
    if posting_day.weekday() != schedule.weekday:
        raise ValueError(f"{posting_day} is no {WEEKDAY_NAMES[schedule.weekday]}")
    return local_instant(posting_day, dt.time(schedule.hour, schedule.minute), schedule.zone)


def period_of(schedule: Schedule, instant: dt.datetime) -> dt.date:
    """The posting day whose digest is the newest due at that instant."""
    nearby = instant.astimezone(schedule.zone).date() + dt.timedelta(days=2)
    day = nearby - dt.timedelta(days=(nearby.weekday() - schedule.weekday) % DAYS_IN_A_WEEK)
    while due_instant(schedule, day) > instant:
        day -= dt.timedelta(days=DAYS_IN_A_WEEK)
    return day


def due_instants(
    schedule: Schedule, after: dt.datetime, until: dt.datetime
) -> Iterator[tuple[dt.date, dt.datetime]]:
    """Every (posting day, instant in UTC) with after < instant ≤ until, oldest first."""
    day = period_of(schedule, after) + dt.timedelta(days=DAYS_IN_A_WEEK)
    while (instant := due_instant(schedule, day)) <= until:
        yield day, instant
        day += dt.timedelta(days=DAYS_IN_A_WEEK)


def next_due(schedule: Schedule, now: dt.datetime) -> dt.datetime:
    """The first instant after now at which the schedule fires, in UTC."""
    return due_instant(schedule, period_of(schedule, now) + dt.timedelta(days=DAYS_IN_A_WEEK))


def newest_due(
    schedule: Schedule, last_period: dt.date | None, now: dt.datetime, since: dt.datetime
) -> DueDigest | None:
    """The one digest that is due now, or None.

    Args:
        schedule: when it fires.
        last_period: posting day of the last digest, None when there was none.
        now: an aware instant.
        since: when the schedule was confirmed or last changed; what would have been due
            at or before that instant is not.

    After downtime only the newest is due, and names the posting days it passes over.
    """
    period = period_of(schedule, now)
    due_at = due_instant(schedule, period)
    if due_at <= since or (last_period is not None and period <= last_period):
        return None
    missed = [
        day
        for day, _ in due_instants(schedule, since, due_at - _SECOND)
        if last_period is None or day > last_period
    ]
    return DueDigest(
        period=period,
        due_at=due_at,
        week=week_before(period),
        week_before=week_before(period - dt.timedelta(days=DAYS_IN_A_WEEK)),
        missed=tuple(missed),
    )


def week_before(day: dt.date) -> Days:
    """The seven days that end the day before."""
    return Days(first=day - dt.timedelta(days=DAYS_IN_A_WEEK), last=day - dt.timedelta(days=1))


def next_nudge(now: dt.datetime, timezone: str, last_nudged: dt.date | None) -> dt.datetime:
    """When a person may next be nudged, in UTC: at most once a working day, 09:00–17:00.

    Args:
        now: an aware instant.
        timezone: the person's, an IANA name; UTC where it is unknown to us.
        last_nudged: the person's local day of the last nudge.
    """
    zone = ZoneInfo(timezone) if is_timezone(timezone) else ZoneInfo("UTC")
    local = now.astimezone(zone)
    today = local.date()
    free = today.weekday() in WORKING_DAYS and (last_nudged is None or last_nudged < today)
    if free and WORK_BEGINS <= local.hour < WORK_ENDS:
        return now.astimezone(dt.UTC)
    begins = dt.time(WORK_BEGINS)
    if free and local.hour < WORK_BEGINS:
        return local_instant(today, begins, zone)
    day = max(today, last_nudged or today)
    return local_instant(next_working_day(day), begins, zone)


def next_working_day(day: dt.date) -> dt.date:
    """The first day after this one from Monday to Friday."""
    day += dt.timedelta(days=1)
    while day.weekday() not in WORKING_DAYS:
        day += dt.timedelta(days=1)
    return day


def _end_of_gap(before: dt.datetime, after: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """The first instant with the later offset; `before` has the earlier one, both in UTC."""
    late = after.astimezone(zone).utcoffset()
    while after - before > _SECOND:
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == late:
            after = middle
        else:
            before = middle
    return after
