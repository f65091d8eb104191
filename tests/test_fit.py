"""The fit: its parts, its order, and the properties that hold whatever the numbers."""

import datetime as dt
import sqlite3
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.audience import Wanted, audience_value
from domain.authenticity import AuthenticityPeers
from domain.cost import CostPool, cost_value
from domain.creator import Figures, Money, Platform, ProfileSnapshot, RateDefinition
from domain.engagement import Pool
from domain.exclusion import never_word_in
from domain.fit import (
    Fit,
    FitFacts,
    NicheFinding,
    Weights,
    asked_parts,
    asked_weight,
    explain,
    rank,
)
from domain.freshness import FRESHNESS_BANDS, freshness_value
from domain.goal import Goal
from domain.part import Part, PartName
from domain.quantiles import pool_quantiles
from domain.relationship import History, PartnershipOutcome, relationship_value

TODAY = dt.date(2026, 11, 23)
rates = st.floats(0, 2)
amounts = st.floats(0, 1e7)
values = st.none() | st.integers(0, 10_000)
weights = st.builds(Weights, **{name.value: st.integers(0, 100) for name in PartName})
part_values = st.dictionaries(st.sampled_from(PartName), values)


def quantiles(elements):
    return st.lists(elements, min_size=1, max_size=6).map(pool_quantiles)


@st.composite
def facts(draw):
    """Anything a search may know of a creator, in any pool."""
    definition = draw(st.sampled_from(RateDefinition))
    figures = Figures(
        followers=draw(st.none() | st.integers(0, 10**8)),
        following=draw(st.none() | st.integers(0, 10_000)),
        average_views=draw(st.none() | amounts),
        average_likes=draw(st.none() | amounts),
        average_comments=draw(st.none() | amounts),
        average_engagements=draw(st.none() | amounts),
        authentic_engagements=draw(st.none() | amounts),
        engagement_rate=draw(st.none() | rates),
        rate_definition=definition,
        fake_follower_share=draw(st.none() | st.floats(0, 1)),
        fee=draw(st.none() | st.just(Money(amount=Decimal(250), currency="EUR"))),
    )
    platform = draw(st.sampled_from(Platform))
    profile = ProfileSnapshot(
        platform=platform,
        handle="anna",
        figures=figures,
        country=draw(st.sampled_from([None, "DE", "FR"])),
        as_of=draw(st.none() | st.dates(dt.date(2020, 1, 1), TODAY)),
        source="import:test.csv",
    )
    size = draw(st.integers(0, 1000))
    return FitFacts(
        profile=profile,
        today=TODAY,
        niche=draw(st.none() | st.builds(NicheFinding, values)),
        pool=draw(st.none() | st.builds(
            Pool, st.just(platform), st.just(definition), quantiles(rates), st.just(size)
        )),
        cost_pool=draw(st.none() | st.builds(
            CostPool, st.just(platform), st.just("EUR"), quantiles(amounts), st.just(size)
        )),
        authenticity_peers=draw(st.none() | st.builds(
            AuthenticityPeers,
            st.none() | quantiles(st.floats(0, 1)),
            st.none() | quantiles(st.floats(0, 1000)),
        )),
        wanted=Wanted(countries=draw(st.sampled_from([frozenset(), frozenset({"DE"})]))),
    )  # fmt: skip


def with_figures(known: FitFacts, **changes) -> FitFacts:
    figures = known.profile.figures.model_copy(update=changes)
    profile = known.profile.model_copy(update={"figures": figures})
    return FitFacts(**{**vars(known), "profile": profile})


@given(facts(), weights, rates, st.floats(0, 1))
def test_a_higher_engagement_rate_never_lowers_the_place(known, chosen, rate, more):
    lower = explain(with_figures(known, engagement_rate=rate), chosen)
    higher = explain(with_figures(known, engagement_rate=rate + more), chosen)

    assert higher.rank >= lower.rank
    assert higher.order_score >= lower.order_score


ENGAGEMENT_FIGURES = [
    "average_likes",
    "average_comments",
    "average_views",
    "average_engagements",
    "authentic_engagements",
]


@pytest.mark.parametrize("figure", ENGAGEMENT_FIGURES)
@given(known=facts(), chosen=weights, amount=amounts, more=amounts)
def test_more_of_any_engagement_figure_never_lowers_the_place(figure, known, chosen, amount, more):
    lower = explain(with_figures(known, **{figure: amount}), chosen)
    higher = explain(with_figures(known, **{figure: amount + more}), chosen)

    assert higher.rank >= lower.rank


@given(facts(), weights, st.integers(1, 100))
def test_ten_thousand_engaged_followers_outrank_a_hundred_thousand_idle_ones_in_any_pool(
    known, chosen, weight
):
    chosen = chosen.model_copy(update={"engagement": weight})
    engaged = explain(with_figures(known, followers=10_000, engagement_rate=0.1), chosen)
    idle = explain(with_figures(known, followers=100_000, engagement_rate=0.005), chosen)

    if engaged.parts[_index(engaged, PartName.ENGAGEMENT)].value is None:
        assert known.pool is None or known.pool.size == 0  # nothing at all to compare with
    else:
        assert engaged.rank > idle.rank


@given(facts(), weights)
def test_the_explanation_and_the_search_agree_on_the_order(known, chosen):
    fit = explain(known, chosen)
    found = {part.name: part.value for part in fit.parts}

    assert fit.rank == rank(found, chosen)
    assert fit.asked_weight == asked_weight(
        chosen, asked_parts(known.niche is not None, known.wanted)
    )


@given(part_values, weights)
def test_the_documented_sql_gives_the_same_rank(found, chosen):
    terms = "+".join(["0", *("?*(coalesce(?,5000)-5000)" for _ in found)])
    arguments = [number for name, value in found.items() for number in (chosen.of(name), value)]
    (in_sql,) = sqlite3.connect(":memory:").execute(f"SELECT {terms}", arguments).fetchone()

    assert in_sql == rank(found, chosen)


@given(part_values, weights)
def test_the_order_score_is_fifty_plus_coverage_times_the_distance_of_the_fit(found, chosen):
    fit = fit_of(found, chosen)

    assert 0 <= fit.coverage <= 1
    assert 0 <= fit.order_score <= 100
    expected = 50 if fit.fit is None else 50 + fit.coverage * (fit.fit - 50)
    assert fit.order_score == pytest.approx(expected)


@given(part_values, weights, st.sampled_from(PartName))
def test_an_unknown_part_lowers_the_coverage_and_leaves_the_rank(found, chosen, name):
    without = {key: value for key, value in found.items() if key != name}
    unknown = fit_of({**without, name: None}, chosen)

    assert unknown.rank == fit_of(without, chosen).rank
    assert unknown.coverage <= fit_of(without, chosen).coverage
    assert unknown.fit == fit_of(without, chosen).fit


@given(part_values, weights)
def test_reasons_for_lift_and_reasons_against_lower(found, chosen):
    fit = fit_of(found, chosen)

    assert all(part.pull > 0 for part in fit.strongest_for(2))
    assert all(part.pull < 0 for part in fit.strongest_against(1))
    pulls = [part.pull for part in fit.parts]
    if max(pulls, default=0) > 0:
        assert fit.strongest_for(2)[0].pull == max(pulls)
    if min(pulls, default=0) < 0:
        assert fit.strongest_against()[0].pull == min(pulls)


@given(part_values, weights)
def test_a_kept_fit_reads_back_as_it_was(found, chosen):
    fit = fit_of(found, chosen)

    assert Fit.model_validate_json(fit.model_dump_json()) == fit


def test_nobody_leads_because_little_is_known():
    full = fit_of({PartName.NICHE: 9000, PartName.ENGAGEMENT: 8500, PartName.COST: 8000}, Weights())
    scant = fit_of(
        {PartName.NICHE: 9500, PartName.ENGAGEMENT: None, PartName.COST: None}, Weights()
    )

    assert scant.fit > full.fit
    assert scant.order_score < full.order_score
    assert scant.too_little_known
    assert not full.too_little_known


def test_the_worked_example_of_the_docs():
    found = {
        PartName.NICHE: 9000,
        PartName.ENGAGEMENT: 8300,
        PartName.AUTHENTICITY: 7000,
        PartName.COST: None,
        PartName.FRESHNESS: 8000,
        PartName.RELATIONSHIP: None,
    }
    fit = fit_of(found, Weights())

    assert (fit.asked_weight, fit.known_weight, fit.rank) == (90, 75, 254_000)
    assert fit.shown == 84
    assert round(fit.coverage, 3) == 0.833
    assert round(fit.order_score, 2) == 78.22


def test_nothing_known_is_no_fit_and_the_middle_of_the_order():
    fit = fit_of({PartName.NICHE: None}, Weights())

    assert fit.fit is None
    assert fit.shown is None
    assert fit.order_score == 50
    assert fit.too_little_known


def test_a_part_that_was_not_asked_for_counts_nowhere():
    profile = ProfileSnapshot(platform=Platform.INSTAGRAM, handle="anna", country="DE")
    fit = explain(FitFacts(profile=profile, today=TODAY), Weights())

    assert {PartName.NICHE, PartName.AUDIENCE}.isdisjoint(part.name for part in fit.parts)


def test_a_weight_below_zero_is_refused():
    with pytest.raises(ValidationError):
        Weights(niche=-1)


@pytest.mark.parametrize("goal", [None, *Goal])
def test_every_goals_weights_add_up_to_a_hundred_and_keep_engagement_heavy(goal):
    chosen = Weights.for_goal(goal)

    assert asked_weight(chosen, PartName) == 100
    assert chosen.engagement >= 25


@given(st.dates(dt.date(2000, 1, 1), dt.date(2030, 1, 1)))
def test_fresher_figures_never_score_less(day):
    today = dt.date(2030, 1, 1)
    value = freshness_value(day, today)
    fresher = freshness_value(day + dt.timedelta(days=1), today)

    assert fresher >= value
    age = (today - day).days
    assert value == next((points for oldest, points in FRESHNESS_BANDS if age <= oldest), 0)


def test_a_missing_date_is_unknown_and_not_old():
    assert freshness_value(None, TODAY) is None


@pytest.mark.parametrize(
    ("wanted", "value"),
    [
        (Wanted(), None),
        (Wanted(countries=frozenset({"DE"})), 10_000),
        (Wanted(countries=frozenset({"DE"}), languages=frozenset({"fr"})), 5_000),
        (Wanted(audience_countries=frozenset({"DE"})), None),
        (Wanted(audience_countries=frozenset({"FR"}), languages=frozenset({"fr"})), 0),
    ],
)
def test_the_audience_part_is_the_share_of_known_wishes_that_are_met(wanted, value):
    assert audience_value(wanted, None, "DE", "de") == value


def test_the_audience_evidence_names_each_wish():
    profile = ProfileSnapshot(platform=Platform.TIKTOK, handle="anna", country="DE", language="pt")
    wanted = Wanted(
        audience_countries=frozenset({"AT"}),
        countries=frozenset({"DE", "AT"}),
        languages=frozenset({"de"}),
    )
    fit = explain(FitFacts(profile=profile, today=TODAY, wanted=wanted), Weights())

    assert part(fit, PartName.AUDIENCE).evidence == (
        "Audience mostly in: unknown, asked for Austria; creator in Germany, as asked; "
        "creator speaks Portuguese, asked for German."
    )


def priced(fee: int, rate: float = 0.05) -> Figures:
    return Figures(
        followers=10_000,
        engagement_rate=rate,
        rate_definition=RateDefinition.FOLLOWERS,
        fee=Money(amount=Decimal(fee), currency="EUR"),
    )


EURO_POOL = CostPool(Platform.INSTAGRAM, "EUR", pool_quantiles([0.1, 0.2, 0.4, 0.8, 1.6]), 40)


@given(st.integers(1, 10**6), st.integers(0, 10**6))
def test_a_higher_fee_never_scores_more(fee, more):
    assert cost_value(priced(fee + more), EURO_POOL) <= cost_value(priced(fee), EURO_POOL)


def test_a_fee_of_zero_is_unknown_and_not_a_bargain():
    assert cost_value(priced(0), EURO_POOL) is None


def test_no_engagement_to_expect_is_the_worst_price():
    assert cost_value(priced(100, rate=0), EURO_POOL) == 0


def test_fees_of_two_currencies_are_never_compared():
    in_dollars = CostPool(Platform.INSTAGRAM, "USD", EURO_POOL.quantiles, 40)

    with pytest.raises(ValueError, match="EUR"):
        cost_value(priced(100), in_dollars)


def test_the_price_is_explained_for_each_engagement():
    profile = ProfileSnapshot(platform=Platform.INSTAGRAM, handle="anna", figures=priced(100))
    fit = explain(FitFacts(profile=profile, today=TODAY, cost_pool=EURO_POOL), Weights())

    assert part(fit, PartName.COST).evidence == (
        "€0.20 for each expected engagement, cheaper than 75 % of 40 Instagram fees in EUR."
    )


@given(
    st.integers(0, 10_000), st.integers(0, 10_000), st.none() | st.integers(1, 5), st.integers(0, 5)
)
def test_better_results_never_harm_the_relationship(achieved, more, rating, rejections):
    def value(engagements: int) -> int | None:
        outcome = PartnershipOutcome(engagements, expected=2_000, rating=rating)
        return relationship_value(History((outcome,), approvals=1, rejections=rejections))

    assert value(achieved + more) >= value(achieved)


def test_no_history_is_unknown_and_not_bad():
    assert relationship_value(History()) is None


def test_the_relationship_says_what_it_rests_on():
    history = History(
        (PartnershipOutcome(1_800, expected=2_000, rating=4),),
        rejections=1,
        last_rejection="fake comments",
    )
    profile = ProfileSnapshot(platform=Platform.INSTAGRAM, handle="anna")
    fit = explain(FitFacts(profile=profile, today=TODAY, history=history), Weights())

    assert part(fit, PartName.RELATIONSHIP).evidence == (
        "1 finished partnership, 90 % of the engagement expected, rated 4.0 of 5; "
        "rejected 1 time (last: fake comments)."
    )


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (["I love FUR coats"], "fur"),
        (["#fur"], "fur"),
        (["furniture and decor"], None),
        (["fast food", "fashion"], None),
        (["my Fast-Fashion haul"], "fast fashion"),
        ([], None),
    ],
)
def test_never_words_exclude_whole_words_and_whole_phrases(texts, found):
    assert never_word_in(texts, ["fur", "fast fashion", "  "]) == found


def fit_of(found, chosen: Weights) -> Fit:
    return Fit(
        parts=tuple(
            Part(name=name, value=value, weight=chosen.of(name), evidence="")
            for name, value in found.items()
        )
    )


def part(fit: Fit, name: PartName) -> Part:
    return fit.parts[_index(fit, name)]


def _index(fit: Fit, name: PartName) -> int:
    return [part.name for part in fit.parts].index(name)


def test_the_docs_give_the_weights_and_bands_that_the_code_has():
    text = (Path(__file__).parents[1] / "docs/fit.md").read_text(encoding="utf-8")

    for name in PartName:
        assert f"| {name} | {Weights().of(name)} |" in text
    for goal in Goal:
        numbers = [str(Weights.for_goal(goal).of(name)) for name in PartName]
        assert f"| {goal} | {' | '.join(numbers)} |" in text
    for oldest, points in FRESHNESS_BANDS:
        assert f"| up to {oldest} days | {points:,} |" in text
