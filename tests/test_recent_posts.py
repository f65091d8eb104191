"""What recent posts say of an account: averages, a rate with its definition, a language."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.creator import Figures, RateDefinition
from domain.look_up import LookUpQuery, PostSeen
from domain.recent_posts import averages, most_used

count = st.none() | st.integers(0, 10**9)
posts = st.lists(
    st.builds(PostSeen, url=st.just("https://x.example/1"), likes=count, comments=count,
              shares=count, views=count),
    max_size=12,
)  # fmt: skip
definition = st.sampled_from([RateDefinition.FOLLOWERS, RateDefinition.VIEWS])


def seen(likes=None, comments=None, shares=None, views=None) -> PostSeen:
    return PostSeen(url="https://x.example/1", likes=likes, comments=comments, shares=shares,
                    views=views)  # fmt: skip


@given(posts, count, definition)
def test_averages_are_figures_and_unknown_is_never_nothing(some, followers, by) -> None:
    found = averages(some, followers, by)
    figures = Figures(**found)
    for name, of in (("average_likes", "likes"), ("average_views", "views")):
        known = [value for post in some if (value := getattr(post, of)) is not None]
        assert (getattr(figures, name) is None) == (not known)
        if known:
            assert min(known) <= getattr(figures, name) <= max(known) + 1e-6
    if figures.engagement_rate is None:
        assert figures.rate_definition is None
    else:
        assert figures.rate_definition is by
        assert figures.engagement_rate >= 0
        assert math.isfinite(figures.engagement_rate)


@given(posts, st.integers(1, 10**9), definition)
def test_a_post_of_which_likes_are_hidden_changes_no_rate(some, followers, by) -> None:
    more = [*some, seen(comments=5, views=10**6)]
    assert averages(some, followers, by).get("engagement_rate") == averages(
        more, followers, by).get("engagement_rate")  # fmt: skip


def test_a_rate_by_followers_is_the_mean_of_posts_and_one_by_views_the_ratio_of_sums() -> None:
    some = [seen(10, 0, 2, 100), seen(30, 8, None, 400)]
    assert averages(some, 1_000, RateDefinition.FOLLOWERS)["engagement_rate"] == 0.025
    assert averages(some, 1_000, RateDefinition.VIEWS)["engagement_rate"] == 0.1
    assert "engagement_rate" not in averages(some, 0, RateDefinition.FOLLOWERS)
    assert "engagement_rate" not in averages(some, None, RateDefinition.FOLLOWERS)
    assert averages([], 1_000, RateDefinition.FOLLOWERS) == {}


def test_nobody_can_know_a_rate_by_reach_from_outside() -> None:
    with pytest.raises(ValueError, match="no rate by reach"):
        averages([seen(1, 1)], 10, RateDefinition.REACH)


@pytest.mark.parametrize(
    ("languages", "most"),
    [
        (["de", "de-AT", "en"], "de"),
        (["de", "en"], None),
        (["pt_BR", None, "pt"], "pt"),
        (["de", None, None], None),
        (["tok", "x", ""], None),
        ([], None),
    ],
)
def test_the_language_of_most_posts_is_that_of_the_account(languages, most) -> None:
    assert most_used(languages) == most


@given(count, st.lists(st.tuples(count, count), max_size=3))
def test_a_size_is_wanted_when_one_range_holds_it(followers, ranges) -> None:
    wanted = LookUpQuery(words=("x",), followers=tuple(ranges)).wants(followers)
    if not ranges:
        assert wanted
    elif followers is None:
        assert not wanted
    else:
        assert wanted == any((a or 0) <= followers <= (b if b is not None else followers)
                             for a, b in ranges)  # fmt: skip
