"""Creators like one, over packed arrays: the same people, scores and order as over `niche_rows`."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from domain.findable import LAST_WITHHELD
from domain.part import BEST, NEUTRAL
from domain.similarity import (
    ENGAGEMENT,
    LANGUAGE,
    NICHES,
    RATE_STEPS,
    SIZE,
    SIZE_STEPS,
    Model,
    limits,
)
from storage import pack_state
from storage.pack_columns import UNKNOWN, Array, Gone, Segment
from storage.packs import Stamp
from storage.transaction import Transaction

STRETCH = 131_072
"""So many rows are compared at once: what is in hand stays small."""
NOT_ALIKE = -1

Alike = tuple[int, int, int]
"""(creator, profile, score)."""


def top(
    tx: Transaction, model: Model, but: int, limit: int, skip: int, now: Stamp
) -> tuple[list[Alike], int] | None:
    """As `storage.similar.top`; None when the pack can't be used after all."""
    try:
        state = pack_state.current(tx, now)
        if state is None:
            return None
        pack = pack_state.base(tx, state)
        parts = [_compared(pack, model, but, state.dead, state.suspects)]
        if state.added is not None:
            everybody = np.ones(state.added.size, dtype=bool)
            parts.append(_compared(state.added, model, but, None, everybody))
    except Gone:
        return None
    return _best(parts, skip + limit)[skip:], _how_many(parts)


@dataclass(frozen=True)
class _Compared:
    """A segment's rows. scores: `NOT_ALIKE` for those who share no niche, or count no more.

    suspects: by row, whether its creator may have others; None = nobody has.
    """

    segment: Segment
    scores: Array
    suspects: Array | None

    def leading(self, many: int) -> list[tuple[int, int, int]]:
        """(less the score, profile, creator) of the best rows and of those as good as the last."""
        floor = 0
        if many < len(self.scores):
            floor = max(0, int(np.partition(self.scores, -many)[-many]))
        rows = np.flatnonzero(self.scores >= floor)
        profiles = self.segment.column("profile_id").take(rows)
        order = np.lexsort((profiles, -self.scores.take(rows)))[:many]
        creators = self.segment.column("creator_id").take(rows)
        columns = (-self.scores.take(rows), profiles, creators)
        return list(zip(*(values.take(order).tolist() for values in columns), strict=True))


def _best(parts: Sequence[_Compared], wanted: int) -> list[Alike]:
    """The most similar creators, each once by the best profile."""
    many = wanted * 2 + 10
    while True:
        leading = [part.leading(many) for part in parts]
        everything = all(len(one) < many for one in leading)
        ordered = sorted(row for one in leading for row in one)
        found: dict[int, Alike] = {}
        for less, profile, creator in ordered if everything else ordered[:many]:
            found.setdefault(creator, (creator, profile, -less))
        if everything or len(found) >= wanted:
            return list(found.values())[:wanted]
        many *= 4


def _how_many(parts: Sequence[_Compared]) -> int:
    """Creators who share a niche, each counted once."""
    total, several = 0, []
    for part in parts:
        alike = part.scores != NOT_ALIKE
        if part.suspects is not None:
            rows = np.flatnonzero(alike & part.suspects)
            several.append(part.segment.column("creator_id").take(rows).astype(np.int64))
            alike &= ~part.suspects.astype(bool)
        total += int(np.count_nonzero(alike))
    return total + (len(np.unique(np.concatenate(several))) if several else 0)


def _compared(
    segment: Segment, model: Model, but: int, dead: Array | None, suspects: Array | None
) -> _Compared:
    """How alike everybody of a segment is; but: the creator whom the model is of."""
    shared = np.full(segment.size, NOT_ALIKE, dtype=np.int32)
    for niche, mine in model.niches.items():
        posting = segment.niche(niche)
        before = np.maximum(shared[posting.rows], 0)
        shared[posting.rows] = before + np.minimum(posting.relevance, mine)
    shared[segment.column("creator_id") == but] = NOT_ALIKE
    if dead is not None:
        shared[dead] = NOT_ALIKE
    for start in range(0, segment.size, STRETCH):
        rows = start + np.flatnonzero(shared[start : start + STRETCH] != NOT_ALIKE)
        as_of = segment.column("as_of").take(rows)
        scores = _scores(segment, model, rows, shared.take(rows))
        scores[(as_of <= LAST_WITHHELD) & (as_of != UNKNOWN)] = NOT_ALIKE  # by a platform's terms
        shared[rows] = scores
    return _Compared(segment, shared, suspects)


def _scores(segment: Segment, model: Model, rows: Array, shared: Array) -> Array:
    """As `domain.similarity.likeness`. shared: by row, Σ of the lesser relevance."""
    followers = segment.column("followers").take(rows)
    total: Array = NICHES * (BEST * shared // max(1, sum(model.niches.values())))
    total += SIZE * _stepped(followers, followers == UNKNOWN, model.followers, SIZE_STEPS)
    total += ENGAGEMENT * _rate(segment, model, rows)
    total += LANGUAGE * _language(segment, model, rows)
    return total


def _stepped(
    values: Array, unknown: Array, mine: float | None, steps: Sequence[tuple[float, int]]
) -> Array:
    if not mine:
        return _everywhere(NEUTRAL, values)
    worth = _everywhere(0, values)
    for low, high, value in reversed(limits(mine, steps)):  # the nearest last: it counts
        worth[(values >= low) & (values <= high)] = value
    worth[unknown] = NEUTRAL
    return worth


def _rate(segment: Segment, model: Model, rows: Array) -> Array:
    if model.definition is None:
        return _everywhere(NEUTRAL, rows)
    rate = segment.column("rate").take(rows)
    other = np.isnan(rate)
    for name, mine in (("rate_definition", model.definition), ("platform", model.platform)):
        theirs = segment.column(name).take(rows).astype(np.int32)
        codes = segment.codes(name, (mine.value,)) or [-1]  # nobody has it
        other |= theirs != codes[0]
    return _stepped(rate, other, model.rate, RATE_STEPS)


def _language(segment: Segment, model: Model, rows: Array) -> Array:
    if not model.languages:
        return _everywhere(NEUTRAL, rows)
    spoken = segment.column("language").take(rows)
    worth = np.full(len(segment.about.words["language"]) + 1, 0, dtype=np.int32)
    worth[segment.codes("language", sorted(model.languages))] = BEST
    worth[0] = NEUTRAL
    found: Array = worth.take(spoken)
    return found


def _everywhere(value: int, like: Array) -> Array:
    return np.full(len(like), value, dtype=np.int32)
