"""What planned posts are expected to bring: the rules, tried on all kinds of histories."""

import datetime as dt
import math
from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.agreement import Owed
from domain.creator import Figures, Money, Platform
from domain.engagement import ReachPool
from domain.findable import Pools
from domain.forecast import SCATTER, Forecast, Range, Track, forecast
from domain.forecast_outcomes import Learned, Outcome, learn
from domain.forecast_plan import Plan, plan_of, read_plan
from domain.log_normal import Level, Total, added, drawn_towards, heavier_tails, level_of, sum_of
from domain.look_up import PostSeen
from domain.quantiles import pool_quantiles

NOW = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
NOBODY = Learned()
ONE = Plan({Platform.TIKTOK: 1})
counts = st.integers(1, 10_000_000)
histories = st.lists(counts, min_size=5, max_size=40)


def posts(views: Sequence[int | None], likes: int | None = None) -> tuple[PostSeen, ...]:
    return tuple(
        PostSeen(
            url=f"https://example.com/{place}",
            published_at=NOW - dt.timedelta(days=4 + place),
            views=seen,
            likes=likes if likes is not None else None if seen is None else seen // 20 + 1,
            comments=1,
        )
        for place, seen in enumerate(views)
    )


def of_views(
    views: Sequence[int], plan: Plan = ONE, pools: Pools | None = None, **more: object
) -> Forecast:
    track = Track(Platform.TIKTOK, posts=posts(views), **more)  # type: ignore[arg-type]
    return forecast(plan, {Platform.TIKTOK: track}, pools or Pools(), NOBODY, None, NOW)


def similar(ratios: Sequence[float]) -> Pools:
    """Pools of TikTok accounts of 10k–50k with these views a follower."""
    pool = ReachPool(Platform.TIKTOK, pool_quantiles(ratios), len(ratios))
    return Pools(reach={(Platform.TIKTOK, "10k–50k"): pool})


def width(found: Range | None) -> float:
    assert found is not None
    return math.log(found.high / found.low)


@given(histories, st.integers(1, 30))
def test_an_interval_is_in_order_finite_and_never_below_nothing(
    views: list[int], count: int
) -> None:
    found = of_views(views, Plan({Platform.TIKTOK: count}))

    assert found.views is not None
    assert found.engagements is not None
    assert 0 <= found.views.low <= found.views.middle <= found.views.high < math.inf
    assert found.bases["views"].posts == min(len(views), 30)


@given(histories, st.integers(2, 1_000))
def test_an_account_so_many_times_as_large_is_expected_to_bring_so_many_times_as_much(
    views: list[int], times: int
) -> None:
    small, large = of_views(views).views, of_views([one * times for one in views]).views

    assert small is not None
    assert large is not None
    for name in ("low", "middle", "high"):
        assert getattr(large, name) == pytest.approx(getattr(small, name) * times, rel=1e-6)


@given(histories, st.integers(1, 60))
def test_one_post_more_never_lowers_any_end(views: list[int], count: int) -> None:
    fewer = of_views(views, Plan({Platform.TIKTOK: count})).views
    more = of_views(views, Plan({Platform.TIKTOK: count + 1})).views

    assert fewer is not None
    assert more is not None
    assert more.low > fewer.low
    assert more.middle > fewer.middle
    assert more.high > fewer.high


@given(st.integers(5, 14), st.floats(-3, 14))
def test_the_fewer_posts_tell_the_same_the_wider_is_the_interval(half: int, level: float) -> None:
    """Posts that scatter as posts usually do: then only their number differs."""
    few = [level + place * SCATTER for place in (-1, 1)] * (half // 2)
    many = few * 2
    ends = [sum_of(level_of(logs, SCATTER, 6), 1).deviation for logs in (few, many)]

    assert ends[0] > ends[1]


@given(st.floats(0, 3), st.floats(0.1, 3), st.integers(1, 30))
def test_less_freedom_and_more_doubt_widen_an_interval(
    doubt: float, scatter: float, count: int
) -> None:
    sure = sum_of(Level(5, doubt, scatter, 20), count)

    assert sum_of(Level(5, doubt, scatter, 5), count).deviation > sure.deviation
    assert sum_of(Level(5, doubt + 0.5, scatter, 20), count).deviation > sure.deviation
    assert heavier_tails(3) > heavier_tails(30) > 1


@given(histories, st.integers(1_000, 500_000))
def test_a_single_hit_moves_the_middle_little(views: list[int], hit: int) -> None:
    """A post that brings a thousand times as much moves it less than a mean would be moved."""
    base = sorted(views)[len(views) // 2]
    calm = [base] * 20
    before, after = of_views(calm).views, of_views([*calm[1:], base * hit]).views

    assert before is not None
    assert after is not None
    assert after.middle < before.middle * 1.6


@given(st.integers(5, 30), st.integers(50, 200_000))
def test_few_posts_are_drawn_towards_similar_accounts_and_many_less(count: int, views: int) -> None:
    pools = similar([0.2, 0.4, 0.5, 0.6, 1.2] * 10)
    usual = 20_000 * 0.5
    alone = of_views([views] * count).views
    drawn = of_views([views] * count, pools=pools, followers=20_000).views
    more = of_views([views] * 30, pools=pools, followers=20_000).views

    assert alone is not None
    assert drawn is not None
    assert more is not None
    low, high = sorted((alone.middle, usual))
    assert low * 0.999 <= drawn.middle <= high * 1.001
    assert abs(math.log(more.middle / views)) <= abs(math.log(drawn.middle / views)) + 1e-9


def test_four_posts_and_nobody_similar_are_too_little_history() -> None:
    found = of_views([900, 1_000, 1_100, 1_200])

    assert found.is_empty
    assert found.bases["views"].missing == "too little history"
    assert found.cost_per_engagement is None


def test_without_any_posts_similar_accounts_are_enough_and_are_named() -> None:
    found = of_views([], pools=similar([0.2, 0.5, 1.2] * 10), followers=20_000)

    assert found.views is not None
    assert found.views.low < 10_000 < found.views.high
    assert found.bases["views"].peers_said == "TikTok accounts of 10k–50k in your list"
    assert found.bases["engagements"].peers_said == "Industry averages 2025 (indicative)"


def test_a_stated_average_counts_like_five_posts_and_narrows_what_similar_accounts_say() -> None:
    pools = similar([0.1, 0.5, 2.5] * 10)
    without = of_views([], pools=pools, followers=20_000)
    figures = Figures(average_views=40_000)
    stated = of_views([], pools=pools, followers=20_000, figures=figures)

    assert stated.bases["views"].averaged
    assert width(stated.views) < width(without.views)
    assert stated.views is not None
    assert without.views is not None
    assert stated.views.middle > without.views.middle


def test_a_stated_average_of_views_is_what_a_published_rate_by_views_is_of() -> None:
    """No posts and nobody similar: views stay unknown, engagements have the publication."""
    figures = Figures(average_views=40_000, average_engagements=2_500)
    found = of_views([], followers=20_000, figures=figures)

    assert found.views is None
    assert found.engagements is not None
    assert found.engagements.low < 40_000 * 0.081 < found.engagements.high
    assert found.bases["engagements"].averaged


def test_likes_that_are_hidden_leave_engagements_unknown_and_views_known() -> None:
    track = Track(
        Platform.TWITCH,
        posts=tuple(one.model_copy(update={"likes": None}) for one in posts([1_000] * 9)),
    )
    found = forecast(
        Plan({Platform.TWITCH: 1}), {Platform.TWITCH: track}, Pools(), NOBODY, None, NOW
    )

    assert found.views is not None
    assert found.engagements is None
    assert found.bases["engagements"].missing == "too little history"


def test_posts_of_the_last_three_days_do_not_count_yet() -> None:
    fresh = tuple(
        one.model_copy(update={"published_at": NOW - dt.timedelta(days=2)})
        for one in posts([3] * 9)
    )
    track = Track(Platform.TIKTOK, posts=(*fresh, *posts([1_000] * 4)))

    assert forecast(ONE, {Platform.TIKTOK: track}, Pools(), NOBODY, None, NOW).views is None


def test_posts_on_two_platforms_add_up_and_one_without_an_account_is_named() -> None:
    plan = Plan({Platform.TIKTOK: 1, Platform.YOUTUBE: 1, Platform.TWITCH: 2})
    tracks = {
        where: Track(where, posts=posts([10_000] * 20))
        for where in (Platform.TIKTOK, Platform.YOUTUBE)
    }
    both = forecast(plan, tracks, Pools(), NOBODY, None, NOW)

    assert both.posts == 2
    assert both.left_out == ("2 on Twitch (no account known there)",)
    single = of_views([10_000] * 20).views
    assert both.views is not None
    assert single is not None
    assert 1.9 * single.middle < both.views.middle < 2.8 * single.middle


def test_an_account_that_nothing_is_known_of_leaves_the_sum_unknown_and_says_where() -> None:
    plan = Plan({Platform.TIKTOK: 1, Platform.TWITCH: 1})
    tracks = {
        Platform.TIKTOK: Track(Platform.TIKTOK, posts=posts([10_000] * 20)),
        Platform.TWITCH: Track(Platform.TWITCH),
    }
    found = forecast(plan, tracks, Pools(), NOBODY, None, NOW)

    assert found.views is None
    assert found.bases["views"].missing == "too little history on Twitch"


def test_costs_turn_the_interval_round() -> None:
    track = Track(Platform.TIKTOK, posts=posts([10_000] * 20))
    cost = Money(amount=Decimal(500), currency="EUR")
    found = forecast(ONE, {Platform.TIKTOK: track}, Pools(), NOBODY, cost, NOW)

    assert found.engagements is not None
    assert found.cost_per_engagement is not None
    assert found.cost_per_engagement.low == pytest.approx(500 / found.engagements.high)
    assert found.cost_per_engagement.high == pytest.approx(500 / found.engagements.low)
    assert found.cost_per_conversion is None
    assert found.bases["conversions"].missing == "too few results with conversions yet"


@given(st.integers(0, 40), st.floats(0.2, 4))
def test_outcomes_move_forecasts_the_more_there_are_and_never_beyond_what_was_seen(
    count: int, times: float
) -> None:
    outcomes = [Outcome({"views": 1_000.0}, views=round(1_000 * times))] * count
    fewer, more = learn(outcomes), learn([*outcomes, *outcomes[:1]])
    factor = fewer.ratio("views").factor
    seen = math.log(round(1_000 * times) / 1_000)

    assert abs(factor.middle) <= abs(seen) + 1e-9
    assert abs(more.ratio("views").factor.middle) >= abs(factor.middle) - 1e-9
    assert more.ratio("views").factor.doubt <= factor.doubt + 1e-9
    assert fewer.ratio("views").outcomes == (count if outcomes else 0)


def test_conversions_are_forecast_from_three_results_on_and_hold_nothing_at_all() -> None:
    track = Track(Platform.TIKTOK, posts=posts([10_000] * 20))
    brought = [Outcome(engagements=1_000, conversions=sold) for sold in (9, 10, 0)]
    two, three = learn(brought[:2]), learn(brought)

    assert two.conversion_rate is None
    found = forecast(ONE, {Platform.TIKTOK: track}, Pools(), three, None, NOW)
    assert found.conversions is not None
    assert found.conversions.low < found.conversions.middle < found.conversions.high
    assert found.bases["conversions"].outcomes == 3


@given(st.lists(st.tuples(st.floats(-2, 18), st.floats(0.01, 2)), min_size=2, max_size=5))
def test_a_sum_of_accounts_is_above_each_of_them_on_average(
    given_totals: list[tuple[float, float]],
) -> None:
    totals = [Total(*one) for one in given_totals]
    together = added(totals)
    mean = math.exp(together.middle + together.deviation**2 / 2)

    assert mean == pytest.approx(
        sum(math.exp(one.middle + one.deviation**2 / 2) for one in totals), rel=1e-6
    )
    assert together.deviation <= max(one.deviation for one in totals) + 1e-9


@given(st.floats(-5, 15), st.floats(0, 3), st.floats(-5, 15), st.floats(0.1, 2))
def test_what_is_drawn_towards_a_group_lies_between_both_and_is_surer(
    own: float, doubt: float, group: float, spread: float
) -> None:
    drawn = drawn_towards(Level(own, doubt, 1, 9), group, spread)

    assert min(own, group) - 1e-9 <= drawn.middle <= max(own, group) + 1e-9
    assert drawn.doubt <= doubt + 1e-9


def test_what_a_brief_plans_is_read_as_people_write_it() -> None:
    def read(text: str) -> Plan:
        return plan_of(read_plan(text), Platform.INSTAGRAM)

    assert read("2 Reels and 1 story") == Plan({Platform.INSTAGRAM: 2}, ("1 story",))
    assert read("one TikTok video, 3x posts").posts == {
        Platform.TIKTOK: 1,
        Platform.INSTAGRAM: 3,
    }
    assert read("Morning light, please").assumed
    assert plan_of([Owed(kind="story", amount=2)], Platform.TIKTOK).posts == {}


def test_nothing_but_stories_is_no_forecast_and_says_why() -> None:
    plan = plan_of([Owed(kind="stories", amount=2)], Platform.TIKTOK)
    track = Track(Platform.TIKTOK, posts=posts([10_000] * 20))
    found = forecast(plan, {Platform.TIKTOK: track}, Pools(), NOBODY, None, NOW)

    assert found.is_empty
    assert found.bases["views"].missing == "nothing is planned that I can forecast"
    assert found.left_out == ("2 stories",)
