"""Weekly schedules in every time zone: once a week, whatever the clocks do."""

import datetime as dt
import os
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.calendar import (
    Days,
    Schedule,
    due_instant,
    due_instants,
    local_instant,
    newest_due,
    next_due,
    next_nudge,
    period_of,
    week_before,
)

EVERYTHING = bool(os.environ.get("FULL_CALENDAR_TEST"))
TRICKY = (
    "Africa/Cairo", "Africa/Casablanca", "America/Asuncion", "America/Havana", "America/New_York",
    "America/Nuuk", "America/Sao_Paulo", "America/St_Johns", "Antarctica/Troll", "Asia/Beirut",
    "Asia/Gaza", "Asia/Kathmandu", "Asia/Tehran", "Australia/Lord_Howe", "Europe/Dublin",
    "Europe/London", "Pacific/Apia", "Pacific/Chatham", "Pacific/Kiritimati", "UTC",
)  # fmt: skip
ZONES = sorted(available_timezones()) if EVERYTHING else TRICKY
YEARS = range(2020, 2030)
WEEK = dt.timedelta(days=7)
zones = st.sampled_from(sorted(available_timezones()))
schedules = st.builds(
    Schedule,
    weekday=st.integers(0, 6),
    hour=st.integers(0, 23),
    minute=st.sampled_from([0, 1, 29, 30, 59]),
    timezone=zones,
)
instants = st.datetimes(
    dt.datetime(2005, 1, 1), dt.datetime(2035, 1, 1), timezones=st.just(dt.UTC)  # noqa: DTZ001
)  # fmt: skip


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def change_days(zone: ZoneInfo) -> list[dt.date]:
    """The local days of those years next to which the zone's clock changes."""
    first, last = dt.date(YEARS[0], 1, 1), dt.date(YEARS[-1], 12, 31)
    days = [first + dt.timedelta(days=number) for number in range((last - first).days)]
    offsets = [dt.datetime.combine(day, dt.time(), zone).utcoffset() for day in days]
    return [
        day for day, now, after in zip(days, offsets, offsets[1:], strict=False) if now != after
    ]


@pytest.mark.parametrize("name", ZONES)
def test_every_hour_of_the_week_fires_once_a_week_around_every_clock_change(name):
    """Around each change of ten years; with FULL_CALENDAR_TEST every zone and every week."""
    zone = ZoneInfo(name)
    changes = change_days(zone)
    for weekday in range(7):
        days = weekly_days(weekday, changes)
        for hour in range(24):
            fired = [local_instant(day, dt.time(hour), zone) for day in days]
            assert all(earlier < later for earlier, later in pairwise(fired))
            for day, instant in zip(days, fired, strict=True):
                check_local_time(day, hour, instant, zone)


def weekly_days(weekday: int, changes: list[dt.date]) -> list[dt.date]:
    first = dt.date(YEARS[0], 1, 1)
    first += dt.timedelta(days=(weekday - first.weekday()) % 7)
    every = [first + WEEK * number for number in range(52 * len(YEARS))]
    if EVERYTHING:
        return every
    near = {change + dt.timedelta(days=days) for change in changes for days in range(-1, 3)}
    return [day for day in every if day in near] or every[:3]


def check_local_time(day: dt.date, hour: int, instant: dt.datetime, zone: ZoneInfo) -> None:
    """The wall clock shows the hour; where it never does, it is the first moment after."""
    wall = dt.datetime.combine(day, dt.time(hour))
    shown = instant.astimezone(zone).replace(tzinfo=None)
    if shown == wall:
        earlier = (instant - dt.timedelta(hours=1)).astimezone(zone).replace(tzinfo=None)
        assert earlier != wall  # the first of two
    else:
        just_before = (instant - dt.timedelta(seconds=1)).astimezone(zone).replace(tzinfo=None)
        assert just_before < wall < shown


@pytest.mark.parametrize(
    ("day", "time", "zone", "expected"),
    [
        ("2026-03-29", "02:30", "Europe/Berlin", "2026-03-29 01:00"),
        ("2026-10-25", "02:30", "Europe/Berlin", "2026-10-25 00:30"),
        ("2026-10-04", "02:10", "Australia/Lord_Howe", "2026-10-03 15:30"),
        ("2026-04-24", "00:30", "Africa/Cairo", "2026-04-23 22:00"),
        ("2011-12-30", "09:00", "Pacific/Apia", "2011-12-30 10:00"),
        ("2026-11-23", "09:00", "Asia/Kathmandu", "2026-11-23 03:15"),
    ],
)
def test_skipped_and_repeated_times_have_one_instant(day, time, zone, expected):
    found = local_instant(dt.date.fromisoformat(day), dt.time.fromisoformat(time), ZoneInfo(zone))

    assert found == utc(expected)


@given(schedules, instants)
def test_the_period_of_an_instant_is_the_newest_that_is_due(schedule, instant):
    day = period_of(schedule, instant)

    assert due_instant(schedule, day) <= instant < due_instant(schedule, day + WEEK)
    assert next_due(schedule, instant) == due_instant(schedule, day + WEEK)


@given(schedules, instants, st.lists(st.integers(0, 40 * 24 * 60), max_size=15))
def test_a_clock_that_ticks_and_stops_posts_each_period_at_most_once(schedule, since, minutes):
    posted: list[dt.date] = []
    passed_over: list[dt.date] = []
    for minute in sorted(minutes):
        now = since + dt.timedelta(minutes=minute)
        due = newest_due(schedule, posted[-1] if posted else None, now, since)
        if due is not None:
            assert due.due_at <= now
            posted.append(due.period)
            passed_over.extend(due.missed)

    last = since + dt.timedelta(minutes=max(minutes, default=0))
    expected = [day for day, _ in due_instants(schedule, since, last)]
    assert posted == sorted(set(posted))
    assert sorted([*posted, *passed_over]) == expected


MONDAYS = Schedule(timezone="Europe/Berlin")


def test_after_downtime_only_the_newest_is_due_and_it_names_the_missed():
    due = newest_due(
        MONDAYS, dt.date(2026, 10, 26), utc("2026-11-18 12:00"), since=utc("2026-09-01 00:00")
    )

    assert due.period == dt.date(2026, 11, 16)
    assert due.due_at == utc("2026-11-16 08:00")
    assert due.missed == (dt.date(2026, 11, 2), dt.date(2026, 11, 9))
    assert due.week == Days(first=dt.date(2026, 11, 9), last=dt.date(2026, 11, 15))
    assert due.week_before == Days(first=dt.date(2026, 11, 2), last=dt.date(2026, 11, 8))


def test_nothing_is_due_before_its_minute_or_twice_or_for_before_the_schedule_was_confirmed():
    since = utc("2026-11-12 10:00")

    assert newest_due(MONDAYS, None, utc("2026-11-16 07:59"), since) is None
    assert newest_due(MONDAYS, None, utc("2026-11-16 08:00"), since).missed == ()
    assert newest_due(MONDAYS, dt.date(2026, 11, 16), utc("2026-11-17 08:00"), since) is None


def test_a_posting_day_must_be_the_schedules_weekday():
    with pytest.raises(ValueError, match="no Monday"):
        due_instant(MONDAYS, dt.date(2026, 11, 17))


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "europe/berlin "])
def test_an_unknown_time_zone_is_refused_with_a_sentence(name):
    with pytest.raises(ValidationError, match="is not a time zone"):
        Schedule(timezone=name)


@pytest.mark.parametrize("wrong", [{"weekday": 7}, {"hour": 24}, {"minute": 60}])
def test_impossible_times_are_refused(wrong):
    with pytest.raises(ValidationError):
        Schedule(**wrong)


def test_a_schedule_says_when_it_fires():
    assert MONDAYS.describe() == "Mondays at 09:00 (Europe/Berlin)"


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-11-16", "9–15 November 2026"),
        ("2026-11-03", "27 October – 2 November 2026"),
        ("2026-01-05", "29 December 2025 – 4 January 2026"),
    ],
)
def test_a_digests_week_is_the_seven_days_before_its_posting_day(day, said):
    week = week_before(dt.date.fromisoformat(day))

    assert week.describe() == said
    assert dt.date.fromisoformat(day) not in week
    assert (week.last - week.first).days == 6


@pytest.mark.parametrize(
    ("now", "last", "expected"),
    [
        ("2026-11-23 10:00", None, "2026-11-23 10:00"),
        ("2026-11-23 05:00", None, "2026-11-23 08:00"),
        ("2026-11-23 19:00", None, "2026-11-24 08:00"),
        ("2026-11-23 10:00", "2026-11-23", "2026-11-24 08:00"),
        ("2026-11-27 18:00", None, "2026-11-30 08:00"),
        ("2026-11-28 10:00", None, "2026-11-30 08:00"),
        ("2026-11-27 10:00", "2026-11-27", "2026-11-30 08:00"),
    ],
)
def test_nudges_come_once_a_working_day_in_working_hours(now, last, expected):
    nudged = dt.date.fromisoformat(last) if last else None

    assert next_nudge(utc(now), "Europe/Berlin", nudged) == utc(expected)


@given(instants, zones, st.integers(-5, 0))
def test_a_nudge_never_comes_on_a_weekend_at_night_or_twice_a_day(now, zone, days):
    local = ZoneInfo(zone)
    nudged = now.astimezone(local).date() + dt.timedelta(days=days)
    when = next_nudge(now, zone, nudged).astimezone(local)

    assert when >= now
    assert when.weekday() < 5
    assert 9 <= when.hour < 17
    assert when.date() > nudged
    assert next_nudge(when, zone, nudged) == when
