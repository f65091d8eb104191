"""Tiers: the sizes of audience that the trade has names for. The bands are configuration."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, model_validator


class Tier(StrEnum):
    """A named band of followers; bands may overlap, and sources disagree about them."""

    NANO = "nano"
    MICRO = "micro"
    MID = "mid"
    MACRO = "macro"
    MEGA = "mega"


TIER_NAMES = frozenset(tier.value for tier in Tier)


class Band(BaseModel):
    """Followers from `least` to `most`, both included; `most` None is no upper end."""

    model_config = ConfigDict(frozen=True)

    least: int = 0
    most: int | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "Band":
        if self.least < 0 or (self.most is not None and self.most < self.least):
            raise ValueError("a band needs 0 <= least <= most")
        return self

    def __contains__(self, followers: int) -> bool:
        """Whether a count of followers lies in the band."""
        return self.least <= followers and (self.most is None or followers <= self.most)

    def label(self) -> str:
        """The band in words: "1,000–100,000 followers", "1,000,000 followers or more"."""
        if self.most is None:
            return f"{self.least:,} followers or more"
        if self.least == 0:
            return f"up to {self.most:,} followers"
        return f"{self.least:,}–{self.most:,} followers"


class TierBands(BaseModel):
    """The band of each tier, as the workspace set them.

    The defaults are those of the brief: micro is 1,000 to 100,000 and so overlaps with nano.
    """

    model_config = ConfigDict(frozen=True)

    nano: Band = Band(least=0, most=9_999)
    micro: Band = Band(least=1_000, most=100_000)
    mid: Band = Band(least=100_000, most=500_000)
    macro: Band = Band(least=500_000, most=1_000_000)
    mega: Band = Band(least=1_000_000)

    def of(self, tier: Tier) -> Band:
        """The band of one tier."""
        band: Band = getattr(self, tier.value)
        return band

    def tiers_of(self, followers: int | None) -> tuple[Tier, ...]:
        """The tiers that a count of followers belongs to, smallest first; none when unknown."""
        if followers is None:
            return ()
        return tuple(tier for tier in Tier if followers in self.of(tier))

    def label(self, tier: Tier) -> str:
        """Name and range: "micro (1,000–100,000 followers)"."""
        return f"{tier.value} ({self.of(tier).label()})"
