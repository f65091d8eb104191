"""How posts of similar accounts usually do: what a forecast is drawn towards, or falls back on.

Similar are accounts of one platform and about one size in the workspace's own list; where too few
of them are known, a published benchmark stands in, and is named.
"""

import math
from dataclasses import dataclass

from domain.benchmark import tier_median
from domain.creator import Platform, RateDefinition
from domain.engagement import size_band
from domain.findable import Pools
from domain.quantiles import Quantiles
from domain.rates import usual_definition
from domain.wording import PLATFORM_NAMES

LEAST_SPREAD = 0.3
"""Accounts of a group differ from each other at least by this, on the scale of logarithms."""
PUBLISHED_SPREAD = 1.0
"""Published averages differ from each other up to seven-fold: about e either way."""
_LOW, _MEDIAN, _HIGH = 16, 50, 84
"""Percentiles that lie one deviation apart, where a figure spreads log-normally."""


@dataclass(frozen=True)
class Peers:
    """The median post of similar accounts.

    middle: logarithm of what it brings. spread: how far the medians of single accounts lie from
    that. size: how many accounts, 0 for a publication. said: who they are, for people.
    """

    middle: float
    spread: float
    size: int
    said: str


def views_peers(platform: Platform, followers: int | None, pools: Pools) -> Peers | None:
    """Views that a post of an account with so many followers usually gets; None where unknown."""
    if not followers:
        return None
    pool = pools.reach.get((platform, size_band(followers)))
    if pool is None:
        return None
    return _of_ratios(pool.quantiles, pool.size, followers, _said(platform, followers))


def engagement_peers(
    platform: Platform, followers: int | None, views: float | None, pools: Pools
) -> Peers | None:
    """Engagements that a post of such an account usually gets; None where unknown.

    Args:
        platform: of the account.
        followers: of the account.
        views: what a post of it is expected to get, for platforms whose rates are by views.
        pools: of the workspace, with the benchmark set it chose.
    """
    definition = usual_definition(platform)
    base = views if definition is RateDefinition.VIEWS else followers
    if not followers or not base or definition is RateDefinition.UNSTATED:
        return None
    for stated in (definition, RateDefinition.UNSTATED):
        pool = pools.bands.get((platform, stated, size_band(followers)))
        if pool is not None:
            return _of_ratios(pool.quantiles, pool.size, base, _said(platform, followers))
    return _published(platform, definition, followers, base, pools.benchmark)


def _of_ratios(quantiles: Quantiles, size: int, base: float, said: str) -> Peers | None:
    low, middle, high = (quantiles[place] for place in (_LOW, _MEDIAN, _HIGH))
    if low <= 0:
        return None
    spread = max(math.log(high / low) / 2, LEAST_SPREAD)
    return Peers(math.log(base * middle), spread, size, said)


def _published(
    platform: Platform,
    definition: RateDefinition,
    followers: int,
    base: float,
    benchmark: str | None,
) -> Peers | None:
    """A rate from a publication; one whose definition is not stated is taken for the usual one."""
    for stated in (definition, RateDefinition.UNSTATED):
        found = tier_median(platform, stated, followers, benchmark)
        if found is not None:
            row, published = found
            return Peers(math.log(base * row.median), PUBLISHED_SPREAD, 0, published.label)
    return None


def _said(platform: Platform, followers: int) -> str:
    return f"{PLATFORM_NAMES[platform]} accounts of {size_band(followers)} in your list"
