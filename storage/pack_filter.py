"""The filters of a search over packed arrays: what `storage.filters` says in SQL.

Rows are narrowed filter by filter, the cheapest first. A filter on a figure that is unknown can't
be told; such a row stays, marked with what it lacks, and is counted or taken as the search says.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from domain.money import to_minor
from storage.asked import Criteria
from storage.filters import ANY, FEE
from storage.index import EPOCH
from storage.pack_columns import UNKNOWN, Array, Segment

PLACES = (
    ("country", "country", "countries"),
    ("language", "language", "languages"),
    ("audience country", "audience_country", "audience_countries"),
    ("audience language", "audience_language", "audience_languages"),
)

STRETCH = 131_072
"""So many rows are narrowed at once: what is in hand stays small."""


def unknowable(criteria: Criteria) -> tuple[str, ...]:
    """Names of the filters that can't always be told, in the order of their bits."""
    names = [name for name, _, asked in PLACES if getattr(criteria, asked)]
    if _ranges(criteria):
        names.append("followers")
    if criteria.asks_rate:
        names.append("engagement rate")
    if criteria.price:
        names.append(FEE)
    return tuple(names)


@dataclass(frozen=True)
class Passed:
    """Rows that pass, or might.

    rows: their numbers, None = every row. at: their places in what was narrowed, None = all of it.
    lacks: bits of `unknowable` by row, None = nothing is lacking anywhere. foreign: rows that fail
    only because their fee is in a currency that can't be compared.
    """

    rows: Array | None
    at: Array | None
    lacks: Array | None
    foreign: Array | None


class Narrowing:
    """Rows of a segment while the filters narrow them."""

    def __init__(self, segment: Segment, rows: Array | None, stretch: slice) -> None:
        """rows: numbers of rows to begin with, None = every row; stretch: those of them to take."""
        self._segment, self._stretch = segment, stretch
        self._rows = None if rows is None else rows[stretch]
        self._at: Array | None = None
        self._lacks: Array | None = None
        self._foreign: Array | None = None

    def passed(self) -> Passed:
        """What is left; never "every row", since it may be one stretch of many."""
        everything = np.arange(self._stretch.start, self._stretch.stop, dtype=np.int32)
        rows = everything if self._rows is None else self._rows
        at = everything if self._at is None else self._at
        lacks = np.zeros(len(rows), dtype=np.uint8) if self._lacks is None else self._lacks
        return Passed(rows, at, lacks if lacks.any() else None, self._foreign)

    def of(self, column: Array) -> Array:
        """A column's values of the rows that are left."""
        return column[self._stretch] if self._rows is None else column.take(self._rows)

    def keep(self, mask: Array) -> None:
        """Keep those for which it holds."""
        chosen = np.flatnonzero(mask)
        if len(chosen) == len(mask):
            return
        self._rows = self._numbers(chosen)
        self._at = self._from_start(chosen) if self._at is None else self._at.take(chosen)
        if self._lacks is not None:
            self._lacks = self._lacks.take(chosen)

    def tell(self, holds: Array, unknown: Array, bit: int) -> None:
        """Keep those for which it holds or can't be told, and mark the latter."""
        if unknown.any():
            marked = unknown.view(np.uint8) << np.uint8(bit)
            self._lacks = marked if self._lacks is None else self._lacks | marked
            holds = holds | unknown
        self.keep(holds)

    def set_apart(self, foreign: Array) -> None:
        """Remember those with a fee that can't be compared: nothing else fails."""
        self._foreign = self._numbers(np.flatnonzero(foreign))

    def _numbers(self, chosen: Array) -> Array:
        """Row numbers of some of those that are left."""
        return self._from_start(chosen) if self._rows is None else self._rows.take(chosen)

    def _from_start(self, chosen: Array) -> Array:
        rows: Array = (chosen + self._stretch.start).astype(np.int32)
        return rows

    def words(self, name: str, wanted: Any) -> tuple[Array, Array]:
        """Where a word is one of those wanted, and where it is unknown."""
        codes = self.of(self._segment.column(name))
        return _any_of(codes, self._segment.codes(name, sorted(wanted))), codes == 0


def narrowed(
    segment: Segment,
    criteria: Criteria,
    names: Sequence[str],
    rows: Array | None,
    dead: Array | None,
) -> Passed:
    """Rows of a segment that pass all filters, or might.

    names: `unknowable`. rows: to begin with, None = every row. dead: rows that count no more.
    """
    if not (names or criteria.platforms or criteria.added_since) and dead is None:
        return Passed(rows, None, None, None)
    size = segment.size if rows is None else len(rows)
    bits = {name: bit for bit, name in enumerate(names)}
    parts = []
    for start in range(0, size, STRETCH) or (0,):
        left = Narrowing(segment, rows, slice(start, min(size, start + STRETCH)))
        _narrow(left, segment, criteria, bits, dead)
        parts.append(left.passed())
    return parts[0] if len(parts) == 1 else _joined(parts)


def _joined(parts: Sequence[Passed]) -> Passed:
    """What passed of all stretches."""
    rows = np.concatenate([one.rows for one in parts if one.rows is not None])
    at = np.concatenate([one.at for one in parts if one.at is not None])
    lacks = foreign = None
    if any(one.lacks is not None for one in parts):
        lacks = np.concatenate(
            [
                np.zeros(len(one.rows if one.rows is not None else ()), dtype=np.uint8)
                if one.lacks is None
                else one.lacks
                for one in parts
            ]
        )
    if all(one.foreign is not None for one in parts):
        foreign = np.concatenate([one.foreign for one in parts if one.foreign is not None])
    return Passed(rows, at, lacks, foreign)


def _narrow(
    left: Narrowing,
    segment: Segment,
    criteria: Criteria,
    bits: Mapping[str, int],
    dead: Array | None,
) -> None:
    if criteria.platforms:
        left.keep(left.words("platform", criteria.platforms)[0])
    for name, column, asked in PLACES:
        if name in bits:
            left.tell(*left.words(column, getattr(criteria, asked)), bits[name])
    if "followers" in bits:
        followers = left.of(segment.column("followers"))
        left.tell(_within_all(followers, criteria), followers == UNKNOWN, bits["followers"])
    if "engagement rate" in bits:
        rate = left.of(segment.column("rate"))
        left.tell(_rate_holds(rate, criteria), np.isnan(rate), bits["engagement rate"])
    if criteria.added_since:
        since = (criteria.added_since - EPOCH).days
        left.keep(left.of(segment.column("added_on")) >= since)
    if dead is not None:
        left.keep(~left.of(dead))
    if FEE in bits:
        _tell_fee(left, segment, criteria, bits[FEE])


def _any_of(codes: Array, wanted: list[int]) -> Array:
    if len(wanted) == 1:
        found: Array = codes == wanted[0]
        return found
    table = np.zeros(np.iinfo(codes.dtype).max + 1, dtype=bool)
    table[wanted] = True
    return table.take(codes)


def _ranges(criteria: Criteria) -> list[tuple[tuple[int | None, int | None], ...]]:
    """Ranges of followers: of each group one must hold."""
    groups = []
    if criteria.followers and ANY not in criteria.followers:
        groups.append(criteria.followers)
    if criteria.followers_range and criteria.followers_range != ANY:
        groups.append((criteria.followers_range,))
    return groups


def _within_all(followers: Array, criteria: Criteria) -> Array:
    whole: Array | None = None
    for ranges in _ranges(criteria):
        one: Array | None = None
        for low, high in ranges:
            held = _within(followers, low, high)
            one = held if one is None else one | held
        if one is not None:
            whole = one if whole is None else whole & one
    assert whole is not None  # noqa: S101  asked only where there are ranges
    return whole


def _within(numbers: Array, low: int | None, high: int | None) -> Array:
    """Ends included; an unknown number may come out either way."""
    if low is None or high is None:
        held: Array = numbers >= low if low is not None else numbers <= high
        return held
    return (numbers >= low) & (numbers <= high)


def _rate_holds(rate: Array, criteria: Criteria) -> Array:
    held: Array = np.ones(len(rate), dtype=bool)
    if criteria.rate_from is not None:
        held &= rate >= criteria.rate_from
    if criteria.rate_above is not None:
        held &= rate > criteria.rate_above
    if criteria.rate_to is not None:
        held &= rate <= criteria.rate_to
    if criteria.rate_below is not None:
        held &= rate < criteria.rate_below
    return held


def _tell_fee(left: Narrowing, segment: Segment, criteria: Criteria, bit: int) -> None:
    """Within the price; a fee in a currency that can't be compared fails, and is set apart."""
    price = criteria.price
    assert price is not None  # noqa: S101  asked only where there is a price
    rates = {**criteria.price_rates, price.currency: 1}
    currency, fee = left.of(segment.column("fee_currency")), left.of(segment.column("fee"))
    comparable, holds = np.zeros(len(fee), dtype=bool), np.zeros(len(fee), dtype=bool)
    for code, word in enumerate(segment.about.words["fee_currency"], start=1):
        if word in rates:
            here = currency == code
            comparable |= here
            holds |= here & (fee <= math.floor(to_minor(price) * rates[word]))
    no_fee = fee == UNKNOWN
    left.set_apart(~comparable & (currency != 0))
    left.tell(holds & ~no_fee, (currency == 0) | (comparable & no_fee), bit)
