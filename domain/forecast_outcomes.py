"""What outcomes of a workspace teach its forecasts: how posts for brands did, and who bought."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import fmean, stdev

from domain.log_normal import Factor

RATIO_WORTH = 5.0
RATIO_SPREAD = 0.7
"""Posts for brands are taken to do as others do; that is worth so many outcomes, and single ones
lie so far from it, on the scale of logarithms."""
LEAST_CONVERTING = 3
"""Of so many partnerships both engagements and conversions must be known for a rate."""
CONVERSION_SPREAD = 0.8
FARTHEST = math.log(20)
"""An outcome that is farther off than twenty-fold counts as twenty-fold: it is likely a slip."""


@dataclass(frozen=True)
class Ratio:
    """How many times one figure another is, from so many outcomes."""

    factor: Factor
    outcomes: int = 0


NOTHING_KNOWN = Ratio(Factor(0.0, RATIO_SPREAD / math.sqrt(RATIO_WORTH)))


@dataclass(frozen=True)
class Outcome:
    """What came of a finished partnership, and what its posts would have brought otherwise.

    organic: by "views" and "engagements", the middle of the forecast before it learned anything.
    views, engagements, conversions: what it brought; None unknown.
    """

    organic: dict[str, float] = field(default_factory=dict)
    views: int | None = None
    engagements: int | None = None
    conversions: int | None = None


@dataclass(frozen=True)
class Learned:
    """What was learned. ratios: by measure, posts for brands against the account's others.

    conversion_rate: conversions for each engagement; None with too few results.
    """

    ratios: dict[str, Ratio] = field(default_factory=dict)
    conversion_rate: Ratio | None = None

    def ratio(self, measure: str) -> Ratio:
        """How posts for brands do against the account's other posts."""
        return self.ratios.get(measure, NOTHING_KNOWN)


def learn(outcomes: Iterable[Outcome]) -> Learned:
    """What finished partnerships teach; with none, that nothing is known."""
    known = list(outcomes)
    return Learned(
        ratios={measure: _ratio(known, measure) for measure in ("views", "engagements")},
        conversion_rate=_conversion_rate(known),
    )


def _ratio(outcomes: Sequence[Outcome], measure: str) -> Ratio:
    """Drawn towards 1 by how little is known."""
    logs = []
    for one in outcomes:
        came, expected = getattr(one, measure), one.organic.get(measure)
        if came and expected and expected > 0:
            logs.append(max(-FARTHEST, min(FARTHEST, math.log(came / expected))))
    worth = len(logs) + RATIO_WORTH
    middle = sum(logs) / worth
    return Ratio(Factor(middle, _spread(logs, RATIO_SPREAD) / math.sqrt(worth)), len(logs))


def _conversion_rate(outcomes: Sequence[Outcome]) -> Ratio | None:
    """The middle rate; how far single partnerships lie from it is part of the doubt."""
    logs = [
        math.log((one.conversions + 0.5) / (one.engagements + 1))
        for one in outcomes
        if one.conversions is not None and one.engagements
    ]
    if len(logs) < LEAST_CONVERTING:
        return None
    spread = _spread(logs, CONVERSION_SPREAD)
    return Ratio(Factor(fmean(logs), spread * math.sqrt(1 + 1 / len(logs))), len(logs))


def _spread(logs: Sequence[float], usual: float) -> float:
    """How far single ones lie from the middle; the usual is worth as much as five of them."""
    own = stdev(logs) ** 2 * (len(logs) - 1) if len(logs) > 1 else 0.0
    return math.sqrt((own + RATIO_WORTH * usual**2) / (max(len(logs) - 1, 0) + RATIO_WORTH))
