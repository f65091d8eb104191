"""The best rows of packed arrays by fit: exact, and seldom looking at all of them.

Rows are in the order of a sum of some parts under fixed weights (`pack_columns.ORDER`). From the
sum of the next row follows the most that any row from there on can reach under the weights of the
search; when the rows already found are better, the rest is not looked at.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from domain.findable import LAST_WITHHELD
from domain.fit import Weights
from domain.freshness import FRESHNESS_BANDS
from domain.part import BEST, NEUTRAL, PartName
from storage.asked import Criteria
from storage.index import EPOCH
from storage.pack_columns import ORDER, ORDERED_PARTS, UNKNOWN, UNKNOWN_PARTS, Array, Segment

FIRST_BLOCK, BLOCK = 512, 16_384
Relationships = Mapping[int, int]
"""Values by creator, 0-10,000."""


@dataclass(frozen=True)
class Chosen:
    """Rows of a segment that lead, the best first, with all that puts them in order."""

    rank: Array
    rate: Array
    profile: Array
    row: Array
    relevance: Array

    def best(self, many: int) -> "Chosen":
        """The best of them: by rank, then by rate, then the older profile."""
        order = np.lexsort((self.profile, -self.rate, -self.rank))[:many]
        return self.take(order)

    def take(self, places: Array) -> "Chosen":
        """Some of them."""
        return Chosen(
            self.rank[places],
            self.rate[places],
            self.profile[places],
            self.row[places],
            self.relevance[places],
        )

    def with_also(self, other: "Chosen") -> "Chosen":
        """Both together."""
        return Chosen(
            np.concatenate((self.rank, other.rank)),
            np.concatenate((self.rate, other.rate)),
            np.concatenate((self.profile, other.profile)),
            np.concatenate((self.row, other.row)),
            np.concatenate((self.relevance, other.relevance)),
        )


NOBODY = Chosen(
    np.zeros(0, dtype=np.int32),
    np.zeros(0),
    np.zeros(0, dtype=np.int64),
    np.zeros(0, dtype=np.int64),
    np.zeros(0, dtype=np.int16),
)


@dataclass(frozen=True)
class Rows:
    """Rows that pass the filters, the best first by the parts in `ordered_by`.

    numbers: None = every row of the segment. relevance: by row; None where no niche was asked for.
    """

    numbers: Array | None
    relevance: Array | None
    ordered_by: tuple[PartName, ...]


class Ranking:
    """How a search ranks the rows of one segment."""

    def __init__(
        self,
        segment: Segment,
        criteria: Criteria,
        today: dt.date,
        relationship: Array | None,
    ) -> None:
        """relationship: value less `NEUTRAL` by row, 0 unknown; None when nobody has any."""
        self.segment, self._criteria, self._weights = segment, criteria, criteria.weights
        self._columns: list[tuple[Array, int]] = []
        for name in ORDERED_PARTS:
            self._weigh(segment.column(name.value), self._weights.of(name))
        fresh = segment.made(f"freshness {today}", lambda: freshness(segment, today))
        self._weigh(fresh, self._weights.freshness)
        if relationship is not None:
            self._weigh(relationship, self._weights.relationship)
        self._asked_audience = criteria.wanted.asked and self._weights.audience > 0
        if self._asked_audience:
            self._audience = Audience(segment, criteria)
        self._related = relationship is not None
        self._as_of = segment.column("as_of")
        self._some_withheld = bool(segment.made("withheld", lambda: _some_withheld(segment))[0])

    def _weigh(self, column: Array, weight: int) -> None:
        if weight:
            self._columns.append((column, weight))

    def best(self, rows: Rows, many: int, before: Chosen = NOBODY) -> Chosen:
        """The best `many` of these rows. before: of the same search, only to be beaten."""
        numbers = rows.numbers
        size = self.segment.size if numbers is None else len(numbers)
        found, start, step = NOBODY, 0, FIRST_BLOCK
        floor = _floor(before, many)
        while start < size:
            if floor is not None and self._most(rows, start) < floor[0]:
                break
            end = min(size, start + step)
            ranks = self._ranks(rows, start, end)
            better = self._better(rows, start, ranks, floor)
            if len(better.rank):
                found = found.with_also(better).best(many)
                floor = _floor(found, many) or floor
            start, step = end, min(BLOCK, step * 4)
        return found

    def _ranks(self, rows: Rows, start: int, end: int) -> Array:
        """The rank of each row of a stretch: whole numbers below 2³¹."""
        where = slice(start, end) if rows.numbers is None else rows.numbers[start:end]
        total: Array = np.zeros(end - start, dtype=np.int32)
        for column, weight in self._columns:
            total += np.multiply(column[where], weight, dtype=np.int32)
        if self._asked_audience:
            total += self._audience.values(where) * np.int32(self._weights.audience)
        if rows.relevance is not None and self._weights.niche:
            relevance = rows.relevance[start:end].astype(np.int32) - NEUTRAL
            total += relevance * np.int32(self._weights.niche)
        if self._some_withheld:
            as_of = self._as_of[where]
            total = np.where((as_of <= LAST_WITHHELD) & (as_of != UNKNOWN), as_of, total)
        return total

    def _better(
        self, rows: Rows, start: int, ranks: Array, floor: tuple[int, float, int] | None
    ) -> Chosen:
        """Rows of a stretch that come before the floor, the last one that still counts."""
        segment = self.segment
        places = np.arange(len(ranks)) if floor is None else np.flatnonzero(ranks >= floor[0])
        row = places + start if rows.numbers is None else rows.numbers[start + places]
        rate = np.nan_to_num(segment.column("rate")[row], nan=-1.0)
        profile, rank = segment.column("profile_id")[row].astype(np.int64), ranks[places]
        if floor is not None:
            of_rank, of_rate, of_profile = floor
            tied = (rate > of_rate) | ((rate == of_rate) & (profile < of_profile))
            first = np.flatnonzero((rank > of_rank) | tied)
            places, row, rank = places[first], row[first], rank[first]
            rate, profile = rate[first], profile[first]
        if rows.relevance is None:
            relevance = np.zeros(len(row), dtype=np.int16)
        else:
            relevance = rows.relevance[start + places]
        return Chosen(rank, rate, profile, np.asarray(row, dtype=np.int64), relevance)

    def _most(self, rows: Rows, start: int) -> int:
        """The highest rank that a row from here on can have."""
        row = start if rows.numbers is None else int(rows.numbers[start])
        key, free = 0, 0
        for name in ORDERED_PARTS:
            value = int(self.segment.column(name.value)[row])
            key += ORDER.of(name) * value
        if rows.relevance is not None:
            if PartName.NICHE in rows.ordered_by:
                key += ORDER.niche * (int(rows.relevance[start]) - NEUTRAL)
            else:
                free += self._weights.niche
        free += self._weights.freshness
        free += self._weights.audience if self._asked_audience else 0
        free += self._weights.relationship if self._related else 0
        return most_under(key, rows.ordered_by, self._weights) + free * (BEST - NEUTRAL)


def most_under(key: int, parts: tuple[PartName, ...], weights: Weights) -> int:
    """The most that parts can add to a rank when they add no more than `key` under `ORDER`.

    Each part lies between -5,000 and 5,000; what an allowance of `key` brings most is taken first.
    """
    left = key + (BEST - NEUTRAL) * sum(ORDER.of(name) for name in parts)
    total = -(BEST - NEUTRAL) * sum(weights.of(name) for name in parts)
    for name in sorted(parts, key=lambda one: -weights.of(one) / ORDER.of(one)):
        taken = min(left, BEST * ORDER.of(name))
        total += -(-taken * weights.of(name) // ORDER.of(name))
        left -= taken
    return total


def _floor(chosen: Chosen, many: int) -> tuple[int, float, int] | None:
    """What a row must come before to be among the best; None while there is room."""
    if len(chosen.rank) < many:
        return None
    return int(chosen.rank[-1]), float(chosen.rate[-1]), int(chosen.profile[-1])


def freshness(segment: Segment, today: dt.date) -> Array:
    """Value less `NEUTRAL` by row on that day; 0 for an unknown date."""
    as_of = segment.column("as_of")
    oldest = np.array([days for days, _ in FRESHNESS_BANDS])
    values = np.array([*(value for _, value in FRESHNESS_BANDS), 0], dtype=np.int16) - NEUTRAL
    age = (today - EPOCH).days - as_of.astype(np.int64)
    found: Array = values.astype(np.int16).take(np.searchsorted(oldest, age))
    found[as_of <= LAST_WITHHELD] = 0  # an unknown one is also below
    return found


def _some_withheld(segment: Segment) -> Array:
    """Whether there is anybody of whom no fit may be told."""
    as_of = segment.column("as_of")
    return np.array([bool(np.any((as_of <= LAST_WITHHELD) & (as_of != UNKNOWN)))])


def known_parts(segment: Segment, rows: Array) -> list[list[int | None]]:
    """Of each of `ORDERED_PARTS` the values of these rows, 0-10,000."""
    unknown = segment.column(UNKNOWN_PARTS)[rows].tolist()
    return [
        [
            None if bits & (1 << at) else value + NEUTRAL
            for value, bits in zip(segment.column(name.value)[rows].tolist(), unknown, strict=True)
        ]
        for at, name in enumerate(ORDERED_PARTS)
    ]


class Audience:
    """Whether people are where, and speak what, was asked for: `domain.audience` over arrays."""

    def __init__(self, segment: Segment, criteria: Criteria) -> None:
        wanted = criteria.wanted
        self._asked = []
        for name, values in (
            ("audience_country", wanted.audience_countries),
            ("country", wanted.countries),
            ("language", wanted.languages),
        ):
            if values:
                table = np.full(len(segment.about.words[name]) + 1, 1, dtype=np.int8)
                table[segment.codes(name, values)] = 5  # known and met
                table[0] = 0
                self._asked.append((segment.column(name), table))

    def values(self, where: Array | slice) -> Array:
        """Value less `NEUTRAL` by row; 0 when none of it is known."""
        return _OF_AUDIENCE.take(self._told(where)) - np.int32(NEUTRAL)

    def known(self, rows: Array) -> list[int | None]:
        """The values of a few rows, 0-10,000, None when none of it is known."""
        told = self._told(rows).tolist()
        return [int(_OF_AUDIENCE[one]) if one else None for one in told]

    def _told(self, where: Array | slice) -> Array:
        """How many are known, and four for each that is met."""
        column, table = self._asked[0]
        told: Array = table.take(column[where])
        for column, table in self._asked[1:]:
            told = told + table.take(column[where])
        return told


def _of_audience() -> Array:
    """By what `_told` gives: 10,000 × met ÷ known, rounded down."""
    values = np.full(16, NEUTRAL, dtype=np.int32)
    for known in (1, 2, 3):
        for met in range(known + 1):
            values[known + 4 * met] = BEST * met // known
    return values


_OF_AUDIENCE = _of_audience()
