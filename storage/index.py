"""The rows by which a profile is found: one a niche, one a word."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import select

from domain.authenticity import AuthenticityPeers, authenticity_value
from domain.cost import CostPool, cost_value
from domain.creator import Money, Platform, ProfileSnapshot, RateDefinition
from domain.engagement import Pool, comparison, engagement_value, rate_definition
from domain.money import MoneyError, rounded, to_minor
from domain.niche import Vocabulary
from domain.preferences import preferences
from domain.text import words
from storage.models import PoolQuantiles, Workspace
from storage.transaction import Transaction

ALL = "*"
EPOCH = dt.date(1970, 1, 1)
MOST_WORDS = 60
_WORD_SOURCES = (("category", 10_000), ("display_name", 9_000), ("handle", 9_000), ("bio", 7_000))


@dataclass(frozen=True)
class Pools:
    """How measures are spread in a workspace, as `pool_quantiles` keeps them.

    benchmark: the published set the workspace chose for thin pools, None = the default.
    """

    engagement: dict[tuple[str, str], Pool] = field(default_factory=dict)
    cost: dict[tuple[str, str], CostPool] = field(default_factory=dict)
    authenticity: dict[str, AuthenticityPeers] = field(default_factory=dict)
    benchmark: str | None = None

    def engagement_of(self, snapshot: ProfileSnapshot) -> Pool | None:
        """The engagement rates of the profile's platform and rate definition."""
        definition = rate_definition(snapshot.figures)
        return self.engagement.get((snapshot.platform, definition))

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
    found = tx.session.exec(
        select(PoolQuantiles).where(PoolQuantiles.workspace_id == tx.workspace_id)
    )
    known = Pools(benchmark=preferences(settings).benchmark)
    ratios: dict[str, dict[str, tuple[float, ...]]] = defaultdict(dict)
    for row in found:
        platform, quantiles = Platform(row.platform), tuple(row.quantiles)
        measure, _, of = row.measure.partition(":")
        if measure == "engagement":
            pool = Pool(platform, RateDefinition(of), quantiles, row.size)
            known.engagement[platform, of] = pool
        elif measure == "cost":
            known.cost[platform, of] = CostPool(platform, of, quantiles, row.size)
        else:
            ratios[platform][measure] = quantiles
    for name, of_platform in ratios.items():
        known.authenticity[name] = AuthenticityPeers(**of_platform)
    return known


@dataclass(frozen=True)
class IndexedProfile:
    """A profile to be indexed. added_on: days since 1970-01-01."""

    workspace_id: int
    profile_id: int
    creator_id: int
    added_on: int
    snapshot: ProfileSnapshot
    since_import: int = 0


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


def niche_rows(
    profile: IndexedProfile, vocabulary: Vocabulary, pools: Pools
) -> list[dict[str, Any]]:
    """The rows of `niche_rows` for a profile: "*" and one for each niche, near ones included."""
    snapshot, figures = profile.snapshot, profile.snapshot.figures
    shared = {
        "workspace_id": profile.workspace_id,
        "profile_id": profile.profile_id,
        "creator_id": profile.creator_id,
        "since_import": profile.since_import,
        "until_import": 0,
        "platform": snapshot.platform.value,
        "followers": figures.followers,
        "rate": figures.engagement_rate,
        "rate_definition": rate_definition(figures).value
        if figures.engagement_rate is not None
        else None,
        "country": snapshot.country,
        "language": snapshot.language,
        "audience_country": snapshot.audience_country,
        "audience_language": snapshot.audience_language,
        "fee": fee_in_minor_units(figures.fee),
        "fee_currency": figures.fee.currency if figures.fee else None,
        "as_of": (snapshot.as_of - EPOCH).days if snapshot.as_of else None,
        "added_on": profile.added_on,
        **parts_of(snapshot, pools),
    }
    found = vocabulary.expand(vocabulary.judge(texts_of(snapshot)))
    return [
        {**shared, "niche": ALL, "relevance": 0},
        *({**shared, "niche": match.niche, "relevance": match.relevance} for match in found),
    ]


def word_rows(profile: IndexedProfile) -> list[dict[str, Any]]:
    """The rows of `word_rows` for a profile, its most telling words first."""
    shared = {
        "workspace_id": profile.workspace_id,
        "profile_id": profile.profile_id,
        "since_import": profile.since_import,
        "until_import": 0,
    }
    texts = texts_of(profile.snapshot)
    best: dict[str, int] = {}
    for source, relevance in _WORD_SOURCES:
        for word in words(texts.get(source, "")):
            if best.setdefault(word, relevance) and len(best) >= MOST_WORDS:
                break
    return [{**shared, "word": word, "relevance": best[word]} for word in best]


def texts_of(snapshot: ProfileSnapshot) -> dict[str, str]:
    """The texts by which a profile is found, by the name of their source."""
    return {
        "category": ", ".join(snapshot.categories),
        "display_name": snapshot.display_name or "",
        "handle": snapshot.handle,
        "bio": snapshot.bio or "",
    }


def all_rows(
    profiles: Iterable[IndexedProfile], vocabulary: Vocabulary, pools: Pools
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Niche rows and word rows of many profiles."""
    of_niches: list[dict[str, Any]] = []
    of_words: list[dict[str, Any]] = []
    for profile in profiles:
        of_niches.extend(niche_rows(profile, vocabulary, pools))
        of_words.extend(word_rows(profile))
    return of_niches, of_words
