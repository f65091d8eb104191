"""Where a value stands among others, from 101 quantiles instead of the whole pool."""

import itertools
import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from domain.part import BEST

POINTS = 101
TAIL = 200
"""Of the 10,000: kept at either end for values beyond all that was seen, so that even
there more is more."""
_MIDDLE = (BEST - 2 * TAIL) / 100
_SMALLEST = 1e-6

Quantiles = tuple[float, ...]


def pool_quantiles(values: Iterable[float]) -> Quantiles:
    """The 0th, 1st, … 100th percentile of the values, linearly interpolated.

    Args:
        values: finite numbers, 0 or more, in any order.

    Returns:
        101 values, never falling.

    Raises:
        ValueError: there are no values, or one is negative or not finite.
    """
    ordered = sorted(values)
    if not ordered:
        raise ValueError("quantiles need at least one value")
    if not all(math.isfinite(value) for value in ordered) or ordered[0] < 0:
        raise ValueError("quantiles need finite values of 0 or more")
    return tuple(_interpolated(ordered, point) for point in range(POINTS))


def check_quantiles(quantiles: Sequence[float]) -> None:
    """Raise ValueError unless these are 101 finite values of 0 or more that never fall."""
    if len(quantiles) != POINTS:
        raise ValueError(f"expected {POINTS} quantiles, got {len(quantiles)}")
    if not all(math.isfinite(value) for value in quantiles) or quantiles[0] < 0:
        raise ValueError("quantiles must be finite and 0 or more")
    if any(later < earlier for earlier, later in itertools.pairwise(quantiles)):
        raise ValueError("quantiles must never fall")


def percentile(value: float, quantiles: Quantiles) -> float:
    """The share of the pool below the value, in percent (0-100).

    Values that many share stand in the middle of their run (mid-rank). Between two
    quantiles it rises with the logarithm: rates and costs spread over powers of ten.
    """
    first, after = bisect_left(quantiles, value), bisect_right(quantiles, value)
    if first < after:
        return (first + after - 1) / 2
    if first == 0:
        return 0.0
    if first == POINTS:
        return 100.0
    return first - 1 + _share_of_the_way(value, quantiles[first - 1], quantiles[first])


def place(value: float, quantiles: Quantiles) -> int:
    """The percentile as a part value, 0 to 10,000; never falls when the value rises.

    The pool's lowest value stands at 200 and its highest at 9,800; values beyond use the
    rest, so that 10 % is above 0.5 % in every pool, even one that holds neither.
    """
    return place_at(percentile(value, quantiles), value, quantiles)


def place_at(standing: float, value: float, quantiles: Quantiles) -> int:
    """As `place`, of a value whose `percentile` is known."""
    if value < quantiles[0]:
        return int(TAIL / (1 + _log(quantiles[0]) - _log(value)))
    if value > quantiles[-1]:
        return BEST - int(TAIL / (1 + _log(value) - _log(quantiles[-1])))
    return TAIL + int(_MIDDLE * standing)


def _interpolated(ordered: Sequence[float], point: int) -> float:
    """The value `point` hundredths of the way through; exact integers decide the position."""
    index, rest = divmod(point * (len(ordered) - 1), POINTS - 1)
    if rest == 0:
        return float(ordered[index])
    low, high = ordered[index], ordered[index + 1]
    return float(min(high, max(low, low + (high - low) * (rest / (POINTS - 1)))))


def _share_of_the_way(value: float, low: float, high: float) -> float:
    """All three are above or at 0: they stand within or above a pool."""
    from_here = math.log(low + _SMALLEST)
    whole = math.log(high + _SMALLEST) - from_here
    if whole <= 0:
        return 0.5
    return min(1.0, (math.log(value + _SMALLEST) - from_here) / whole)


def _log(value: float) -> float:
    return math.log((value if value > 0 else 0.0) + _SMALLEST)
