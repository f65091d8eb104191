"""Published engagement benchmarks: named, dated, switchable; used where the pool is thin."""

import tomllib
from functools import cache
from pathlib import Path
from statistics import median

from pydantic import BaseModel, ConfigDict, Field

from domain.creator import Platform, RateDefinition
from domain.part import BEST

_DATA = Path(__file__).with_name("benchmarks.toml")


class TierMedian(BaseModel):
    """One published figure. median: a ratio (0.0178 = 1.78 %); followers_to is exclusive."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    platform: Platform
    definition: RateDefinition
    tier: str
    followers_from: int = Field(ge=0)
    followers_to: int | None = None
    median: float = Field(gt=0, lt=1)


class BenchmarkSet(BaseModel):
    """One publication. indicative: from a vendor's blog, show it as a rough guide."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title: str
    date: str
    source: str
    indicative: bool
    medians: tuple[TierMedian, ...]

    @property
    def label(self) -> str:
        """The set as shown beside a comparison: "Industry averages 2025 (indicative)"."""
        return f"{self.title} (indicative)" if self.indicative else self.title


class Reference(BaseModel):
    """The one rate that all accounts of a platform are held against, whatever their size.

    median: a ratio, the middle one of the set's tier medians for that platform.
    """

    model_config = ConfigDict(frozen=True)

    platform: Platform
    definition: RateDefinition
    median: float
    set: BenchmarkSet

    def place(self, rate: float) -> int:
        """A rate (a ratio) as a part value: the median is 5,000, more is always more."""
        rate = max(rate, 0.0)
        return int(BEST * (rate / (rate + self.median)))


@cache
def benchmark_sets() -> tuple[BenchmarkSet, ...]:
    """All published sets, the default first."""
    with _DATA.open("rb") as file:
        sets = tomllib.load(file)["set"]
    return tuple(BenchmarkSet.model_validate(entry) for entry in sets)


@cache
def reference(
    platform: Platform, definition: RateDefinition, preferred: str | None = None
) -> Reference | None:
    """The platform-wide reference rate, or None where no set covers the platform that way.

    Args:
        platform: of the account.
        definition: of its rate; rates of two definitions never compare.
        preferred: name of the set that the workspace chose; used first where it applies.

    Raises:
        ValueError: no set has the preferred name.
    """
    for candidate in _preferred_first(preferred):
        rates = [row.median for row in _rows(candidate, platform, definition)]
        if rates:
            return Reference(
                platform=platform, definition=definition, median=median(rates), set=candidate
            )
    return None


def tier_median(
    platform: Platform, definition: RateDefinition, followers: int, preferred: str | None = None
) -> tuple[TierMedian, BenchmarkSet] | None:
    """The published median for accounts of that size, with its set; for digests, not for fit.

    Raises:
        ValueError: no set has the preferred name.
    """
    for candidate in _preferred_first(preferred):
        for row in _rows(candidate, platform, definition):
            if row.followers_from <= followers < (row.followers_to or followers + 1):
                return row, candidate
    return None


def _preferred_first(preferred: str | None) -> tuple[BenchmarkSet, ...]:
    sets = benchmark_sets()
    if preferred is None:
        return sets
    if preferred not in {candidate.name for candidate in sets}:
        known = ", ".join(candidate.name for candidate in sets)
        raise ValueError(f"There is no benchmark set “{preferred}”. Known sets: {known}.")
    return tuple(sorted(sets, key=lambda candidate: candidate.name != preferred))


def _rows(
    candidate: BenchmarkSet, platform: Platform, definition: RateDefinition
) -> list[TierMedian]:
    return [
        row
        for row in candidate.medians
        if row.platform == platform and row.definition == definition
    ]
