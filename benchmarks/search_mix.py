"""Twenty searches, from a handful of creators to all of them, and weights to run them with."""

import random
from dataclasses import dataclass
from decimal import Decimal

from domain.audience import Wanted
from domain.creator import Money, Platform, RateDefinition
from domain.fit import Weights
from domain.similarity import Model
from storage.search import Criteria, Term

TIERS = {
    "nano": (1_000, 9_999), "micro": (10_000, 99_999), "mid": (100_000, 499_999),
    "macro": (500_000, 999_999), "mega": (1_000_000, None),
}  # fmt: skip
SEED = 7


@dataclass(frozen=True)
class Query:
    """A search. niche: None = everybody. budget: the most for a post, in whole units of EUR."""

    niche: str | None = None
    tier: str | None = None
    platform: str | None = None
    country: str | None = None
    budget: int | None = None

    @property
    def name(self) -> str:
        """As a person would type it."""
        said = (self.niche, self.tier, self.platform, self.country)
        price = f"under €{self.budget}" if self.budget else None
        return " ".join(word for word in (*said, price) if word) or "everybody"

    @property
    def limit(self) -> int | None:
        """The budget in minor units."""
        return None if self.budget is None else self.budget * 100

    def criteria(self, weights: Weights) -> Criteria:
        """The same for the search."""
        country = frozenset({self.country} if self.country else ())
        return Criteria(
            groups=((Term(niche=self.niche),),) if self.niche else (),
            followers=(TIERS[self.tier],) if self.tier else (),
            platforms=frozenset({self.platform} if self.platform else ()),
            countries=country,
            price=Money(amount=Decimal(self.budget), currency="EUR") if self.budget else None,
            wanted=Wanted(countries=country),
            weights=weights,
        )


MIX = (
    Query("skincare", "micro"),
    Query("sports"),
    Query("fitness", "micro", "instagram"),
    Query("vegan", country="DE"),
    Query("travel", country="DE", budget=500),
    Query("gaming", "mid", "tiktok"),
    Query("skincare", "micro", "instagram", "DE", 300),
    Query("fashion", country="FR"),
    Query("running", "micro", budget=300),
    Query("parenting", platform="youtube"),
    Query(None, "micro", country="ES"),
    Query("health"),
    Query("photography", "nano"),
    Query("coffee"),
    Query("beauty", "nano", "tiktok", "US"),
    Query("yoga", "nano", "bluesky", "JP", 100),
    Query("technology", "macro"),
    Query(None, "mega", "instagram"),
    Query("wellness", budget=1_000),
    Query(None, platform="tiktok", budget=200),
)


MODELS = tuple(
    Model(
        name,
        niches={name: 9_000, second: 7_000},
        platform=Platform.INSTAGRAM,
        followers=followers,
        rate=0.03,
        definition=RateDefinition.FOLLOWERS,
        languages=frozenset({"en"}),
    )
    for followers in (8_000, 60_000)
    for name, second in (
        ("skincare", "beauty"), ("sports", "fitness"), ("vegan", "food"), ("travel", "photography"),
        ("gaming", "technology"), ("fashion", "beauty"), ("running", "health"), ("coffee", "food"),
        ("parenting", "wellness"), ("yoga", "wellness"),
    )
)  # fmt: skip
"""Creators to whom others are like, of niches from a few hundred people to the largest ones."""


def any_weights(many: int) -> list[Weights]:
    """Weights as briefs might have them, the same every time."""
    chance = random.Random(SEED)
    return [
        Weights(**{name: chance.randint(0, 50) for name in Weights.model_fields})
        for _ in range(many)
    ]
