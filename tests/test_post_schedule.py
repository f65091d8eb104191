"""A post's figures are asked for often while it is young, then ever more seldom, then no more."""

import datetime as dt
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from domain.post_schedule import AFTER, FOLLOWED, MARKS, next_look, next_try

NOW = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
_instants = st.integers(-800, 400).map(lambda hours: NOW + dt.timedelta(hours=hours * 24.7))


def test_a_post_followed_from_its_first_minute_is_looked_at_at_each_mark():
    published, looks, now = NOW, [], NOW
    while (due := next_look(published, now)) is not None:
        looks.append(due - published)
        now = due

    assert tuple(looks[: len(MARKS)]) == MARKS
    assert all(later - before == AFTER for before, later in pairwise(looks[6:]))
    assert FOLLOWED <= looks[-1] < FOLLOWED + AFTER


@given(published=_instants, now=_instants, key=st.text(max_size=20))
def test_the_next_look_is_ahead_and_never_later_than_youtubes_terms_allow(published, now, key):
    due = next_look(published, now, key)

    if due is None:
        assert now - published >= FOLLOWED
    else:
        assert now < due <= now + AFTER


@given(published=_instants, now=_instants, key=st.text(max_size=20))
def test_spreading_moves_a_look_by_a_tenth_at_most(published, now, key):
    plain, spread = next_look(published, now), next_look(published, now, key)

    assert (plain is None) == (spread is None)
    if plain is not None:
        assert (plain - now) * 0.9 <= spread - now <= plain - now


@given(st.integers(1, 100_000), st.one_of(st.none(), _instants))
def test_a_platform_that_does_not_answer_is_asked_ever_more_seldom(failures, until):
    first, second = next_try(failures, NOW, until), next_try(failures + 1, NOW, until)

    assert NOW < first <= second
    assert until is None or first >= until
    assert second <= max(NOW + dt.timedelta(days=1), until or NOW)
