"""The rows by which a profile is found: one a niche, one a word."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import select

from domain.authenticity import AuthenticityPeers, authenticity_value
from domain.cost import CostPool, cost_value
from domain.creator import Platform, ProfileSnapshot, RateDefinition
from domain.engagement import Pool, comparison, engagement_value, rate_definition
from domain.money import to_minor
from domain.niche import Vocabulary
from domain.text import words
from storage.models import PoolQuantiles
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

    quantiles: dict[tuple[str, str], tuple[tuple[float, ...], int]] = field(default_factory=dict)
    benchmark: str | None = None

    def engagement(self, platform: Platform, definition: RateDefinition) -> Pool | None:
        """The engagement rates of one platform and definition."""
        found = self.quantiles.get((platform, f"engagement:{definition}"))
        return Pool(platform, definition, *found) if found else None

    def cost(self, platform: Platform, currency: str) -> CostPool | None:
        """The costs per expected engagement of one platform and currency."""
        found = self.quantiles.get((platform, f"cost:{currency}"))
        return CostPool(platform, currency, *found) if found else None

    def authenticity(self, platform: Platform) -> AuthenticityPeers:
        """Ratios of one platform that tell unusual audiences."""
        comments = self.quantiles.get((platform, "comments_per_follower"))
        likes = self.quantiles.get((platform, "likes_to_comments"))
        return AuthenticityPeers(comments[0] if comments else None, likes[0] if likes else None)


def pools(tx: Transaction, benchmark: str | None = None) -> Pools:
    """The workspace's pools as they were last computed."""
    found = tx.session.exec(
        select(PoolQuantiles).where(PoolQuantiles.workspace_id == tx.workspace_id)
    )
    return Pools(
        {(row.platform, row.measure): (tuple(row.quantiles), row.size) for row in found},
        benchmark,
    )


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
    definition = rate_definition(figures)
    against = comparison(
        platform, definition, pools.engagement(platform, definition), pools.benchmark
    )
    fee = figures.fee
    return {
        "engagement_part": engagement_value(figures.engagement_rate, against),
        "authenticity_part": authenticity_value(figures, pools.authenticity(platform)),
        "cost_part": cost_value(figures, pools.cost(platform, fee.currency)) if fee else None,
    }


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
        "fee": to_minor(figures.fee) if figures.fee else None,
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
