"""What a profile is found by: its facts, its niches, its words, and the parts of its fit."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.authenticity import AuthenticityPeers, authenticity_value
from domain.cost import CostPool, cost_value
from domain.creator import Money, ProfileSnapshot
from domain.engagement import (
    Pool,
    ReachPool,
    comparison,
    engagement_value,
    rate_definition,
    size_band,
)
from domain.money import MoneyError, rounded, to_minor
from domain.niche import Vocabulary
from domain.text import words

ALL = "*"
EPOCH = dt.date(1970, 1, 1)
WITHHELD = -1_000_000_000
"""Added to `as_of` where a platform's terms let no fit be told: below any rank that a fit has."""
LAST_WITHHELD = WITHHELD // 2
"""An `as_of` up to here is one of those."""
MOST_WORDS = 60
_WORD_SOURCES = (("category", 10_000), ("display_name", 9_000), ("handle", 9_000), ("bio", 7_000))


@dataclass(frozen=True)
class Pools:
    """What all creators of a workspace tell together, by which each of them is judged.

    How measures are spread among them, as `pool_quantiles` keeps it, and the words that they use.

    bands: by platform, rate definition and size band; too thin ones are not kept.
    reach: views a post per follower, by platform and size band; no part of a fit.
    benchmark: the published set the workspace chose for thin pools, None = the default.
    learned: niches by words that often go with them, see `domain.learning`.
    """

    engagement: dict[tuple[str, str], Pool] = field(default_factory=dict)
    bands: dict[tuple[str, str, str], Pool] = field(default_factory=dict)
    reach: dict[tuple[str, str], ReachPool] = field(default_factory=dict)
    cost: dict[tuple[str, str], CostPool] = field(default_factory=dict)
    authenticity: dict[str, AuthenticityPeers] = field(default_factory=dict)
    benchmark: str | None = None
    learned: Mapping[str, str] = field(default_factory=dict)

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


@dataclass(frozen=True, slots=True)
class Entry:
    """What the index says of a snapshot, whoever's it is: no numbers of rows in it.

    facts: in the order of `FACTS`. niches, words: each with its relevance, 0-10,000.
    """

    facts: tuple[Any, ...]
    niches: tuple[tuple[str, int], ...]
    words: tuple[tuple[str, int], ...]


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


def parts_of(snapshot: ProfileSnapshot, pools: Pools) -> dict[str, int | None]:
    """The parts of the fit that don't depend on who asks or when."""
    figures, platform = snapshot.figures, snapshot.platform
    if not snapshot.may_derive:
        return {"engagement_part": None, "authenticity_part": None, "cost_part": None}
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


def entry(
    snapshot: ProfileSnapshot,
    vocabulary: Vocabulary,
    pools: Pools,
    shown: ProfileSnapshot | None = None,
) -> Entry:
    """What the index says of a snapshot: slow, so best made before a transaction begins.

    Args:
        snapshot: what the profile is judged by; where nothing may be, it has no part of a fit.
        shown: where more is shown than it is judged by, that; it is found by these followers.
    """
    figures = snapshot.figures
    followers = (shown or snapshot).figures.followers
    rate = figures.engagement_rate
    texts = texts_of(snapshot)
    found = vocabulary.expand(vocabulary.judge(texts, pools.learned))
    return Entry(
        facts=(
            snapshot.platform.value,
            followers,
            rate,
            rate_definition(figures).value if rate is not None else None,
            snapshot.country,
            snapshot.language,
            snapshot.audience_country,
            snapshot.audience_language,
            fee_in_minor_units(figures.fee),
            figures.fee.currency if figures.fee else None,
            _as_of(snapshot),
            *parts_of(snapshot, pools).values(),
        ),
        niches=((ALL, 0), *((match.niche, match.relevance) for match in found)),
        words=tuple(_words(texts).items()),
    )


def _as_of(snapshot: ProfileSnapshot) -> int | None:
    days = (snapshot.as_of - EPOCH).days if snapshot.as_of else None
    return days if snapshot.may_derive else WITHHELD + (days or 0)


def _words(texts: dict[str, str]) -> dict[str, int]:
    """Words with their relevance, the most telling first."""
    best: dict[str, int] = {}
    for source, relevance in _WORD_SOURCES:
        for word in words(texts.get(source, "")):
            if best.setdefault(word, relevance) and len(best) >= MOST_WORDS:
                break
    return best


def texts_of(snapshot: ProfileSnapshot) -> dict[str, str]:
    """The texts by which a profile is found, by the name of their source."""
    return {
        "category": ", ".join(snapshot.categories),
        "tags": ", ".join(snapshot.tags),
        "display_name": snapshot.display_name or "",
        "handle": snapshot.handle,
        "bio": snapshot.bio or "",
        "posts": "\n".join(snapshot.post_texts),
    }
