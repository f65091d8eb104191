"""Plans: the best set by every wish against trying all sets, what stands in the way, in words."""

import datetime as dt
import itertools
import math
from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.creator import Money, Platform
from domain.forecast import Range
from domain.money import DatedRate
from domain.plan import (
    Candidate,
    Chosen,
    Ends,
    Limits,
    Row,
    Unsolved,
    answers,
    rows,
    together,
    worth,
    worth_asking,
)
from domain.plan_cost import Basis, KnownFee, PlannedCost, medians, planned_cost
from domain.plan_form import Among, Between, PlanAsk, read_ask
from domain.preferences import Preferences
from domain.tier import Tier
from sources.solver_process import solve
from sources.solving import best_sets

TIERS = ("nano", "micro", "mid")
CANDIDATES = st.lists(
    st.builds(
        Candidate,
        value=st.floats(0.5, 5_000),
        cost=st.integers(1, 900),
        tiers=st.lists(st.sampled_from(TIERS), unique=True, max_size=2).map(tuple),
        niche=st.sampled_from(["", "beauty", "food"]),
    ),
    min_size=1,
    max_size=7,
)
ENDS = st.builds(Ends, least=st.integers(0, 3), most=st.none() | st.integers(0, 4))
LIMITS = st.builds(
    Limits,
    budget=st.integers(1, 2_500),
    most=st.integers(1, 6),
    tiers=st.dictionaries(st.sampled_from(TIERS), ENDS, max_size=2),
    per_niche=st.none() | st.integers(1, 3),
)
TYPED = {
    "aim": "engagements", "budget": "€500", "deliverables": "2 Reels", "most": "10",
    "mix": "", "per_niche": "", "among": "all",
}  # fmt: skip


def fits(chosen: Sequence[Candidate], limits: Limits) -> bool:
    """The wishes, written a second time."""
    if not chosen or len(chosen) > limits.most or sum(one.cost for one in chosen) > limits.budget:
        return False
    for tier, ends in limits.tiers.items():
        count = sum(tier in one.tiers for one in chosen)
        if count < ends.least or (ends.most is not None and count > ends.most):
            return False
    by_niche = [sum(one.niche == niche for one in chosen) for niche in ("beauty", "food")]
    return limits.per_niche is None or max(by_niche) <= limits.per_niche


def tried(candidates: Sequence[Candidate], limits: Limits) -> list[tuple[float, frozenset[int]]]:
    """All sets that fit, the best first."""
    found = []
    for size in range(1, len(candidates) + 1):
        for places in itertools.combinations(range(len(candidates)), size):
            if fits([candidates[place] for place in places], limits):
                found.append((sum(candidates[place].value for place in places), frozenset(places)))
    return sorted(found, key=lambda one: -one[0])


@settings(max_examples=60, deadline=None)
@given(candidates=CANDIDATES, limits=LIMITS)
def test_no_set_is_better_than_the_one_found_and_only_one_than_the_second(
    candidates: list[Candidate], limits: Limits
) -> None:
    every = tried(candidates, limits)
    values = [one.value for one in candidates]

    found = answers(candidates, limits, solve)

    if not every:
        assert found.best is None
        return
    assert found.best is not None
    best = frozenset(found.best.places)
    assert fits([candidates[place] for place in best], limits)
    assert worth(values, best) == pytest.approx(every[0][0], rel=1e-5)
    others = [one for one in every if not best <= one[1]]
    assert (found.other is None) == (not others)
    if found.other is not None:
        assert frozenset(found.other.places) != best
        assert worth(values, found.other.places) == pytest.approx(others[0][0], rel=1e-5)
    richer = Limits(
        limits.budget + limits.budget // 10, limits.most, limits.tiers, limits.per_niche
    )
    most = tried(candidates, richer)[0][0]
    reached = worth(values, found.more.places) if found.more else every[0][0]
    assert reached == pytest.approx(most, rel=1e-5)


@settings(max_examples=40, deadline=None)
@given(candidates=CANDIDATES, limits=LIMITS)
def test_what_stands_in_the_way_is_what_there_would_be_a_plan_without(
    candidates: list[Candidate], limits: Limits
) -> None:
    found = answers(candidates, limits, solve)
    if found.best is not None:
        assert found.in_the_way == ()
        return
    for name in ("budget", "most", "niche", *(f"tier:{tier}" for tier in limits.tiers)):
        loosened = Limits(
            10**9 if name == "budget" else limits.budget,
            10**9 if name == "most" else limits.most,
            {tier: ends for tier, ends in limits.tiers.items() if name != f"tier:{tier}"},
            None if name == "niche" else limits.per_niche,
        )
        assert (name in found.in_the_way) == bool(tried(candidates, loosened)), name


@settings(max_examples=30, deadline=None)
@given(
    candidates=st.lists(
        st.builds(
            Candidate,
            value=st.integers(1, 9).map(float),
            cost=st.integers(1, 9),
            tiers=st.sampled_from([(), ("micro",)]),
            niche=st.sampled_from(["", "beauty"]),
        ),
        min_size=6,
        max_size=10,
    ),
    limits=st.builds(
        Limits,
        budget=st.integers(1, 30),
        most=st.integers(1, 3),
        tiers=st.just({"micro": Ends(1, 2)}),
        per_niche=st.sampled_from([None, 1, 2]),
    ),
)
def test_leaving_out_who_cannot_matter_changes_neither_the_best_nor_the_second_best(
    candidates: list[Candidate], limits: Limits
) -> None:
    kept = worth_asking(candidates, limits)

    every, fewer = tried(candidates, limits), tried([candidates[one] for one in kept], limits)

    assert [one[0] for one in every[:2]] == [one[0] for one in fewer[:2]]


def test_a_set_that_is_a_few_cents_too_dear_is_asked_for_again() -> None:
    candidates = [Candidate(10.0, 60), Candidate(9.0, 50), Candidate(1.0, 40)]
    seen: list[int | None] = []

    def careless(values: Sequence[float], wishes: Sequence[Row]) -> Chosen | None:
        """Lets a budget be exceeded by up to ten, as one that reckons with tolerance would."""
        (budget,) = (row for row in wishes if row.name == "budget")
        seen.append(budget.most)
        loose = Limits((budget.most or 0) + 10, 3, {})
        return Chosen(tuple(tried(candidates, loose)[0][1]))

    best = answers(candidates, Limits(100, 3, {}), careless).best

    assert best is not None
    assert sum(candidates[place].cost for place in best.places) <= 100
    assert seen[1] is not None
    assert seen[1] < 100


def test_without_time_there_is_no_plan_and_no_answer_is_made_up() -> None:
    def slow(values: Sequence[float], wishes: Sequence[Row]) -> Chosen | None:
        raise Unsolved

    with pytest.raises(Unsolved):
        answers([Candidate(1.0, 1)], Limits(10, 1, {}), slow)


def test_what_was_not_found_in_time_is_not_said_to_be_nowhere() -> None:
    def once(values: Sequence[float], wishes: Sequence[Row]) -> Chosen | None:
        if [row for row in wishes if row.name == "another" or row.most == 11]:
            raise Unsolved
        return solve(values, wishes)

    found = answers([Candidate(1.0, 8), Candidate(2.0, 11)], Limits(10, 1, {}), once)

    assert found.best is not None
    assert found.best.places == (0,)
    assert (found.other, found.more, found.untold) == (None, None, ("other", "more"))


def test_the_process_answers_as_the_solver_does() -> None:
    candidates = [Candidate(float(value), 10 * value, ("micro",)) for value in range(1, 30)]
    limits = Limits(1_000, 5, {"micro": Ends(2, 4)}, None)

    assert best_sets(candidates, limits) == answers(candidates, limits, solve)


@given(
    middles=st.lists(st.floats(1, 1e6), min_size=1, max_size=8),
    width=st.floats(1.05, 8),
    shared=st.floats(0, 1),
)
def test_a_total_lies_between_its_parts_and_doubt_in_common_does_not_even_out(
    middles: list[float], width: float, shared: float
) -> None:
    ranges = [Range(low=one / width, middle=one, high=one * width) for one in middles]

    alone, common = together(ranges, 0.0), together(ranges, shared)

    assert sum(middles) * 0.99 <= alone.middle
    assert alone.high / alone.low <= width**2 * 1.001
    assert common.high / common.low >= alone.high / alone.low * 0.999
    if len(ranges) == 1:
        assert alone.low == pytest.approx(ranges[0].low)
    assert math.isfinite(common.high)


RATE = DatedRate(base="EUR", quote="USD", rate=Decimal("1.25"), date=dt.date(2026, 11, 2))


def euros(amount: int) -> Money:
    return Money(amount=Decimal(amount), currency="EUR")


def dollars(amount: int) -> Money:
    return Money(amount=Decimal(amount), currency="USD")


def test_a_known_fee_stands_before_a_median_and_that_before_a_publication() -> None:
    wishes = Preferences(rates=(RATE,))
    fees = [KnownFee(Platform.INSTAGRAM, 20_000, euros(each)) for each in (100, 200, 300, 400)]
    few = medians(fees, "EUR", wishes)
    enough = medians([*fees, KnownFee(Platform.INSTAGRAM, 30_000, dollars(1_000))], "EUR", wishes)
    of = (Platform.INSTAGRAM, 20_000, 2, "EUR")

    known = planned_cost(euros(150), *of, enough, wishes)
    median = planned_cost(None, *of, enough, wishes)
    rough = planned_cost(None, *of, few, wishes)

    assert known is not None and median is not None and rough is not None
    assert (known.amount, known.basis, known.said) == (euros(300), Basis.KNOWN, "known fee")
    assert (median.amount, median.basis) == (euros(600), Basis.MEDIAN)
    assert median.said == "median of 5 Instagram micro fees in your list"
    assert rough.basis is Basis.INDICATIVE
    assert rough.said.startswith("indicative: Industry averages 2025, 100–500 USD a post, at 1.25")
    assert rough.amount == euros(352)
    assert planned_cost(None, Platform.MASTODON, 20_000, 1, "EUR", enough, wishes) is None
    assert planned_cost(None, *of, few, Preferences()) is None


def test_a_fee_in_another_currency_counts_with_a_dated_rate_or_not_at_all() -> None:
    def cost(wishes: Preferences) -> PlannedCost | None:
        return planned_cost(dollars(250), Platform.INSTAGRAM, 20_000, 1, "EUR", {}, wishes)

    with_rate = cost(Preferences(rates=(RATE,)))

    assert with_rate is not None
    assert with_rate.amount == euros(200)
    assert with_rate.said == "known fee of US$250, at 1.25 of 2 Nov 2026"
    assert cost(Preferences()) is None


def test_what_was_typed_is_read_and_what_is_wrong_is_said_under_its_field() -> None:
    mix = "at least 2 micro, at most 1 macro and 2-4 nano"
    read = read_ask({**TYPED, "mix": mix, "per_niche": "3"}, ["tiktok"], None)

    assert read == PlanAsk(
        aim="engagements", budget=euros(500), deliverables="2 Reels", most=10,
        mix={
            Tier.MICRO: Between(least=2), Tier.MACRO: Between(most=1),
            Tier.NANO: Between(least=2, most=4),
        },
        per_niche=3, platforms=(Platform.TIKTOK,), among=Among.ALL,
    )  # fmt: skip
    for field, typed, said in (
        ("budget", "0", "above 0"), ("budget", "lots", ""), ("budget", "-5 EUR", ""),
        ("most", "26", "1 to 25"), ("most", "x", "whole number"), ("per_niche", "0", "1 to 25"),
        ("mix", "some micro", "I don't understand “some micro”"), ("mix", "at least 2 giants", ""),
        ("mix", "at least 3 micro, at most 2 micro", "at least 3 micro and at most 2"),
        ("deliverables", "whatever", "2 Reels"), ("aim", "fame", "choose"), ("among", "", "choose"),
    ):  # fmt: skip
        wrong = read_ask({**TYPED, field: typed}, [], "EUR")
        assert isinstance(wrong, dict), (field, typed)
        assert list(wrong) == [field]
        assert said in wrong[field]


def test_a_wish_about_niches_says_nothing_of_those_whose_niche_is_unknown() -> None:
    candidates = [Candidate(1.0, 1, niche="") for _ in range(4)]

    assert not [one for one in rows(candidates, Limits(10, 4, {}, 1)) if one.name == "niche"]
