"""A search over packed arrays: the same creators, order, parts and counts as over `niche_rows`."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from domain.findable import LAST_WITHHELD
from domain.fit import asked_parts
from domain.freshness import freshness_value
from domain.part import PartName
from storage import pack_state
from storage.asked import Criteria
from storage.found import Counts, Found
from storage.index import EPOCH
from storage.pack_columns import ORDERED_PARTS, Array, Gone, Segment
from storage.pack_counts import Tally
from storage.pack_filter import Passed, narrowed, unknowable
from storage.pack_rank import Audience, Chosen, Ranking, Rows, known_parts
from storage.pack_state import State
from storage.packs import Stamp
from storage.transaction import Transaction


def find(
    tx: Transaction,
    criteria: Criteria,
    today: dt.date,
    now: Stamp,
    *,
    limit: int,
    skip: int,
    counting: bool,
) -> tuple[list[Found], Counts] | None:
    """The best creators and their count; None when the pack can't be used after all.

    limit: 0 for the count alone. counting: whether it is wanted.
    """
    try:
        state = pack_state.current(tx, now)
        if state is None:
            return None
        return _Search(tx, state, criteria, today).find(limit, skip, counting)
    except Gone:
        return None


@dataclass(frozen=True)
class _Part:
    """One segment with its rows that pass."""

    segment: Segment
    passed: Passed
    rows: Rows
    ranking: Ranking


class _Search:
    """One search over the pack and what changed beside it."""

    def __init__(self, tx: Transaction, state: State, criteria: Criteria, today: dt.date) -> None:
        self._state, self._criteria, self._today = state, criteria, today
        self._pack = pack_state.base(tx, state)
        self._names = unknowable(criteria)
        self._tally = Tally(None if criteria.unknown_too else self._names)

    def find(self, limit: int, skip: int, counting: bool) -> tuple[list[Found], Counts]:
        parts = [self._part(self._pack, of_pack=True)]
        if self._state.added is not None:
            parts.append(self._part(self._state.added, of_pack=False))
        counts = Counts(0)
        if counting:
            total, might, lacking, foreign = self._tally.counts()
            counts = Counts(total, might, lacking, foreign)
        found = self._best(parts, skip + limit)[skip:] if limit else []
        return found, counts

    def _part(self, segment: Segment, *, of_pack: bool) -> _Part:
        state, criteria = self._state, self._criteria
        begin, relevance, ordered_by = _begin(segment, criteria)
        passed = narrowed(segment, criteria, self._names, begin, state.dead if of_pack else None)
        suspects = state.suspects if of_pack else np.ones(segment.size, dtype=bool)
        self._tally.add(segment, passed, suspects)
        passed = passed if criteria.unknown_too else _told(passed, segment.size)
        if relevance is not None and passed.at is not None:
            relevance = relevance.take(passed.at)
        related = pack_state.relationship_by_row(
            state, segment, criteria.hidden_brands, of_pack=of_pack
        )
        ranking = Ranking(segment, criteria, self._today, related)
        return _Part(segment, passed, Rows(passed.rows, relevance, ordered_by), ranking)

    def _best(self, parts: list[_Part], wanted: int) -> list[Found]:
        """The best creators, each once by the best profile."""
        alone = self._state.suspects is None and len(parts) == 1
        many = wanted if alone else wanted * 2 + 10
        while True:
            leading = [part.ranking.best(part.rows, many) for part in parts]
            everything = all(len(one.rank) < many for one in leading)
            best = self._each_once(parts, leading, None if everything else many)[:wanted]
            if everything or len(best) == wanted:
                return self._shown(parts, leading, best)
            many *= 4

    def _each_once(
        self, parts: list[_Part], leading: list[Chosen], many: int | None
    ) -> list[tuple[int, int]]:
        """(number of the part, place among its leading rows) of each creator, the best first.

        many: how many rows of them all can be told to lead; None = all.
        """
        order = sorted(
            (-rank, -rate, profile, which, place, creator)
            for which, (part, one) in enumerate(zip(parts, leading, strict=True))
            for place, (rank, rate, profile, creator) in enumerate(
                zip(
                    one.rank.tolist(),
                    one.rate.tolist(),
                    one.profile.tolist(),
                    part.segment.column("creator_id")[one.row].tolist(),
                    strict=True,
                )
            )
        )
        found: dict[int, tuple[int, int]] = {}
        for *_, which, place, creator in order[:many]:
            found.setdefault(creator, (which, place))
        return list(found.values())

    def _shown(
        self, parts: list[_Part], leading: list[Chosen], best: list[tuple[int, int]]
    ) -> list[Found]:
        """What is said of these, in their order."""
        made: dict[tuple[int, int], Found] = {}
        for number, (part, chosen) in enumerate(zip(parts, leading, strict=True)):
            places = [place for which, place in best if which == number]
            if places:
                shown = self._of_part(part, chosen.take(np.array(places)))
                made.update(zip(((number, place) for place in places), shown, strict=True))
        return [made[key] for key in best]

    def _of_part(self, part: _Part, chosen: Chosen) -> list[Found]:
        segment, asked = part.segment, self._criteria
        related = pack_state.relationships(self._state, asked.hidden_brands)
        creators = segment.column("creator_id")[chosen.row].tolist()
        nothing: list[int | None] = [None] * len(creators)
        engagement, authenticity, cost = known_parts(segment, chosen.row)
        columns: dict[PartName, Sequence[int | None]] = {
            PartName.NICHE: chosen.relevance.tolist(),
            PartName.ENGAGEMENT: engagement,
            PartName.AUTHENTICITY: authenticity,
            PartName.AUDIENCE: (
                Audience(segment, asked).known(chosen.row) if asked.wanted.asked else nothing
            ),
            PartName.COST: cost,
            PartName.FRESHNESS: self._freshness(segment.column("as_of")[chosen.row].tolist()),
            PartName.RELATIONSHIP: [related.get(creator) for creator in creators],
        }
        names = asked_parts(bool(asked.groups), asked.wanted)
        profiles, ranks = chosen.profile.tolist(), chosen.rank.tolist()
        return [
            Found(creator, profiles[at], ranks[at], {name: columns[name][at] for name in names})
            for at, creator in enumerate(creators)
        ]

    def _freshness(self, as_of: Sequence[int]) -> list[int | None]:
        return [
            freshness_value(
                None if day <= LAST_WITHHELD else EPOCH + dt.timedelta(day), self._today
            )
            for day in as_of
        ]


def _told(passed: Passed, size: int) -> Passed:
    """Only rows of which all filters can be told."""
    if passed.lacks is None:
        return passed
    chosen = np.flatnonzero(passed.lacks == 0)
    rows = chosen if passed.rows is None else passed.rows.take(chosen)
    at = chosen if passed.at is None else passed.at.take(chosen)
    return Passed(rows, at, None, passed.foreign)


def _begin(
    segment: Segment, criteria: Criteria
) -> tuple[Array | None, Array | None, tuple[PartName, ...]]:
    """Rows of the niches asked for, their relevance, and what they are put in order by."""
    groups = criteria.groups
    if not groups:
        return None, None, ORDERED_PARTS
    if len(groups) == 1 and len(groups[0]) == 1:
        posting = segment.niche(groups[0][0].niche or "")
        return posting.rows, posting.relevance, (PartName.NICHE, *ORDERED_PARTS)
    total: Array | None = None
    for group in groups:
        relevance = np.full(segment.size, -1, dtype=np.int32)
        for term in group:
            posting = segment.niche(term.niche or "")
            relevance[posting.rows] = np.maximum(relevance[posting.rows], posting.relevance)
        if total is None:
            total = relevance
        else:
            total = np.where((total < 0) | (relevance < 0), -1, total + relevance)
    assert total is not None  # noqa: S101  there are groups
    rows = np.flatnonzero(total >= 0)
    return rows, total[rows] // len(groups), ORDERED_PARTS
