"""The pace of edits: as many as Slack grants, in each workspace, and none forgotten."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from bot.pace import EDITS_A_MINUTE, Pace

BEGIN = dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


@given(st.lists(st.tuples(st.floats(0, 60), st.integers(1, 90)), min_size=1, max_size=5))
def test_whatever_comes_no_minute_has_more_than_a_burst_and_what_slack_grants(
    crowds: list[tuple[float, int]],
) -> None:
    """crowds: so many seconds after the last one so many edits come at once."""
    pace, now, sent = Pace(), BEGIN, []
    for gap, count in crowds:
        now += dt.timedelta(seconds=gap)
        sent += [now + pace.wait(1, now) for _ in range(count)]

    assert sent == sorted(sent), "turns come in the order in which they were taken"
    for place, first in enumerate(sent):
        within = [one for one in sent[place:] if one < first + MINUTE]
        assert len(within) <= 2 * EDITS_A_MINUTE


@given(st.integers(1, 400))
def test_a_burst_is_through_at_the_granted_rate_and_others_do_not_wait_for_it(count: int) -> None:
    pace = Pace()
    waits = [pace.wait(1, BEGIN) for _ in range(count)]

    assert waits[:EDITS_A_MINUTE] == [dt.timedelta()] * min(count, EDITS_A_MINUTE)
    late = max(0, count - EDITS_A_MINUTE)
    assert waits[-1] == late * MINUTE / EDITS_A_MINUTE
    assert pace.wait(2, BEGIN) == dt.timedelta()


def test_a_minute_later_as_many_may_come_at_once_again() -> None:
    pace = Pace()
    for _ in range(EDITS_A_MINUTE):
        assert not pace.wait(1, BEGIN)

    later = [pace.wait(1, BEGIN + MINUTE) for _ in range(EDITS_A_MINUTE + 1)]

    assert [bool(wait) for wait in later] == [False] * EDITS_A_MINUTE + [True]
