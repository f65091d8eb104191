"""How engaged an audience is, against all accounts of its platform whatever their size."""

import math
from dataclasses import dataclass

from domain.benchmark import Reference, reference
from domain.creator import Figures, Platform, ProfileSnapshot, RateDefinition
from domain.part import Part, PartName
from domain.quantiles import Quantiles, check_quantiles, percentile, place, place_at
from domain.wording import DEFINITION_WORDS, PLATFORM_NAMES, counted, percent

THIN_POOL = 30
"""With fewer accounts than this, a published benchmark is the better comparison."""
_UNUSUAL_TIMES_THE_MEDIAN = 5
_MEDIAN = 50

_BANDS = (
    (1_000, "under 1k"),
    (10_000, "1k–10k"),
    (50_000, "10k–50k"),
    (100_000, "50k–100k"),
    (500_000, "100k–500k"),
    (1_000_000, "500k–1M"),
)
_LARGEST_BAND = "over 1M"
_STANDINGS = (
    (90, "top tenth"),
    (75, "top quarter"),
    (66, "top third"),
    (50, "upper half"),
    (33, "lower half"),
    (0, "lowest third"),
)


@dataclass(frozen=True)
class Pool:
    """Engagement rates of all accounts of one platform and definition in the workspace.

    quantiles: 101 ratios (see `pool_quantiles`); size: number of accounts.
    """

    platform: Platform
    definition: RateDefinition
    quantiles: Quantiles
    size: int

    def __post_init__(self) -> None:
        """Refuse quantiles that could not have come from `pool_quantiles`."""
        check_quantiles(self.quantiles)


@dataclass(frozen=True)
class ReachPool:
    """Views a post per follower, of the accounts of one platform and about one size.

    quantiles: 101 ratios (see `pool_quantiles`); size: number of accounts.
    """

    platform: Platform
    quantiles: Quantiles
    size: int


Comparison = Pool | Reference


def size_band(followers: int) -> str:
    """The band of similar-sized accounts that is named in evidence: "10k–50k"."""
    return next((label for end, label in _BANDS if followers < end), _LARGEST_BAND)


def rate_definition(figures: Figures) -> RateDefinition:
    """What the rate was divided by; not stated where nothing says so."""
    return figures.rate_definition or RateDefinition.UNSTATED


def comparison(
    platform: Platform,
    definition: RateDefinition,
    pool: Pool | None,
    benchmark: str | None = None,
) -> Comparison | None:
    """What a rate is held against: the same for every account of the platform and definition.

    The pool of 30 and more; else the published reference; else the thin pool; else None.

    Raises:
        ValueError: the pool is of another platform or definition, or no benchmark set
            has that name.
    """
    if pool is not None and (pool.platform, pool.definition) != (platform, definition):
        raise ValueError(f"a {definition} rate never compares with a pool by {pool.definition}")
    if pool is not None and pool.size >= THIN_POOL:
        return pool
    published = reference(platform, definition, benchmark)
    if published is not None or pool is None or pool.size == 0:
        return published
    return pool


def engagement_value(
    rate: float | None, against: Comparison | None, standing: float | None = None
) -> int | None:
    """The part's value, 0 to 10,000; None when the rate or the comparison is unknown.

    Args:
        rate: a ratio (0.031 = 3.1 %).
        against: from `comparison`, for the rate's own platform and definition.
        standing: the rate's percentile in it, where that is known already.

    Never falls when the rate rises; 10 % is always above 0.5 %.
    """
    if rate is None or against is None or not math.isfinite(rate):
        return None
    if isinstance(against, Reference):
        return against.place(rate)
    if standing is None:
        return place(rate, against.quantiles)
    return place_at(standing, rate, against.quantiles)


def engagement_part(
    profile: ProfileSnapshot,
    weight: int,
    pool: Pool | None,
    band: Pool | None = None,
    benchmark: str | None = None,
) -> Part:
    """The engagement part of a fit, with its evidence.

    Args:
        profile: its engagement_rate is a ratio, by the profile's own definition.
        weight: of this part.
        pool: all accounts of the platform and definition, whatever their size.
        band: those of about the same size; shown as evidence, never scored.
        benchmark: name of the published set that the workspace prefers.

    Raises:
        ValueError: a pool is of another platform or definition.
    """
    rate = profile.figures.engagement_rate
    definition = rate_definition(profile.figures)
    against = comparison(profile.platform, definition, pool, benchmark)
    standing = 0.0
    if rate is not None and isinstance(against, Pool):
        standing = percentile(rate, against.quantiles)
    return Part(
        name=PartName.ENGAGEMENT,
        value=engagement_value(rate, against, standing),
        weight=weight,
        evidence=_evidence(profile, rate, against, standing, pool, band),
        source=profile.source if rate is not None else "",
    )


def _evidence(
    profile: ProfileSnapshot,
    rate: float | None,
    against: Comparison | None,
    standing: float,
    pool: Pool | None,
    band: Pool | None,
) -> str:
    if rate is None:
        return "Engagement rate unknown."
    said = f"{percent(rate)} {DEFINITION_WORDS[rate_definition(profile.figures)]}"
    platform = PLATFORM_NAMES[profile.platform]
    if against is None:
        return f"{said}; nothing on {platform} to compare it with yet."
    if isinstance(against, Reference):
        usual = f"{percent(against.median)} on {platform} in {against.set.label}"
        few = f"your list has {_few(pool.size if pool else 0)}"
        return f"{said}, against {usual}; {few}."
    sentence = f"{said}, above {int(standing)} % of {against.size:,} {platform} accounts known here"
    return f"{sentence}{_band_evidence(profile.figures, rate, band)}."


def _band_evidence(figures: Figures, rate: float, band: Pool | None) -> str:
    if band is None or band.size < THIN_POOL or figures.followers is None:
        return ""
    standing = percentile(rate, band.quantiles)
    words = next(words for least, words in _STANDINGS if standing >= least)
    said = f"; {words} of {size_band(figures.followers)}"
    if rate > _UNUSUAL_TIMES_THE_MEDIAN * band.quantiles[_MEDIAN] > 0:
        return f"{said}, unusually high for that size: worth a look"
    return said


def _few(count: int) -> str:
    return f"only {counted(count, 'such account')}" if count else "too few such accounts"
