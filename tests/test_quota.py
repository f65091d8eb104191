"""Daily budgets: a day is a day in California, daylight saving or not."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.quota import YOUTUBE_SEARCHES, YOUTUBE_UNITS

UTC = dt.UTC


@pytest.mark.parametrize(
    ("now", "day", "renewed"),
    [
        (dt.datetime(2026, 11, 23, 7, 59, tzinfo=UTC), dt.date(2026, 11, 22), (11, 23, 8)),
        (dt.datetime(2026, 11, 23, 8, 0, tzinfo=UTC), dt.date(2026, 11, 23), (11, 24, 8)),
        (dt.datetime(2026, 7, 1, 6, 59, tzinfo=UTC), dt.date(2026, 6, 30), (7, 1, 7)),
        (dt.datetime(2026, 10, 31, 20, 0, tzinfo=UTC), dt.date(2026, 10, 31), (11, 1, 7)),
        (dt.datetime(2026, 11, 1, 20, 0, tzinfo=UTC), dt.date(2026, 11, 1), (11, 2, 8)),
    ],
)
def test_the_day_ends_at_midnight_in_california(now, day, renewed) -> None:
    month, date, hour = renewed
    assert YOUTUBE_UNITS.day(now) == day
    assert YOUTUBE_UNITS.renewed_at(now) == dt.datetime(2026, month, date, hour, tzinfo=UTC)


@given(st.integers(1_577_836_800, 2_208_988_800))
def test_it_is_renewed_within_25_hours_and_the_next_day_begins_then(seconds: int) -> None:
    now = dt.datetime.fromtimestamp(seconds, UTC)
    renewed = YOUTUBE_SEARCHES.renewed_at(now)
    assert dt.timedelta() < renewed - now <= dt.timedelta(hours=25)
    assert YOUTUBE_SEARCHES.day(renewed) == YOUTUBE_SEARCHES.day(now) + dt.timedelta(days=1)
    just_before = renewed - dt.timedelta(seconds=1)
    assert YOUTUBE_SEARCHES.day(just_before) == YOUTUBE_SEARCHES.day(now)
