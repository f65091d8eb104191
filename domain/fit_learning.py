"""New weights of the fit, from which partnerships worked: proposed only where the evidence holds.

Each finished partnership has the parts of the fit as they stood when it was decided on, and how
well it did among those it may be compared with. A ridge regression, drawn towards the present
weights, says how many times its weight each part deserves; whether that orders partnerships better
is judged on partnerships that it has not seen.
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from pydantic import BaseModel, ConfigDict

from domain.fit import HEAVIEST, Weights
from domain.part import BEST, NEUTRAL, PartName

LEAST_FINISHED = 20
LEAST_PAIRS = 60
"""Fewer pairs that may be compared tell nothing."""
FOLDS = 5
WORTH = 40.0
"""The present weights count like what so many partnerships say."""
LEAST_GAIN = 0.03
LEAST_DEVIATIONS = 2.0
"""By so much, and so many of its own deviations, more pairs must stand in the right order."""
CHANCE = 0.5
LEAST_TIMES, MOST_TIMES = 0.5, 2.0
"""No part's weight changes by more than this."""
NOTEWORTHY = 0.1
_STEEPEST = 3.0
_FLATTEST = 1.0

Factors = dict[PartName, float]
"""How many times its usual weight each part has; a part that is not there has it once."""


@dataclass(frozen=True)
class Finished:
    """A finished partnership.

    parts: values when it was decided, 0-10,000, None unknown. weights: of the parts asked for
    then, by the brief. group: within which outcomes compare, for example by goal and currency.
    outcome: more is better, in any unit.
    """

    parts: Mapping[PartName, int | None]
    weights: Mapping[PartName, int]
    group: str
    outcome: float


class Evidence(BaseModel):
    """What speaks for new weights, all on partnerships that they were not made from.

    partnerships, pairs: what was compared. present, proposed: the share of pairs that stand in the
    right order, 0-1. deviation: how far their difference may be chance.
    """

    model_config = ConfigDict(frozen=True)

    partnerships: int
    pairs: int
    present: float
    proposed: float
    deviation: float

    @property
    def holds(self) -> bool:
        """Whether the new weights are better, by more than chance."""
        gain = self.proposed - self.present
        return (
            self.partnerships >= LEAST_FINISHED
            and self.pairs >= LEAST_PAIRS
            and gain >= LEAST_GAIN
            and self.proposed >= CHANCE + LEAST_GAIN
            and gain >= LEAST_DEVIATIONS * self.deviation
        )


@dataclass(frozen=True)
class Proposal:
    """New weights, as factors on the present ones' usual weights, with what speaks for them."""

    factors: Factors
    evidence: Evidence


def propose(finished: Sequence[Finished], present: Factors) -> Proposal | None:
    """New factors where partnerships that were not learned from say that they are better.

    Args:
        finished: in any order that doesn't depend on how they did.
        present: the factors in use; weights of `finished` are without them.

    Returns:
        None with fewer than twenty, or where the present weights do as well.
    """
    if len(finished) < LEAST_FINISHED:
        return None
    wants = _places(finished)
    rows = [_row(one, present) for one in finished]
    scores = [0.0] * len(rows)
    for fold in range(FOLDS):
        train = [place for place in range(len(rows)) if place % FOLDS != fold]
        times = _fitted([rows[place] for place in train], [wants[place] for place in train])
        for place in range(fold, len(rows), FOLDS):
            scores[place] = sum(rows[place][part] * times[part] for part in PartName)
    before = [sum(row.values()) for row in rows]
    evidence = _evidence(finished, before, scores)
    if not evidence.holds:
        return None
    return Proposal(combined(present, _fitted(rows, wants)), evidence)


def adjusted(weights: Weights, factors: Mapping[PartName, float]) -> Weights:
    """Weights with what was learned in them; their sum stays the same but for rounding."""
    if not factors:
        return weights
    raw = {part: weights.of(part) * factors.get(part, 1.0) for part in PartName}
    total, wanted = sum(raw.values()), sum(weights.of(part) for part in PartName)
    if total <= 0:
        return weights
    return Weights(
        **{part.value: min(HEAVIEST, round(raw[part] * wanted / total)) for part in PartName}
    )


def combined(present: Factors, times: Mapping[PartName, float]) -> Factors:
    """Factors on top of factors, in two digits and within bounds."""
    found = {
        part: round(min(MOST_TIMES, max(LEAST_TIMES, present.get(part, 1.0) * times[part])), 2)
        for part in PartName
    }
    return {part: factor for part, factor in found.items() if factor != 1.0}


def read_factors(stored: Mapping[str, object]) -> Factors:
    """Factors as they were stored; what is not one is left out."""
    names = {part.value for part in PartName}
    return {
        PartName(name): min(MOST_TIMES, max(LEAST_TIMES, float(value)))
        for name, value in stored.items()
        if name in names and isinstance(value, int | float) and math.isfinite(value)
    }


def _row(one: Finished, present: Factors) -> dict[PartName, float]:
    """How far each part lifts the fit, in hundredths of it, with the weights in use."""
    weights = {part: weight * present.get(part, 1.0) for part, weight in one.weights.items()}
    total = sum(weights.values()) or 1.0
    return {
        part: weights.get(part, 0.0) * (value - NEUTRAL) / BEST / total
        if value is not None
        else 0.0
        for part in PartName
        for value in (one.parts.get(part),)
    }


def _places(finished: Sequence[Finished]) -> list[float]:
    """How each did among its group: −½ the worst, ½ the best."""
    groups: dict[str, list[float]] = defaultdict(list)
    for one in finished:
        groups[one.group].append(one.outcome)
    places = []
    for one in finished:
        others = groups[one.group]
        below = sum(each < one.outcome for each in others)
        same = sum(each == one.outcome for each in others)
        places.append((below + same / 2) / len(others) - 0.5)
    return places


def _fitted(
    rows: Sequence[Mapping[PartName, float]], wants: Sequence[float]
) -> dict[PartName, float]:
    """How many times its present weight each part deserves: ridge regression towards once.

    Parts of which all have the same value keep theirs.
    """
    parts = list(PartName)
    centre = {part: fmean(row[part] for row in rows) for part in parts}
    table = [[row[part] - centre[part] for part in parts] for row in rows]
    middle = fmean(wants)
    aims = [want - middle for want in wants]
    slope = _slope([sum(row) for row in table], aims)
    left = [aim - slope * sum(row) for aim, row in zip(aims, table, strict=True)]
    spread = fmean(each * each for row in table for each in row)
    if spread <= 0:
        return dict.fromkeys(parts, 1.0)
    held = WORTH * spread
    matrix = [
        [
            sum(row[one] * row[other] for row in table) + (held if one == other else 0.0)
            for other in range(len(parts))
        ]
        for one in range(len(parts))
    ]
    right = [
        sum(row[one] * rest for row, rest in zip(table, left, strict=True))
        for one in range(len(parts))
    ]
    changes = _solved(matrix, right)
    return {part: max(0.0, 1 + change / slope) for part, change in zip(parts, changes, strict=True)}


def _slope(scores: Sequence[float], aims: Sequence[float]) -> float:
    """By how much more an outcome is when the present fit is, within bounds."""
    square = sum(score * score for score in scores)
    found = (
        sum(score * aim for score, aim in zip(scores, aims, strict=True)) / square
        if square > 0
        else 1.0
    )
    return min(_STEEPEST, max(_FLATTEST, found))


def _solved(matrix: Sequence[Sequence[float]], right: Sequence[float]) -> list[float]:
    """The solution of a system whose matrix is symmetric and positive definite."""
    rows = [[*row, aim] for row, aim in zip(matrix, right, strict=True)]
    size = len(rows)
    for place in range(size):
        best = max(range(place, size), key=lambda other: abs(rows[other][place]))
        rows[place], rows[best] = rows[best], rows[place]
        for other in range(place + 1, size):
            times = rows[other][place] / rows[place][place]
            for column in range(place, size + 1):
                rows[other][column] -= times * rows[place][column]
    found = [0.0] * size
    for place in reversed(range(size)):
        known = sum(rows[place][other] * found[other] for other in range(place + 1, size))
        found[place] = (rows[place][size] - known) / rows[place][place]
    return found


def _evidence(
    finished: Sequence[Finished], before: Sequence[float], after: Sequence[float]
) -> Evidence:
    """Pairs in the right order before and after; the deviation by leaving each one out."""
    count = len(finished)
    pairs, right = 0, [0.0, 0.0]
    of_one = [[0, 0.0] for _ in range(count)]
    for one in range(count):
        for other in range(one):
            first, second = finished[one], finished[other]
            if first.group != second.group or first.outcome == second.outcome:
                continue
            up = first.outcome > second.outcome
            hits = [_agreed(scores[one] - scores[other], up=up) for scores in (before, after)]
            pairs += 1
            right = [sum(each) for each in zip(right, hits, strict=True)]
            for place in (one, other):
                of_one[place][0] += 1
                of_one[place][1] += hits[1] - hits[0]
    if not pairs:
        return Evidence(partnerships=count, pairs=0, present=0, proposed=0, deviation=0)
    gain = right[1] - right[0]
    without = [(gain - change) / (pairs - of) for of, change in of_one if pairs > of]
    mean = fmean(without)
    jackknife = (count - 1) / count * sum((each - mean) ** 2 for each in without)
    return Evidence(
        partnerships=count,
        pairs=pairs,
        present=right[0] / pairs,
        proposed=right[1] / pairs,
        deviation=math.sqrt(jackknife),
    )


def _agreed(difference: float, *, up: bool) -> float:
    """1 in the right order, 0 in the wrong one, ½ for none."""
    if abs(difference) < 1e-12:
        return 0.5
    return float((difference > 0) is up)
