"""What a digest says, by rule: sums, first figures, corrections, quiet weeks, who may read what."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import WEEKDAY_NAMES, week_before
from domain.creator import Money, Platform, RateDefinition
from domain.digest import FIRST_WEEK, Digest, compose, covers
from domain.digest_facts import (
    Amount,
    Decision,
    Facts,
    Move,
    OwnMedian,
    PostRecord,
    Tracked,
    Voice,
    of_week,
)
from domain.digest_figures import FIRST_FIGURES_NOTE, NOTHING_NEW, short
from domain.digest_form import DigestForm, DigestTerms, find_timezone, read_form
from domain.disclosure_count import DisclosureCount
from domain.goal import Goal
from domain.partnership import Stage
from domain.results import Reading, Totals
from domain.wording import named

DAY = dt.date(2026, 11, 23)
WEEK = week_before(DAY)
BEFORE = week_before(WEEK.first)


def reading(ago: int, **totals: Any) -> Reading:
    """Totals as they stood so many days before the posting day."""
    day = DAY - dt.timedelta(days=ago)
    at = dt.datetime.combine(day, dt.time(12), dt.UTC)
    return Reading(as_of=day, recorded_at=at, totals=Totals(**totals))


def tracked(name: str = "@anna", number: int = 1, **fields: Any) -> Tracked:
    return Tracked(**{"id": number, "name": name, "stage": Stage.LIVE, **fields})


def facts(*partnerships: Tracked, **fields: Any) -> Facts:
    return Facts(
        **{"today": DAY, "week": WEEK, "week_before": BEFORE, "tracked": partnerships, **fields}
    )


def said(digest: Digest) -> str:
    """All that a digest says."""
    return digest.model_dump_json()


def row(digest: Digest, name: str) -> tuple[str, str, str]:
    found = next(one for one in digest.figures if one.name == name)
    return found.this_week, found.week_before, found.change


@given(
    st.lists(
        st.tuples(st.integers(0, 70), st.integers(0, 10**6)), min_size=1, max_size=8,
        unique_by=lambda pair: pair[0],
    )
)  # fmt: skip
def test_weeks_add_up_to_the_total(readings: list[tuple[int, int]]) -> None:
    one = tracked(posts=(PostRecord(readings=tuple(reading(ago, likes=n) for ago, n in readings)),))
    weeks, day = [], DAY + dt.timedelta(days=7)
    for _ in range(13):
        weeks.append(of_week([one], week_before(day)))
        day -= dt.timedelta(days=7)
    newest = min(readings)[1]
    assert newest == sum(week.engagements.total or 0 for week in weeks)


@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(0, 1_000)), max_size=4),
    st.lists(st.tuples(st.integers(0, 20), st.integers(0, 1_000)), max_size=4),
)
def test_figures_of_all_posts_together_are_never_counted_beside_those_of_single_posts(
    of_post: list[tuple[int, int]], of_whole: list[tuple[int, int]]
) -> None:
    one = tracked(
        posts=(PostRecord(readings=tuple(reading(ago, clicks=n) for ago, n in of_post)),),
        whole=tuple(reading(ago, clicks=n) for ago, n in of_whole),
    )
    week_sums = [of_week([one], days).clicks for days in four_weeks()]
    total = sum(week.total or 0 for week in week_sums)
    newest = [
        min(reversed(list(enumerate(given))), key=lambda pair: (pair[1][0], -pair[0]))[1][1]
        for given in (of_post, of_whole)
        if given
    ]
    assert total == max(newest, default=0)


def four_weeks() -> list[Any]:
    weeks = [week_before(DAY + dt.timedelta(days=7))]
    while len(weeks) < 4:
        weeks.append(week_before(weeks[-1].first))
    return weeks


def test_a_new_posts_first_reading_is_what_the_week_brought() -> None:
    post = PostRecord(posted_on=WEEK.first, readings=(reading(2, views=900, likes=30),))
    week = of_week([tracked(posts=(post,))], WEEK)
    assert week.reach == Amount(measured=900)
    assert week.published == 1


def test_a_first_figure_is_named_and_left_out_of_the_change() -> None:
    old = PostRecord(readings=(reading(9, likes=100), reading(8, likes=140), reading(2, likes=160)))
    new = PostRecord(readings=(reading(3, likes=5_000),))
    older = PostRecord(readings=(reading(16, likes=10), reading(9, likes=50), reading(1, likes=50)))
    digest = compose(facts(tracked(posts=(old, new, older))), outsiders=False)
    assert row(digest, "Engagements") == ("20", "40", "−20 (−50 %)")
    assert row(digest, "Engagements, first figures") == ("5,000", "140", "–")
    assert FIRST_FIGURES_NOTE in digest.figure_notes


def test_a_correction_downwards_is_counted_and_said() -> None:
    post = PostRecord(readings=(reading(9, likes=100), reading(2, likes=40)))
    digest = compose(facts(tracked(posts=(post,))), outsiders=False)
    assert row(digest, "Engagements")[0] == "−60"
    assert any("1 post had totals corrected downwards" in note for note in digest.figure_notes)


def test_a_later_entry_for_the_same_day_replaces_the_earlier_one() -> None:
    wrong, right = reading(2, likes=9_000), reading(2, likes=90)
    later = right.model_copy(update={"recorded_at": right.recorded_at + dt.timedelta(hours=1)})
    post = PostRecord(posted_on=WEEK.first, readings=(later, wrong))
    assert of_week([tracked(posts=(post,))], WEEK).engagements == Amount(measured=90)


def test_a_week_in_which_nobody_measured_is_not_a_zero() -> None:
    likes = ((34, 50), (27, 90), (20, 100), (2, 300))
    post = PostRecord(readings=tuple(reading(ago, likes=count) for ago, count in likes))
    digest = compose(facts(tracked(posts=(post,))), outsiders=False)
    assert row(digest, "Engagements") == ("200", NOTHING_NEW, "–")
    assert digest.charts[0].points == (("26 Oct – 1 Nov", 40), ("2–8 Nov", 10), ("16–22 Nov", 200))


def test_the_tables_short_change_says_the_percentage_where_there_is_one() -> None:
    post = PostRecord(
        posted_on=BEFORE.first,
        readings=(reading(9, likes=1_000, clicks=2), reading(1, likes=2_500, clicks=9)),
    )
    shown = compose(facts(tracked(posts=(post,))), outsiders=False).figures
    assert {
        row.name: (row.change, row.trend) for row in shown if row.name in ("Engagements", "Clicks")
    } == {
        "Engagements": ("+500 (+50 %)", "+50 %"),
        "Clicks": ("+5", "+5"),
    }


@given(st.integers(0, 4), st.integers(0, 10_000))
def test_no_percentage_comes_from_a_base_under_five(before: int, now: int) -> None:
    post = PostRecord(
        posted_on=BEFORE.first,
        readings=(reading(9, conversions=before), reading(1, conversions=before + now)),
    )
    digest = compose(facts(tracked(posts=(post,))), outsiders=False)
    assert "%" not in row(digest, "Conversions")[2]


def test_no_chart_has_fewer_than_two_points() -> None:
    one_week = PostRecord(readings=(reading(2, likes=9, views=50),))
    assert compose(facts(tracked(posts=(one_week,))), outsiders=False).charts == ()


def test_a_quiet_week_is_one_line_below_the_decisions() -> None:
    waiting = Decision(shortlist="Spring", creators=("@a", "@b"), waits_for=("Ana", "Ben"))
    began = Move(partnership_id=1, to_stage=Stage.LIVE, day=BEFORE.last)
    digest = compose(facts(tracked(), decisions=(waiting,), moves=(began,)), outsiders=False)
    assert digest.decisions == ("Spring: @a and @b wait for Ana and Ben",)
    assert digest.quiet == (
        "A quiet week: no moves, no new figures, no feedback. 1 live partnership has none."
    )
    assert digest == Digest(week=WEEK, decisions=digest.decisions, quiet=digest.quiet)


def test_a_first_week_that_is_quiet_says_both_in_one_line() -> None:
    digest = compose(facts(), outsiders=False)
    assert digest.quiet == (
        "A quiet week, with nothing on record before it: no moves, no new figures, no feedback."
    )
    assert digest == Digest(week=WEEK, quiet=digest.quiet)


def test_a_first_week_says_so_and_a_second_does_not() -> None:
    move = Move(partnership_id=1, to_stage=Stage.LIVE, day=WEEK.first)
    assert FIRST_WEEK in compose(facts(tracked(), moves=(move,)), outsiders=False).notes
    older = move.model_copy(update={"day": BEFORE.last})
    both = facts(tracked(), moves=(older, move))
    assert FIRST_WEEK not in compose(both, outsiders=False).notes


def priced(count: int = 5) -> list[Tracked]:
    """Partnerships from cheap to dear: 100, 200, … for 100 engagements each."""
    return [
        tracked(
            f"@p{number}",
            number,
            costs=(Money(amount=Decimal(100 * number), currency="EUR"),),
            posts=(
                PostRecord(
                    platform=Platform.INSTAGRAM,
                    followers=4_000,
                    readings=(reading(9, likes=60), reading(2, likes=100, conversions=4)),
                ),
            ),
        )
        for number in range(1, count + 1)
    ]


def test_costs_and_the_weakest_stay_away_from_outsiders() -> None:
    voice = Voice(name="@p5", rating=1, note="too loud", day=WEEK.last)
    known = facts(*priced(), voices=(voice,))
    inside, outside = compose(known, outsiders=False), compose(known, outsiders=True)
    assert inside.weakest[0] == "@p5: €5 for each engagement (all together €3)"
    assert "EUR: €1,500 in all" in inside.to_date
    assert "Cost per conversion (CPA): €75, over @p1, @p2, @p3, @p4 and @p5" in inside.to_date
    assert not outside.weakest
    assert not outside.to_date
    assert "€" not in said(outside)
    assert "too loud" not in said(outside)
    assert "1.0 of 5 from 1 rating" in outside.feedback


def test_nobody_is_the_weakest_of_a_few() -> None:
    assert compose(facts(*priced(3)), outsiders=False).weakest == ()


def test_currencies_never_mix_and_a_cost_of_nothing_is_no_cost_known() -> None:
    euros, dollars, free = priced(3)
    dollars = dollars.model_copy(update={"costs": (Money(amount=Decimal(50), currency="USD"),)})
    free = free.model_copy(update={"costs": (Money(amount=Decimal(0), currency="EUR"),)})
    digest = compose(facts(euros, dollars, free), outsiders=False)
    assert "Cost per engagement (CPE): €1, over @p1" in digest.to_date
    assert "Cost per engagement (CPE): US$0.50, over @p2" in digest.to_date
    assert "No cost known: @p3" in digest.missing


def test_the_best_are_ranked_by_what_all_briefs_ask_for() -> None:
    def one(name: str, number: int, goal: Goal, **totals: int) -> Tracked:
        post = PostRecord(posted_on=WEEK.first, readings=(reading(1, **totals),))
        return tracked(name, number, goal=goal, posts=(post,))

    reach = [
        one("@a", 1, Goal.AWARENESS, views=10, likes=9),
        one("@b", 2, Goal.AWARENESS, views=99),
    ]
    assert compose(facts(*reach), outsiders=False).best[0] == "@b: 99 reach"
    mixed = [reach[0], one("@c", 3, Goal.CONVERSIONS, likes=8, conversions=5)]
    assert compose(facts(*mixed), outsiders=False).best[0] == "@a: 9 engagements"


def test_the_workspaces_own_median_is_the_benchmark_once_there_are_enough_profiles() -> None:
    def line(size: int) -> str:
        own = OwnMedian(
            platform=Platform.INSTAGRAM, definition=RateDefinition.FOLLOWERS, median=0.021,
            size=size, computed_on=WEEK.last,
        )  # fmt: skip
        (found,) = compose(facts(*priced(1), own_medians=(own,)), outsiders=False).rates
        return found

    assert "Your own 30 Instagram profiles: 2.1 % (median, 22 Nov 2026)" in line(30)
    assert "Accounts of that size: 1.8 % (median, HypeAuditor 2026)" in line(29)


def test_figures_that_are_missing_are_named() -> None:
    old = PostRecord(readings=(reading(20, likes=1),))
    new = PostRecord(readings=(reading(2, likes=1),))
    digest = compose(
        facts(
            tracked("@stale", 1, posts=(old,)),
            tracked("@none", 2),
            tracked("@done", 3, stage=Stage.DONE, posts=(new,)),
        ),
        outsiders=True,
    )
    assert digest.missing == (
        "No figures yet: @none",
        "No new figures this week: @stale",
        "No audience feedback yet: @done",
    )


def test_after_downtime_it_says_what_it_covers() -> None:
    assert covers(WEEK, ()) == "Covers 16–22 November 2026."
    passed = (DAY - dt.timedelta(days=14), DAY - dt.timedelta(days=7))
    assert covers(WEEK, passed) == (
        "Covers 16–22 November 2026 only. No digest was posted on 9 November 2026 and "
        "16 November 2026, while I was away."
    )


@given(st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1)))
def test_names_of_weeks_fit_a_charts_axis_and_differ(day: dt.date) -> None:
    labels = [short(week_before(day - dt.timedelta(days=7 * n))) for n in range(8)]
    assert all(len(label) <= 20 for label in labels)
    assert len(set(labels)) == len(labels)


def test_long_lists_of_names_are_cut_with_a_count() -> None:
    assert named(["@a", "@b", "@c", "@d", "@e"]) == "@a, @b, @c and 2 more"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("Berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("UTC", "UTC"),
        ("Narnia", None),
        ("", None),
    ],
)
def test_time_zones_are_read_as_people_type_them(typed: str, meant: str | None) -> None:
    assert find_timezone(typed) == meant


@given(
    st.builds(
        DigestForm, channel=st.text(max_size=5), weekday=st.text(max_size=2),
        time=st.text(max_size=6), timezone=st.text(max_size=30),
        scope=st.lists(st.text(max_size=9), max_size=3).map(tuple),
    )
)  # fmt: skip
def test_any_form_is_read_or_answered_field_by_field(form: DigestForm) -> None:
    result = read_form(form)
    if isinstance(result, DigestTerms):
        assert result.schedule.weekday < len(WEEKDAY_NAMES)
    else:
        assert result
        assert set(result) <= {"channel", "weekday", "time", "timezone"}
        assert all(sentence.endswith(".") for sentence in result.values())


def test_disclosure_and_unknown_codes_are_told_to_the_team_and_not_outside() -> None:
    live = tracked(posts=(PostRecord(posted_on=WEEK.first, readings=(reading(3, likes=4),)),))
    known = facts(
        live,
        disclosure=DisclosureCount(disclosed=5, undisclosed=1, unknown=2),
        undisclosed=("@anna",), unknown_codes=(("SUMMER5", 2),),
    )  # fmt: skip

    ours, theirs = compose(known, outsiders=False), compose(known, outsiders=True)

    assert ours.in_short == ("5 of 6 live posts disclosed, 2 not checked",)
    assert "Not disclosed: @anna" in ours.missing
    assert ours.missing[-1].endswith("/influencer sales: SUMMER5 (2 orders)")
    assert "SUMMER5" not in said(theirs)
    assert "isclosed" not in said(theirs)
