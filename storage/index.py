"""The rows by which a profile is found: one a niche, one a word."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from sqlmodel import func, select

from domain.authenticity import AuthenticityPeers
from domain.cost import CostPool
from domain.creator import Platform, RateDefinition
from domain.engagement import Pool, ReachPool
from domain.findable import ALL, EPOCH, FACTS, Entry, Pools, entry, parts_of, texts_of
from domain.measures import BAND, REACH
from domain.preferences import preferences
from storage import bulk, first_look, workspaces
from storage.models import Learning, NicheRow, PoolQuantiles, WordRow
from storage.transaction import Transaction

__all__ = [
    "ALL",
    "EPOCH",
    "Entry",
    "Place",
    "Pools",
    "entry",
    "insert",
    "parts_of",
    "pools",
    "texts_of",
]


def pools(tx: Transaction) -> Pools:
    """The workspace's pools as they were last computed, with the benchmark set it chose."""
    benchmark = preferences(workspaces.settings(tx)).benchmark
    stamp = (*_newest(tx), benchmark)
    of_database = _READ.setdefault(tx.session.get_bind().engine, {})
    kept = of_database.get(tx.workspace_id)
    if kept is None or kept[0] != stamp:
        found = tx.session.exec(
            select(PoolQuantiles).where(PoolQuantiles.workspace_id == tx.workspace_id)
        )
        known = tx.session.get(Learning, tx.workspace_id)
        words = dict(known.words) if known else {}
        kept = of_database[tx.workspace_id] = (stamp, pools_of(found, benchmark, words))
    return kept[1]


def _newest(tx: Transaction) -> tuple[dt.datetime | None, int, int | None]:
    """When the pools were computed, how many there are, how many times words were learned."""
    look = first_look.taken(tx)
    if look is not None:
        return look.pools_at, look.pools, look.learned
    learned = (
        select(Learning.version).where(Learning.workspace_id == tx.workspace_id).scalar_subquery()
    )
    return tx.session.exec(
        select(func.max(PoolQuantiles.computed_at), func.count(), learned).where(
            PoolQuantiles.workspace_id == tx.workspace_id
        )
    ).one()


_READ: WeakKeyDictionary[Any, dict[int, tuple[Any, Pools]]] = WeakKeyDictionary()
"""Pools as they were read last, by database and workspace, with what tells whether they changed."""


def pools_of(
    found: Iterable[PoolQuantiles], benchmark: str | None, learned: Mapping[str, str]
) -> Pools:
    """Pools from their rows."""
    known = Pools(benchmark=benchmark, learned=learned)
    ratios: dict[str, dict[str, tuple[float, ...]]] = defaultdict(dict)
    for row in found:
        platform, quantiles = Platform(row.platform), tuple(row.quantiles)
        measure, _, of = row.measure.partition(":")
        if measure == "engagement":
            definition, _, band = of.partition("@")
            pool = Pool(platform, RateDefinition(definition), quantiles, row.size)
            if band:
                known.bands[platform, definition, band] = pool
            else:
                known.engagement[platform, definition] = pool
        elif measure.startswith(REACH):
            known.reach[platform, measure.partition(BAND)[2]] = ReachPool(
                platform, quantiles, row.size
            )
        elif measure == "cost":
            known.cost[platform, of] = CostPool(platform, of, quantiles, row.size)
        else:
            ratios[platform][measure] = quantiles
    for name, of_platform in ratios.items():
        known.authenticity[name] = AuthenticityPeers(**of_platform)
    return known


@dataclass(frozen=True, slots=True)
class Place:
    """Which profile an entry is for, and who sees it. added_on: days since 1970-01-01."""

    workspace_id: int
    profile_id: int
    creator_id: int
    added_on: int
    since_import: int = 0
    until_import: int = 0


KEY = ("workspace_id", "profile_id", "since_import", "until_import")
NICHE_COLUMNS = ("niche", "relevance", *KEY, "creator_id", "added_on", *FACTS)
WORD_COLUMNS = ("word", "relevance", *KEY)


Entries = Iterable[tuple[Place, Entry]]


def niche_rows(entries: Entries) -> list[tuple[Any, ...]]:
    """One under "*" and one a niche (near ones included), in the order of the index."""
    made: list[tuple[Any, ...]] = []
    for place, one in entries:
        shared = (*_key(place), place.creator_id, place.added_on, *one.facts)
        made.extend(niche + shared for niche in one.niches)
    return sorted(made)  # neighbours in one page


def word_rows(entries: Entries) -> list[tuple[Any, ...]]:
    """One a word of each, in the order of the index."""
    return sorted(word + _key(place) for place, one in entries for word in one.words)


def insert(tx: Transaction, entries: Sequence[tuple[Place, Entry]]) -> None:
    """Write the index rows of profiles."""
    bulk.insert_rows(tx, NicheRow, NICHE_COLUMNS, niche_rows(entries))
    bulk.insert_rows(tx, WordRow, WORD_COLUMNS, word_rows(entries))


def _key(place: Place) -> tuple[int, int, int, int]:
    return place.workspace_id, place.profile_id, place.since_import, place.until_import
