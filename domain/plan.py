"""Which creators bring the most for a budget: the problem as a solver takes it, and its answers.

All is whole numbers and sums: each creator is taken or not, costs add up to at most the budget,
and each wish ("at most 10", "at least 2 micro", "at most 3 a niche") is one sum with its ends.
"""

import math
from bisect import bisect_left, insort
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum

from domain.forecast import Range
from domain.log_normal import Total, added

MORE = 10
"""Percent of the budget by which *what more money would buy* is asked."""
_ONE_END = math.log(Total(0.0, 1.0).at(1))
_TIGHTENED = 3


class Aim(StrEnum):
    """What a plan brings the most of."""

    ENGAGEMENTS = "engagements"
    CONVERSIONS = "conversions"
    VIEWS = "views"


@dataclass(frozen=True)
class Candidate:
    """A creator who may be chosen. value: what is expected, above 0; cost: minor units.

    tiers: all that the size belongs to. niche: the main one, "" unknown.
    """

    value: float
    cost: int
    tiers: tuple[str, ...] = ()
    niche: str = ""


@dataclass(frozen=True)
class Ends:
    """How many at least, and how many at most (None: any)."""

    least: int = 0
    most: int | None = None


@dataclass(frozen=True)
class Limits:
    """budget: minor units. most: creators. tiers: by tier. per_niche: of one niche at most."""

    budget: int
    most: int
    tiers: Mapping[str, Ends]
    per_niche: int | None = None


@dataclass(frozen=True)
class Row:
    """A sum over candidates (by place, with what each counts) that has to lie between two ends.

    name: which wish it is of: "budget", "most", "niche", "tier:micro", "anybody", "another".
    """

    name: str
    counts: Mapping[int, int]
    least: int = 0
    most: int | None = None

    def holds(self, chosen: Collection[int]) -> bool:
        """Whether it is so for these places."""
        return self.over(chosen) <= 0 and self._sum(chosen) >= self.least

    def over(self, chosen: Collection[int]) -> int:
        """How much too much the sum is; 0 or less where it is not."""
        return self._sum(chosen) - self.most if self.most is not None else 0

    def _sum(self, chosen: Collection[int]) -> int:
        return sum(self.counts.get(place, 0) for place in chosen)


@dataclass(frozen=True)
class Chosen:
    """Places that were chosen. gap: by what share of the value a better set may beat it, 0 none.

    None for both: no set meets all wishes. In time nothing may have been found: see `Unsolved`.
    """

    places: tuple[int, ...]
    gap: float = 0.0


class Unsolved(Exception):
    """The time was over before any set was found."""


Solve = Callable[[Sequence[float], Sequence[Row]], Chosen | None]
"""Takes values and rows; gives the best set, None where there is none.

Raises `Unsolved` where it could not be told in time.
"""


@dataclass(frozen=True)
class Answers:
    """best: None where nothing meets all wishes; then in_the_way says which wishes forbid it.

    other: the second best set, None where there is none. more: the best for a tenth more budget,
    None where that is no better. untold: which of these two were not found in time.
    """

    best: Chosen | None
    other: Chosen | None = None
    more: Chosen | None = None
    in_the_way: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()


def answers(candidates: Sequence[Candidate], limits: Limits, solve: Solve) -> Answers:
    """The best set, the second best, and what a tenth more budget would buy.

    Raises:
        Unsolved: not even one set was found in time.
    """
    places = worth_asking(candidates, limits)
    found = _answers([candidates[place] for place in places], limits, solve)
    if found.best is None:
        values = [one.value for one in candidates]
        return Answers(None, in_the_way=in_the_way(values, rows(candidates, limits), solve))
    best, other, more = (_placed(one, places) for one in (found.best, found.other, found.more))
    return Answers(best, other, more, untold=found.untold)


def worth_asking(candidates: Sequence[Candidate], limits: Limits) -> list[int]:
    """Places of those who may be in the best set or the second best, in order; exact.

    Of a size and niche, at most so many can be chosen together. With that many and one more who
    bring as much for no higher cost, somebody can be exchanged for any of two of these in every
    set, and at most one of the two sets made so is the best one.
    """
    alike: dict[tuple[tuple[str, ...], str], list[int]] = {}
    for place, one in enumerate(candidates):
        tiers = tuple(tier for tier in limits.tiers if tier in one.tiers)
        niche = "" if limits.per_niche is None else one.niche
        alike.setdefault((tiers, niche), []).append(place)
    kept: list[int] = []
    for (_, niche), places in alike.items():
        of_niche = limits.per_niche if niche and limits.per_niche else limits.most
        enough = min(limits.most, of_niche) + 1
        places.sort(key=lambda place: (candidates[place].cost, -candidates[place].value))
        brought: list[float] = []
        for place in places:
            value = candidates[place].value
            if len(brought) - bisect_left(brought, value) < enough:
                kept.append(place)
            insort(brought, value)
    return sorted(kept)


def _answers(candidates: Sequence[Candidate], limits: Limits, solve: Solve) -> Answers:
    values = [one.value for one in candidates]
    wishes = rows(candidates, limits)
    best = _exactly(values, wishes, solve)
    if best is None:
        return Answers(None)
    another = Row("another", dict.fromkeys(best.places, 1), most=len(best.places) - 1)
    larger = replace(limits, budget=limits.budget + limits.budget * MORE // 100)
    asked = {"other": [*wishes, another], "more": rows(candidates, larger)}
    told: dict[str, Chosen | None] = {}
    for name, of in asked.items():
        with suppress(Unsolved):
            told[name] = _exactly(values, of, solve)
    more = told.get("more")
    if more is not None and worth(values, more.places) <= worth(values, best.places):
        more = None
    untold = tuple(name for name in asked if name not in told)
    return Answers(best, told.get("other"), more, untold=untold)


def rows(candidates: Sequence[Candidate], limits: Limits) -> list[Row]:
    """All wishes as sums with their ends."""
    everybody = dict.fromkeys(range(len(candidates)), 1)
    costs = {place: one.cost for place, one in enumerate(candidates)}
    found = [
        Row("anybody", everybody, least=1),
        Row("most", everybody, most=limits.most),
        Row("budget", costs, most=limits.budget),
    ]
    for tier, ends in limits.tiers.items():
        of_tier = {place: 1 for place, one in enumerate(candidates) if tier in one.tiers}
        found.append(Row(f"tier:{tier}", of_tier, ends.least, ends.most))
    if limits.per_niche is not None:
        by_niche: dict[str, dict[int, int]] = {}
        for place, one in enumerate(candidates):
            if one.niche:
                by_niche.setdefault(one.niche, {})[place] = 1
        crowded = [members for members in by_niche.values() if len(members) > limits.per_niche]
        found += [Row("niche", members, most=limits.per_niche) for members in crowded]
    return found


def in_the_way(values: Sequence[float], wishes: Sequence[Row], solve: Solve) -> tuple[str, ...]:
    """Wishes without any one of which there would be a set; none where several are in the way."""
    names = dict.fromkeys(row.name for row in wishes if row.name != "anybody")
    return tuple(
        name
        for name in names
        if _in_time(values, [row for row in wishes if row.name != name], solve) is not None
    )


def worth(values: Sequence[float], places: Collection[int]) -> float:
    """What a set is expected to bring: the sum of the middles."""
    return math.fsum(values[place] for place in places)


def together(ranges: Sequence[Range], shared: float) -> Range:
    """What several bring together: an interval that holds 80 %, and its middle.

    ranges: of each, above 0. shared: the part of the doubt that all have in common (how posts for
    brands do here), as a deviation of logarithms; it does not even out.

    Raises:
        ValueError: there are none.
    """
    alone = [_total(one, shared) for one in ranges]
    total = added(alone)
    whole = Total(total.middle, math.hypot(total.deviation, shared))
    return Range(low=whole.at(-1), middle=whole.at(0), high=whole.at(1))


def _total(one: Range, shared: float) -> Total:
    """What is doubtful of this one alone."""
    deviation = math.log(one.high / one.low) / 2 / _ONE_END
    return Total(math.log(one.middle), math.sqrt(max(deviation**2 - shared**2, 0.0)))


def _placed(found: Chosen | None, places: Sequence[int]) -> Chosen | None:
    """The same set, by the places that its members have among all."""
    return found and replace(found, places=tuple(places[one] for one in found.places))


def _in_time(values: Sequence[float], wishes: Sequence[Row], solve: Solve) -> Chosen | None:
    try:
        return _exactly(values, wishes, solve)
    except Unsolved:
        return None


def _exactly(values: Sequence[float], wishes: Sequence[Row], solve: Solve) -> Chosen | None:
    """What the solver finds, held against the wishes in whole numbers.

    Solvers reckon in floating point: over a large budget a set may be a few cents too dear. Then
    the sum is asked for by so much tighter.
    """
    asked = list(wishes)
    for _ in range(_TIGHTENED):
        found = solve(values, asked)
        if found is None or all(row.holds(found.places) for row in wishes):
            return found
        asked = [_tighter(row, wish.over(found.places)) for row, wish in zip(asked, wishes)]  # noqa: B905
    raise Unsolved


def _tighter(row: Row, over: int) -> Row:
    return replace(row, most=row.most - over) if row.most is not None and over > 0 else row
