"""One part of a fit: a value with its weight, its evidence and where that came from."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

BEST = 10_000
"""Part values are whole numbers from 0 to BEST, so that SQL and Python agree exactly."""
NEUTRAL = 5_000
"""What an unknown part is worth in the order: it pulls neither up nor down."""


class PartName(StrEnum):
    """The named parts of a fit, in the order in which they are shown."""

    NICHE = "niche"
    ENGAGEMENT = "engagement"
    AUTHENTICITY = "authenticity"
    AUDIENCE = "audience"
    COST = "cost"
    FRESHNESS = "freshness"
    RELATIONSHIP = "relationship"


class Part(BaseModel):
    """One part of a fit. value: 0 to 10,000, `None` is unknown. evidence: one sentence."""

    model_config = ConfigDict(frozen=True)

    name: PartName
    value: int | None = Field(ge=0, le=BEST)
    weight: int = Field(ge=0)
    evidence: str
    source: str = ""

    @property
    def pull(self) -> int:
        """What the part adds to the rank: above 0 speaks for the creator, below 0 against."""
        return 0 if self.value is None else self.weight * (self.value - NEUTRAL)
