"""What an engagement would cost, against creators priced in the same currency."""

from dataclasses import dataclass

from domain.creator import Figures, Platform, ProfileSnapshot, RateDefinition
from domain.money import format_unit_cost
from domain.part import BEST, Part, PartName
from domain.quantiles import Quantiles, check_quantiles, percentile, place_at
from domain.wording import PLATFORM_NAMES, counted

_ENDLESS = float("inf")
SMALLEST_COST_POOL = 10
"""With fewer fees than this nothing can be said about a price."""


@dataclass(frozen=True)
class CostPool:
    """Costs per expected engagement on one platform in one currency.

    quantiles: 101 amounts in the currency's main unit; size: number of accounts.
    """

    platform: Platform
    currency: str
    quantiles: Quantiles
    size: int

    def __post_init__(self) -> None:
        """Refuse quantiles that could not have come from `pool_quantiles`."""
        check_quantiles(self.quantiles)


def expected_engagements(figures: Figures) -> float | None:
    """Engagements to expect of one post, or None when too little is known.

    The authentic ones where a tool counted them, else the average, else the rate times
    what it was divided by (followers or views).
    """
    for counted_ones in (figures.authentic_engagements, figures.average_engagements):
        if counted_ones is not None:
            return counted_ones
    base: float | None = None
    if figures.rate_definition == RateDefinition.FOLLOWERS:
        base = figures.followers
    elif figures.rate_definition == RateDefinition.VIEWS:
        base = figures.average_views
    if base is None or figures.engagement_rate is None:
        return None
    return base * figures.engagement_rate


def cost_per_engagement(figures: Figures) -> float | None:
    """The fee for one expected engagement, in the fee's currency; None when unknown.

    A fee of 0 is taken as not known; less than one expected engagement makes it infinite.
    """
    engagements = expected_engagements(figures)
    if figures.fee is None or figures.fee.amount <= 0 or engagements is None:
        return None
    return float(figures.fee.amount) / engagements if engagements >= 1 else _ENDLESS


def cost_value(figures: Figures, pool: CostPool | None) -> int | None:
    """The part's value, 0 to 10,000; None when fee or engagements are unknown, or the pool
    is thin. Never falls when engagement rises, never rises when the fee does.

    Raises:
        ValueError: the pool is in another currency than the fee.
    """
    cost = cost_per_engagement(figures)
    return _value(figures, cost, pool, _standing(cost, pool))


def _standing(cost: float | None, pool: CostPool | None) -> float | None:
    """The percentile of a cost; None where there is nothing to tell it by."""
    if cost is None or pool is None or pool.size < SMALLEST_COST_POOL:
        return None
    return percentile(cost, pool.quantiles)


def _value(
    figures: Figures, cost: float | None, pool: CostPool | None, standing: float | None
) -> int | None:
    if cost is None or pool is None or standing is None:
        return None
    if figures.fee is not None and figures.fee.currency != pool.currency:
        raise ValueError(f"a fee in {figures.fee.currency} never compares with {pool.currency}")
    return 0 if cost == _ENDLESS else BEST - place_at(standing, cost, pool.quantiles)


def cost_part(profile: ProfileSnapshot, weight: int, pool: CostPool | None) -> Part:
    """The cost part of a fit. Raises ValueError for a pool in another currency."""
    cost = cost_per_engagement(profile.figures)
    standing = _standing(cost, pool)
    value = _value(profile.figures, cost, pool, standing)
    return Part(
        name=PartName.COST,
        value=value,
        weight=weight,
        evidence=_evidence(profile, cost, pool, standing),
        source=profile.source if value is not None else "",
    )


def _evidence(
    profile: ProfileSnapshot, cost: float | None, pool: CostPool | None, standing: float | None
) -> str:
    fee = profile.figures.fee
    if fee is None:
        return "Fee unknown."
    if fee.amount <= 0:
        return "A fee of 0: no cost to compare."
    if cost is None:
        return "Fee known, but not how much engagement to expect for it."
    if cost == _ENDLESS:
        return "A fee, but no engagement to expect for it."
    said = f"{format_unit_cost(cost, fee.currency)} for each expected engagement"
    if pool is None or standing is None:
        known = counted(pool.size if pool else 0, "fee")
        return f"{said}; too few to compare with ({known} known in {fee.currency})."
    cheaper = int(100 - standing)
    platform = PLATFORM_NAMES[profile.platform]
    return f"{said}, cheaper than {cheaper} % of {pool.size:,} {platform} fees in {fee.currency}."
