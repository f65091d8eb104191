"""A plan that was worked out, as people read it: who, for what, and what is unknown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from domain.creator import Money
from domain.forecast import Range
from domain.money import from_minor, sums
from domain.plan import Answers, Candidate, Chosen, together, worth
from domain.plan_cost import Basis, PlannedCost


@dataclass(frozen=True)
class Pick:
    """A creator who may be chosen. name: "@anna"; why: plain sentences of what it rests on."""

    profile_id: int
    name: str
    expected: Range
    cost: PlannedCost
    tiers: tuple[str, ...] = ()
    niche: str = ""
    rests_on: str = ""

    @property
    def candidate(self) -> Candidate:
        """As the solver takes it."""
        return Candidate(self.expected.middle, self.cost.minor, self.tiers, self.niche)


@dataclass(frozen=True)
class Left:
    """Who could not be chosen: how many, by reason; and some of their names."""

    counts: dict[str, int] = field(default_factory=dict)
    names: dict[str, list[str]] = field(default_factory=dict)

    def add(self, reason: str, name: str) -> None:
        """One more."""
        self.counts[reason] = self.counts.get(reason, 0) + 1
        some = self.names.setdefault(reason, [])
        if len(some) < 3:
            some.append(name)


@dataclass(frozen=True)
class Change:
    """How another set differs. by: how much more (below 0: less) its middles add up to.

    share: the same as a share of the best set. cost: how much more it costs.
    """

    joins: tuple[Pick, ...]
    leaves: tuple[Pick, ...]
    by: float
    share: float
    cost: Money


@dataclass(frozen=True)
class Found:
    """The best set, by what each is expected to bring, and how others differ from it.

    untold: "other", "more": which of them the time was too short for.
    """

    picks: tuple[Pick, ...]
    total: Range
    cost: Money
    gap: float
    other: Change | None
    more: Change | None
    untold: tuple[str, ...] = ()

    @property
    def indicative(self) -> tuple[Pick, ...]:
        """Those whose cost is only a rough guide."""
        return tuple(one for one in self.picks if one.cost.basis is not Basis.KNOWN)


def found(picks: Sequence[Pick], answers: Answers, shared: Mapping[str, float], aim: str) -> Found:
    """What the solver's answers mean.

    Raises:
        ValueError: there is no best set.
    """
    best = answers.best
    if best is None:
        raise ValueError("nothing was found")
    chosen = sorted(
        (picks[place] for place in best.places), key=lambda one: one.expected.middle, reverse=True
    )
    (cost,) = sums(one.cost.amount for one in chosen)
    return Found(
        picks=tuple(chosen),
        total=together([one.expected for one in chosen], shared.get(aim, 0.0)),
        cost=cost,
        gap=best.gap,
        other=_change(picks, best, answers.other),
        more=_change(picks, best, answers.more),
        untold=answers.untold,
    )


def _change(picks: Sequence[Pick], best: Chosen, other: Chosen | None) -> Change | None:
    if other is None:
        return None
    values = [one.expected.middle for one in picks]
    before = worth(values, best.places)
    by = worth(values, other.places) - before
    costs = [sum(picks[place].cost.minor for place in one.places) for one in (best, other)]
    return Change(
        joins=tuple(picks[place] for place in other.places if place not in best.places),
        leaves=tuple(picks[place] for place in best.places if place not in other.places),
        by=by,
        share=by / before,
        cost=from_minor(costs[1] - costs[0], picks[best.places[0]].cost.amount.currency),
    )
