"""What a search gives back."""

from dataclasses import dataclass, field

from domain.part import PartName


@dataclass(frozen=True)
class Found:
    """A creator by the best-fitting profile. parts: values 0-10,000 of the parts asked for."""

    creator_id: int
    profile_id: int
    rank: int
    parts: dict[PartName, int | None]


@dataclass(frozen=True)
class Counts:
    """Creators that match; those left out because a figure is unknown, in all and by filter.

    other_currency: those left out only because their fee is in a currency without a rate.
    """

    total: int
    unknown: int = 0
    unknown_by: dict[str, int] = field(default_factory=dict)
    other_currency: int = 0
