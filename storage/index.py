"""The rows by which a profile is found: one a niche, one a word."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from sqlmodel import func, select

from domain.authenticity import AuthenticityPeers, authenticity_value
from domain.cost import CostPool, cost_value
from domain.creator import Money, Platform, ProfileSnapshot, RateDefinition
from domain.engagement import (
    Pool,
    comparison,
    engagement_value,
    rate_definition,
    size_band,
)
from domain.money import MoneyError, rounded, to_minor
from domain.niche import Vocabulary
from domain.preferences import preferences
from domain.text import words
from storage import bulk
from storage.models import NicheRow, PoolQuantiles, WordRow, Workspace
from storage.transaction import Transaction

ALL = "*"
EPOCH = dt.date(1970, 1, 1)
MOST_WORDS = 60
_WORD_SOURCES = (("category", 10_000), ("display_name", 9_000), ("handle", 9_000), ("bio", 7_000))


@dataclass(frozen=True)
class Pools:
    """How measures are spread in a workspace, as `pool_quantiles` keeps them.

    bands: by platform, rate definition and size band; too thin ones are not kept.
    benchmark: the published set the workspace chose for thin pools, None = the default.
    """

    engagement: dict[tuple[str, str], Pool] = field(default_factory=dict)
    bands: dict[tuple[str, str, str], Pool] = field(default_factory=dict)
    cost: dict[tuple[str, str], CostPool] = field(default_factory=dict)
    authenticity: dict[str, AuthenticityPeers] = field(default_factory=dict)
    benchmark: str | None = None

    def engagement_of(self, snapshot: ProfileSnapshot) -> Pool | None:
        """The engagement rates of the profile's platform and rate definition."""
        definition = rate_definition(snapshot.figures)
        return self.engagement.get((snapshot.platform, definition))

    def band_of(self, snapshot: ProfileSnapshot) -> Pool | None:
        """The engagement rates of those among them that have about as many followers."""
        followers = snapshot.figures.followers
        if followers is None:
            return None
        definition = rate_definition(snapshot.figures)
        return self.bands.get((snapshot.platform, definition, size_band(followers)))

    def cost_of(self, snapshot: ProfileSnapshot) -> CostPool | None:
        """The costs per expected engagement of the profile's platform and currency."""
        fee = snapshot.figures.fee
        return self.cost.get((snapshot.platform, fee.currency)) if fee else None

    def authenticity_of(self, snapshot: ProfileSnapshot) -> AuthenticityPeers | None:
        """Ratios of the profile's platform that tell unusual audiences."""
        return self.authenticity.get(snapshot.platform)


def pools(tx: Transaction) -> Pools:
    """The workspace's pools as they were last computed, with the benchmark set it chose."""
    settings = tx.session.exec(
        select(Workspace.settings).where(Workspace.id == tx.workspace_id)
    ).one()
    benchmark = preferences(settings).benchmark
    newest = tx.session.exec(
        select(func.max(PoolQuantiles.computed_at), func.count()).where(
            PoolQuantiles.workspace_id == tx.workspace_id
        )
    ).one()
    stamp = (*newest, benchmark)
    of_database = _READ.setdefault(tx.session.get_bind().engine, {})
    kept = of_database.get(tx.workspace_id)
    if kept is None or kept[0] != stamp:
        kept = of_database[tx.workspace_id] = (stamp, _read_pools(tx, benchmark))
    return kept[1]


_READ: WeakKeyDictionary[Any, dict[int, tuple[Any, Pools]]] = WeakKeyDictionary()
"""Pools as they were read last, by database and workspace, with what tells whether they changed."""


def _read_pools(tx: Transaction, benchmark: str | None) -> Pools:
    found = tx.session.exec(
        select(PoolQuantiles).where(PoolQuantiles.workspace_id == tx.workspace_id)
    )
    known = Pools(benchmark=benchmark)
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
        elif measure == "cost":
            known.cost[platform, of] = CostPool(platform, of, quantiles, row.size)
        else:
            ratios[platform][measure] = quantiles
    for name, of_platform in ratios.items():
        known.authenticity[name] = AuthenticityPeers(**of_platform)
    return known


@dataclass(frozen=True, slots=True)
class Entry:
    """What the index says of a snapshot, whoever's it is: no numbers of rows in it.

    facts: in the order of `FACTS`. niches, words: each with its relevance, 0-10,000.
    """

    facts: tuple[Any, ...]
    niches: tuple[tuple[str, int], ...]
    words: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Which profile an entry is for, and who sees it. added_on: days since 1970-01-01."""

    workspace_id: int
    profile_id: int
    creator_id: int
    added_on: int
    since_import: int = 0
    until_import: int = 0


FACTS = (
    "platform",
    "followers",
    "rate",
    "rate_definition",
    "country",
    "language",
    "audience_country",
    "audience_language",
    "fee",
    "fee_currency",
    "as_of",
    "engagement_part",
    "authenticity_part",
    "cost_part",
)
KEY = ("workspace_id", "profile_id", "since_import", "until_import")
NICHE_COLUMNS = ("niche", "relevance", *KEY, "creator_id", "added_on", *FACTS)
WORD_COLUMNS = ("word", "relevance", *KEY)


def parts_of(snapshot: ProfileSnapshot, pools: Pools) -> dict[str, int | None]:
    """The parts of the fit that don't depend on who asks or when."""
    figures, platform = snapshot.figures, snapshot.platform
    against = comparison(
        platform, rate_definition(figures), pools.engagement_of(snapshot), pools.benchmark
    )
    return {
        "engagement_part": engagement_value(figures.engagement_rate, against),
        "authenticity_part": authenticity_value(figures, pools.authenticity_of(snapshot)),
        "cost_part": cost_value(figures, pools.cost_of(snapshot)),
    }


def fee_in_minor_units(fee: Money | None) -> int | None:
    """A fee as it is compared, or None when it is unknown or absurd."""
    try:
        return to_minor(rounded(fee)) if fee else None
    except MoneyError:
        return None


def entry(snapshot: ProfileSnapshot, vocabulary: Vocabulary, pools: Pools) -> Entry:
    """What the index says of a snapshot: slow, so best made before a transaction begins."""
    figures = snapshot.figures
    rate = figures.engagement_rate
    texts = texts_of(snapshot)
    found = vocabulary.expand(vocabulary.judge(texts))
    return Entry(
        facts=(
            snapshot.platform.value,
            figures.followers,
            rate,
            rate_definition(figures).value if rate is not None else None,
            snapshot.country,
            snapshot.language,
            snapshot.audience_country,
            snapshot.audience_language,
            fee_in_minor_units(figures.fee),
            figures.fee.currency if figures.fee else None,
            (snapshot.as_of - EPOCH).days if snapshot.as_of else None,
            *parts_of(snapshot, pools).values(),
        ),
        niches=((ALL, 0), *((match.niche, match.relevance) for match in found)),
        words=tuple(_words(texts).items()),
    )


def _words(texts: dict[str, str]) -> dict[str, int]:
    """Words with their relevance, the most telling first."""
    best: dict[str, int] = {}
    for source, relevance in _WORD_SOURCES:
        for word in words(texts.get(source, "")):
            if best.setdefault(word, relevance) and len(best) >= MOST_WORDS:
                break
    return best


def insert(tx: Transaction, entries: Iterable[tuple[Place, Entry]]) -> None:
    """Write the index rows of profiles: "*" and one a niche (near ones included), one a word."""
    of_niches: list[tuple[Any, ...]] = []
    of_words: list[tuple[Any, ...]] = []
    for place, made in entries:
        key = (place.workspace_id, place.profile_id, place.since_import, place.until_import)
        shared = (*key, place.creator_id, place.added_on, *made.facts)
        of_niches.extend(niche + shared for niche in made.niches)
        of_words.extend(word + key for word in made.words)
    bulk.insert_rows(tx, NicheRow, NICHE_COLUMNS, sorted(of_niches))  # neighbours in one page
    bulk.insert_rows(tx, WordRow, WORD_COLUMNS, sorted(of_words))


def texts_of(snapshot: ProfileSnapshot) -> dict[str, str]:
    """The texts by which a profile is found, by the name of their source."""
    return {
        "category": ", ".join(snapshot.categories),
        "display_name": snapshot.display_name or "",
        "handle": snapshot.handle,
        "bio": snapshot.bio or "",
    }
