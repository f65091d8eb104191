"""A figure that falls is told, and by which day."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from domain.corrections import fell_on
from domain.results import Reading, Totals

DAY = dt.date(2026, 11, 1)


def series(*likes: int | None) -> list[Reading]:
    at = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    return [
        Reading(
            as_of=DAY + dt.timedelta(days=number),
            recorded_at=at + dt.timedelta(days=number),
            totals=Totals(likes=count, views=5),
        )
        for number, count in enumerate(likes)
    ]


def test_the_last_fall_counts_and_unknown_is_none():
    assert fell_on(series(5, 4, None, 6, 5, 9)) == DAY + dt.timedelta(days=4)
    assert fell_on(series(5, None, 5)) is None


@given(st.lists(st.one_of(st.none(), st.integers(0, 50)), max_size=8), st.randoms())
def test_only_a_series_that_never_falls_has_no_day(likes, random):
    readings = series(*likes)
    random.shuffle(readings)
    known = [count for count in likes if count is not None]

    assert (fell_on(readings) is None) == (known == sorted(known))
