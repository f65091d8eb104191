"""How well a creator fits: named parts, what is known of them, and the order they give.

Everything that decides the order is a whole number. With w the weight and v the value
(0 to 10,000) of a part that was asked for:

    T = Σ w over all asked parts            K = Σ w over those known
    N = Σ w·v over those known              rank = Σ w·(v − 5,000) over those known
    fit = N ÷ (100·K)       coverage = K ÷ T
    order score = 50 + coverage·(fit − 50) = 50 + rank ÷ (100·T)

T is the same for all results of one search, so ordering by rank is ordering by the order
score. In SQL: `w * (coalesce(v, 5000) - 5000)`, summed over the asked parts.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from operator import itemgetter

from pydantic import BaseModel, ConfigDict, Field

from domain.audience import Wanted, audience_part
from domain.authenticity import AuthenticityPeers, authenticity_part
from domain.cost import CostPool, cost_part
from domain.creator import ProfileSnapshot
from domain.engagement import Pool, engagement_part
from domain.freshness import freshness_part
from domain.goal import Goal
from domain.part import NEUTRAL, Part, PartName
from domain.relationship import History, relationship_part

HEAVIEST = 1_000
_PULL = itemgetter(0)


class Weights(BaseModel):
    """How much each part counts: whole numbers, only their proportions matter."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    niche: int = Field(default=30, ge=0, le=HEAVIEST)
    engagement: int = Field(default=30, ge=0, le=HEAVIEST)
    authenticity: int = Field(default=10, ge=0, le=HEAVIEST)
    audience: int = Field(default=10, ge=0, le=HEAVIEST)
    cost: int = Field(default=10, ge=0, le=HEAVIEST)
    freshness: int = Field(default=5, ge=0, le=HEAVIEST)
    relationship: int = Field(default=5, ge=0, le=HEAVIEST)

    def of(self, name: PartName) -> int:
        """The weight of one part."""
        weight: int = getattr(self, name)
        return weight

    @classmethod
    def for_goal(cls, goal: Goal | None) -> "Weights":
        """The weights that a brief with this goal begins with."""
        return cls() if goal is None else GOAL_WEIGHTS[goal]


GOAL_WEIGHTS: Mapping[Goal, Weights] = {
    Goal.AWARENESS: Weights(
        niche=30, engagement=25, authenticity=10, audience=20, cost=5, freshness=5, relationship=5
    ),
    Goal.ENGAGEMENT: Weights(
        niche=25, engagement=40, authenticity=10, audience=10, cost=5, freshness=5, relationship=5
    ),
    Goal.CONVERSIONS: Weights(
        niche=25, engagement=25, authenticity=10, audience=15, cost=10, freshness=5, relationship=10
    ),
}


@dataclass(frozen=True)
class NicheFinding:
    """How well the profile matches the niches asked for.

    relevance: 0 to 10,000, None when nothing is known of its topics.
    """

    relevance: int | None
    evidence: str = ""
    source: str = ""


@dataclass(frozen=True)
class FitFacts:
    """All that a fit is computed from. None is unknown.

    niche: None when no niche was asked for. pool, band: engagement rates of the profile's
    platform and definition, of all sizes and of about its own size. cost_pool: of its
    platform and its fee's currency. benchmark: the published set that the workspace chose.
    sources: who said what a part goes by, where it is not the profile's `source`.
    """

    profile: ProfileSnapshot
    today: dt.date
    niche: NicheFinding | None = None
    pool: Pool | None = None
    band: Pool | None = None
    benchmark: str | None = None
    authenticity_peers: AuthenticityPeers | None = None
    cost_pool: CostPool | None = None
    wanted: Wanted = field(default_factory=Wanted)
    history: History = field(default_factory=History)
    sources: Mapping[PartName, str] = field(default_factory=dict)


class Fit(BaseModel):
    """A fit with its parts, as it is shown and as a card keeps it. All parts were asked for.

    What it says of them is worked out once: one drawing asks for the same several times.
    withheld: the platform whose terms let no fit be worked out and shown; there are no parts then.
    """

    model_config = ConfigDict(frozen=True)

    parts: tuple[Part, ...]
    withheld: str = ""

    @property
    def asked_weight(self) -> int:
        """T: the weights of all parts asked for."""
        return self._sums[0]

    @property
    def known_weight(self) -> int:
        """K: the weights of the parts that are known."""
        return self._sums[1]

    @property
    def rank(self) -> int:
        """What the order is by, the same whole number as in SQL."""
        return self._sums[2]

    @cached_property
    def _sums(self) -> tuple[int, int, int]:
        """T, K and the rank."""
        asked = known = rank = 0
        for pull, part in self._pulls:
            asked += part.weight
            if part.value is not None:
                known += part.weight
                rank += pull
        return asked, known, rank

    @cached_property
    def _pulls(self) -> list[tuple[int, Part]]:
        return [(part.pull, part) for part in self.parts]

    @property
    def fit(self) -> float | None:
        """The weighted mean of what is known, 0-100; None when nothing is."""
        known = self.known_weight
        return (self.rank + NEUTRAL * known) / (100 * known) if known else None

    @property
    def shown(self) -> int | None:
        """The fit as shown, a whole number 0-100, halves rounded up."""
        known = self.known_weight
        if not known:
            return None
        return (self.rank + NEUTRAL * known + 50 * known) // (100 * known)

    @property
    def coverage(self) -> float:
        """The share of what was asked that is known, 0-1."""
        asked = self.asked_weight
        return self.known_weight / asked if asked else 0.0

    @property
    def order_score(self) -> float:
        """What the order is by, 0-100: the fit, drawn towards 50 by what is unknown."""
        asked = self.asked_weight
        return 50 + self.rank / (100 * asked) if asked else 50.0

    @property
    def too_little_known(self) -> bool:
        """Whether less than half of what was asked is known."""
        return 2 * self.known_weight < self.asked_weight or self.known_weight == 0

    @property
    def unknown(self) -> tuple[Part, ...]:
        """The parts that were asked for and are not known."""
        return tuple(part for part in self.parts if part.value is None)

    def strongest_for(self, count: int = 2) -> tuple[Part, ...]:
        """The parts that lift the creator most, strongest first; at most `count`."""
        lifting = [one for one in self._pulls if one[0] > 0]
        lifting.sort(key=_PULL, reverse=True)
        return tuple([part for _, part in lifting[:count]])

    def strongest_against(self, count: int = 1) -> tuple[Part, ...]:
        """The parts that lower the creator most, strongest first; at most `count`."""
        lowering = [one for one in self._pulls if one[0] < 0]
        lowering.sort(key=_PULL)
        return tuple([part for _, part in lowering[:count]])


def rank(values: Mapping[PartName, int | None], weights: Weights) -> int:
    """The whole number that orders results: Σ w·(v − 5,000) over the known values.

    Args:
        values: part values 0 to 10,000 of the parts asked for; None is unknown and adds 0.
        weights: of all parts.
    """
    return sum(
        weights.of(name) * (value - NEUTRAL) for name, value in values.items() if value is not None
    )


def asked_parts(niche_asked: bool, wanted: Wanted) -> tuple[PartName, ...]:
    """The parts that a search asks for; the others count nowhere, known or not."""
    return _asked_parts(niche_asked, wanted.asked)


@cache
def _asked_parts(niche: bool, audience: bool) -> tuple[PartName, ...]:
    left_out = {PartName.NICHE: not niche, PartName.AUDIENCE: not audience}
    return tuple(name for name in PartName if not left_out.get(name))


def asked_weight(weights: Weights, asked: Iterable[PartName]) -> int:
    """T, the sum of the asked parts' weights: turns a rank into an order score."""
    return sum(weights.of(name) for name in asked)


def explain(facts: FitFacts, weights: Weights) -> Fit:
    """The fit with every part that was asked for, its evidence and source.

    Parts of weight 0 are left out. The result's `rank` equals what `rank` and SQL compute
    from the same values.

    Raises:
        ValueError: a pool is of another platform, rate definition or currency.
    """
    asked = asked_parts(facts.niche is not None, facts.wanted)
    weighed = [(name, weight) for name in asked if (weight := weights.of(name))]
    parts = [_part(name, facts, weight) for name, weight in weighed]
    return Fit(parts=tuple([_with_source(part, facts.sources) for part in parts]))


def _with_source(part: Part, sources: Mapping[PartName, str]) -> Part:
    source = sources.get(part.name)
    if not part.source or not source or source == part.source:
        return part
    return part.model_copy(update={"source": source})


def _part(name: PartName, facts: FitFacts, weight: int) -> Part:
    profile = facts.profile
    match name:
        case PartName.NICHE:
            part = _niche_part(facts.niche or NicheFinding(None), weight)
        case PartName.ENGAGEMENT:
            part = engagement_part(profile, weight, facts.pool, facts.band, facts.benchmark)
        case PartName.AUTHENTICITY:
            part = authenticity_part(profile, weight, facts.authenticity_peers)
        case PartName.AUDIENCE:
            part = audience_part(profile, weight, facts.wanted)
        case PartName.COST:
            part = cost_part(profile, weight, facts.cost_pool)
        case PartName.FRESHNESS:
            part = freshness_part(profile, weight, facts.today)
        case PartName.RELATIONSHIP:
            part = relationship_part(facts.history, weight)
    return part


def _niche_part(finding: NicheFinding, weight: int) -> Part:
    return Part(
        name=PartName.NICHE,
        value=finding.relevance,
        weight=weight,
        evidence=finding.evidence or "Topics unknown.",
        source=finding.source,
    )
