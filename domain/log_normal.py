"""Figures that spread over powers of ten: their level, how far single ones lie from it, their sum.

Views and engagements of posts are taken to be log-normal with heavier tails, so everything here
is on the scale of natural logarithms, where an account ten times as large is as far from the next
one everywhere.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean

TAIL = 0.1
"""Below and above an interval lies this share: it holds 80 %."""
_Z = NormalDist().inv_cdf(1 - TAIL)
_MAD_TO_DEVIATION = 1.4826
_HUBER = 1.3
_HUBER_ROUNDS = 8
_MEAN_VARIANCE = 1.05
"""How much more the robust mean varies than the mean would, were there no outliers."""


@dataclass(frozen=True)
class Level:
    """What one of many similar figures is expected to be.

    middle: logarithm of the median. doubt: how far the middle itself may be off. scatter: how far
    single figures lie from it. freedom: from about how many figures that is known, less one.
    """

    middle: float
    doubt: float
    scatter: float
    freedom: float

    def times(self, factor: "Factor") -> "Level":
        """The level of figures that are so many times these."""
        doubt = math.hypot(self.doubt, factor.doubt)
        return Level(self.middle + factor.middle, doubt, self.scatter, self.freedom)


@dataclass(frozen=True)
class Factor:
    """How many times one figure is another: logarithm of the median, and how far that is off."""

    middle: float
    doubt: float


@dataclass(frozen=True)
class Total:
    """A sum that is expected: logarithm of its median, and the deviation with all doubts in it."""

    middle: float
    deviation: float

    def at(self, steps: float) -> float:
        """The value so many interval's ends from the median: −1 and 1 hold 80 %."""
        return math.exp(self.middle + steps * _Z * self.deviation)

    def times(self, factor: Factor) -> "Total":
        """The total of something that is so many times this."""
        return Total(self.middle + factor.middle, math.hypot(self.deviation, factor.doubt))


def log_of(value: float) -> float:
    """The logarithm of a count; none at all counts as a half."""
    return math.log(max(value, 0.5))


def level_of(logs: Sequence[float], scatter: float, worth: float, fading: float = 1.0) -> Level:
    """The level of figures that were seen, robust against single hits and flops.

    Args:
        logs: logarithms of what was seen, the newest first, at least one.
        scatter: how far such figures usually lie from their level.
        worth: how many figures that prior knowledge is worth.
        fading: how much each counts of what the next newer one counts.

    Raises:
        ValueError: nothing was seen.
    """
    if not logs:
        raise ValueError("no figures were seen")
    weights = [fading**place for place in range(len(logs))]
    seen = sum(weights) ** 2 / sum(weight * weight for weight in weights)
    around = fmean([_robust_variance(logs, weights), _variance(logs, weights, seen)])
    variance = ((seen - 1) * around + worth * scatter**2) / (seen - 1 + worth)
    deviation = math.sqrt(variance)
    middle = _robust_mean(logs, weights, deviation)
    return Level(middle, math.sqrt(_MEAN_VARIANCE * variance / seen), deviation, seen - 1 + worth)


def drawn_towards(seen: Level, middle: float, spread: float) -> Level:
    """The level of one member of a group, drawn towards the group's by how little is known of it.

    Args:
        seen: what its own figures say.
        middle: the group's level.
        spread: how far levels of the group's members lie from that.
    """
    own = spread**2 / (spread**2 + seen.doubt**2)
    doubt = math.sqrt(own) * seen.doubt
    return Level(own * seen.middle + (1 - own) * middle, doubt, seen.scatter, seen.freedom)


def sum_of(level: Level, count: int) -> Total:
    """The sum of so many figures of one level, which share the doubt about it.

    Raises:
        ValueError: there are none to add up.
    """
    if count < 1:
        raise ValueError("a sum needs at least one figure")
    around = math.log1p(math.expm1(level.scatter**2) / count)
    middle = math.log(count) + level.middle + (level.scatter**2 - around) / 2
    wider = heavier_tails(level.freedom)
    return Total(middle, wider * math.sqrt(around + level.doubt**2))


def added(totals: Sequence[Total]) -> Total:
    """Sums of several levels together: mean and variance add up.

    Raises:
        ValueError: there are none to add up.
    """
    if not totals:
        raise ValueError("a sum needs at least one figure")
    if len(totals) == 1:
        return totals[0]
    base = max(total.middle + total.deviation**2 for total in totals)
    mean = sum(math.exp(total.middle + total.deviation**2 / 2 - base) for total in totals)
    variance = sum(
        math.expm1(total.deviation**2)
        * math.exp(2 * (total.middle + total.deviation**2 / 2 - base))
        for total in totals
    )
    around = math.log1p(variance / mean**2)
    return Total(base + math.log(mean) - around / 2, math.sqrt(around))


def heavier_tails(freedom: float) -> float:
    """By how much an interval is wider because its width is itself an estimate (Student's t).

    freedom: degrees of it, at least 1; the fewer, the wider.
    """
    z, freedom = _Z, max(freedom, 1.0)
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return 1 + (first / freedom + second / freedom**2 + third / freedom**3) / z


def _mean(logs: Sequence[float], weights: Sequence[float]) -> float:
    return sum(w * each for w, each in zip(weights, logs, strict=True)) / sum(weights)


def _median(logs: Sequence[float], weights: Sequence[float]) -> float:
    """The value below which half of the weight lies; between two where it is exactly half."""
    half, below = sum(weights) / 2, 0.0
    ordered = sorted(zip(logs, weights, strict=True))
    for place, (value, weight) in enumerate(ordered):
        below += weight
        if math.isclose(below, half) and place + 1 < len(ordered):
            return (value + ordered[place + 1][0]) / 2
        if below > half:
            return value
    return ordered[-1][0]


def _variance(logs: Sequence[float], weights: Sequence[float], seen: float) -> float:
    if seen <= 1:
        return 0.0
    mean = _mean(logs, weights)
    return _mean([(each - mean) ** 2 for each in logs], weights) * seen / (seen - 1)


def _robust_variance(logs: Sequence[float], weights: Sequence[float]) -> float:
    """From the median distance to the median, which single hits hardly move."""
    middle = _median(logs, weights)
    return (_MAD_TO_DEVIATION * _median([abs(each - middle) for each in logs], weights)) ** 2


def _robust_mean(logs: Sequence[float], weights: Sequence[float], deviation: float) -> float:
    """Huber's: far ones count less, the farther the less."""
    middle = _median(logs, weights)
    reach = _HUBER * deviation
    for _ in range(_HUBER_ROUNDS):
        nearer = [
            weight * (min(1.0, reach / abs(each - middle)) if each != middle else 1.0)
            for each, weight in zip(logs, weights, strict=True)
        ]
        middle = _mean(logs, nearer)
    return middle
