"""Results as they are typed and as they add up: examples, and rules that always hold."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.creator import Money
from domain.goal import Goal, Metric
from domain.key_figures import key_figures
from domain.kpi import NO_COST
from domain.partnership import Costs
from domain.result_form import (
    FeedbackDraft,
    ResultDraft,
    fields_for,
    oddities,
    read_feedback,
    read_results,
)
from domain.results import Reading, Totals, combined, is_on_record, of_partnership, totals_on

TODAY = dt.date(2026, 11, 23)
MIDDAY = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)

totals = st.builds(
    Totals,
    views=st.none() | st.integers(0, 10**9),
    likes=st.none() | st.integers(0, 10**9),
    conversions=st.none() | st.integers(0, 10**6),
)
readings = st.lists(
    st.builds(
        Reading,
        as_of=st.dates(dt.date(2026, 1, 1), TODAY),
        recorded_at=st.just(MIDDAY),
        totals=totals,
    ),
    max_size=6,
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("12,300", 12_300), ("12.3k", 12_300), ("12.300", 12_300), ("1 234", 1_234), ("0", 0)],
)
def test_counts_are_read_as_people_write_them(typed: str, meant: int) -> None:
    draft = read_results({"likes": typed}, TODAY, None)

    assert draft == ResultDraft(as_of=TODAY, totals=Totals(likes=meant))


def test_revenue_keeps_its_currency_and_takes_the_one_of_the_costs_where_it_names_none() -> None:
    named = read_results({"revenue": "$1,200"}, TODAY, "EUR")
    bare = read_results({"revenue": "1200"}, TODAY, "EUR")

    assert isinstance(named, ResultDraft)
    assert isinstance(bare, ResultDraft)
    assert named.totals.revenue == Money(amount=Decimal(1200), currency="USD")
    assert bare.totals.revenue == Money(amount=Decimal(1200), currency="EUR")
    assert set(read_results({"revenue": "1200"}, TODAY, None)) == {"revenue"}


@given(st.dictionaries(st.sampled_from([*Metric, "revenue", "as_of"]), st.text(max_size=30)))
def test_whatever_is_typed_is_results_or_sentences_under_fields(typed: Any) -> None:
    found = read_results(typed, TODAY, "EUR")

    if isinstance(found, ResultDraft):
        assert found.as_of <= TODAY
        assert found.totals != Totals()
    else:
        assert found
        assert all(sentence.endswith((".", "”.")) for sentence in found.values())


@pytest.mark.parametrize("goal", [None, *Goal])
def test_every_figure_is_asked_for_once(goal: Goal | None) -> None:
    first, others = fields_for(goal)

    assert sorted([*first, *others]) == sorted([*Metric, "revenue"])


def test_the_goal_decides_what_is_asked_first() -> None:
    assert fields_for(Goal.AWARENESS)[0] == ("impressions", "views")
    assert fields_for(Goal.ENGAGEMENT)[0] == ("likes", "comments", "shares", "saves")
    assert fields_for(Goal.CONVERSIONS)[0] == ("conversions", "clicks", "revenue")


def test_feedback_is_a_rating_a_note_or_both() -> None:
    assert read_feedback("4", " nice  one ") == FeedbackDraft(rating=4, note="nice one")
    assert set(read_feedback("9", "")) == {"rating"}
    assert set(read_feedback("", "  ")) == {"note"}
    assert set(read_feedback("", "x" * 1_001)) == {"note"}


@given(totals, st.lists(totals, max_size=4))
def test_a_whole_is_at_least_what_was_said_of_it_and_what_its_posts_sum_to(
    whole: Totals, posts: Any
) -> None:
    found = combined(whole, posts)

    for metric in Metric:
        each = [total for post in posts if (total := post.of(metric)) is not None]
        stated = whole.of(metric)
        total = found.of(metric)
        assert (total is None) == (not each and stated is None)
        if total is not None:
            assert total in (sum(each), stated)
            assert total >= max(sum(each), stated or 0)


@given(readings, readings)
def test_a_partnership_is_the_sum_of_its_posts(first: list[Reading], second: list[Reading]) -> None:
    found = of_partnership({1: first, 2: second}, TODAY)

    ones, others = totals_on(first, TODAY), totals_on(second, TODAY)
    for metric in Metric:
        known = [total for one in (ones, others) if (total := one.of(metric)) is not None]
        assert found.of(metric) == (sum(known) if known else None)


@given(readings, totals)
def test_what_was_just_recorded_is_on_record(earlier: list[Reading], new: Totals) -> None:
    reading = Reading(as_of=TODAY, recorded_at=MIDDAY, totals=new)

    assert is_on_record([*earlier, reading], reading)


def test_going_back_to_an_earlier_figure_is_news() -> None:
    first, second = (
        Reading(as_of=TODAY, recorded_at=MIDDAY, totals=Totals(likes=likes)) for likes in (100, 120)
    )

    assert not is_on_record([first, second], first)
    assert is_on_record([first, second], second)


def test_revenue_of_two_currencies_is_never_added_up() -> None:
    euros = Totals(revenue=Money(amount=Decimal(10), currency="EUR"))
    dollars = Totals(revenue=Money(amount=Decimal(99), currency="USD"))

    assert combined(Totals(), [euros, euros]).revenue == Money(amount=Decimal(20), currency="EUR")
    assert combined(Totals(), [euros, dollars]).revenue == euros.revenue
    assert combined(dollars, [euros, euros]).revenue == dollars.revenue


def test_odd_figures_are_named() -> None:
    assert oddities(Totals(likes=5, views=4, clicks=1)) == ("More likes (5) than views (4)",)
    assert oddities(Totals(likes=4, views=4)) == ()


@given(totals, st.sampled_from([None, *Goal]))
def test_without_a_known_cost_every_key_figure_says_so(brought: Totals, goal: Goal | None) -> None:
    free = Costs(fee=Money(amount=Decimal(0), currency="EUR"))
    for costs in (Costs(), free):
        assert {one.kpi.describe() for one in key_figures(costs, brought, goal)} == {NO_COST}


def test_awareness_is_told_by_impressions_and_views_first() -> None:
    costs = Costs(fee=Money(amount=Decimal(500), currency="EUR"))
    brought = Totals(impressions=100_000, views=50_000)

    said = {one.name: one.kpi.describe() for one in key_figures(costs, brought, Goal.AWARENESS)}

    assert said == {
        "CPM": "€5",
        "CPV": "€0.010",
        "CPE": "engagements unknown",
        "CPA": "conversions unknown",
        "ROAS": "no revenue known",
    }
