"""What is known of a profile now, and of which date each of it is."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from domain.creator import Figures, Platform, ProfileSnapshot, RateDefinition
from domain.known import FigureGroup, Origin, known_now, of_groups, origins

OLD, NEW = dt.date(2022, 12, 1), dt.date(2026, 11, 2)


def said(as_of: dt.date | None, source: str = "a file", **figures) -> ProfileSnapshot:
    return ProfileSnapshot(
        platform=Platform.INSTAGRAM,
        handle="anna",
        figures=Figures(**figures),
        as_of=as_of,
        source=source,
    )


maybe_rate = st.none() | st.floats(0, 1)
maybe_count = st.none() | st.integers(0, 10**9)
histories = st.lists(
    st.builds(
        said,
        st.none() | st.dates(dt.date(2020, 1, 1), dt.date(2026, 11, 23)),
        st.sampled_from(["spring.csv", "autumn.csv"]),
        engagement_rate=maybe_rate,
        followers=maybe_count,
        average_likes=st.none() | st.floats(0, 1e6),
    ),
    min_size=1,
    max_size=6,
)


def test_newer_followers_give_an_old_rate_no_new_date():
    history = [
        said(OLD, "old", engagement_rate=0.04, rate_definition=RateDefinition.REACH),
        said(NEW, "new", followers=12_000),
    ]
    known = known_now(history)

    assert (known.figures.engagement_rate, known.figures.followers) == (0.04, 12_000)
    assert (known.as_of, known.source) == (OLD, "old")
    assert of_groups(origins(history)) == {
        FigureGroup.RATE: Origin(OLD, "old"),
        FigureGroup.FOLLOWERS: Origin(NEW, "new"),
    }


def test_without_a_rate_the_date_is_that_of_the_followers():
    known = known_now([said(OLD, followers=9_000), said(NEW, average_likes=3.0)])

    assert known.as_of == OLD


def test_a_rate_without_a_date_makes_the_date_unknown():
    known = known_now([said(NEW, followers=12_000), said(None, engagement_rate=0.04)])

    assert known.as_of is None


def test_a_group_has_the_date_of_its_oldest_figure():
    history = [said(OLD, "old", average_likes=9.0), said(NEW, "new", average_views=90.0)]

    assert of_groups(origins(history))[FigureGroup.AVERAGES] == Origin(OLD, "old")


@given(histories)
def test_nothing_is_ever_fresher_than_the_rate_it_shows(history):
    known, where = known_now(history), origins(history)
    rate = known.figures.engagement_rate

    if rate is not None:
        dates = {
            one.as_of
            for one in history
            if one.figures.engagement_rate == rate and one.source == known.source
        }
        assert known.as_of in dates
        assert known.as_of == where["engagement_rate"].as_of


@given(histories)
def test_every_fact_was_said_on_its_date_by_its_source(history):
    known = known_now(history)

    for name, origin in origins(history).items():
        if name != "rate_definition":
            value = getattr(known.figures, name)
            assert any(
                (one.as_of, one.source) == (origin.as_of, origin.source)
                and getattr(one.figures, name) == value
                for one in history
            )
