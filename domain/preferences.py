"""What a workspace decided for itself: who manages, tier bands, benchmark set, rates, time zone."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from domain.benchmark import benchmark_sets
from domain.calendar import is_timezone
from domain.fit_learning import read_factors
from domain.money import DatedRate, currencies
from domain.part import PartName
from domain.retention import Kept, kept
from domain.tier import TierBands


class Preferences(BaseModel):
    """A workspace's settings. What was never set has its default.

    owners, managers: Slack ids named in the settings. benchmark: name of a published set, None
    for the default one. rates: one for each pair of currencies. timezone: for people and digests
    of whom Slack gives none. currency: what an amount without one is taken for. weight_factors: by
    part of the fit, how many times its usual weight it has, as an owner accepted. retention: how
    long what is kept.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    owners: tuple[str, ...] = ()
    managers: tuple[str, ...] = ()
    tier_bands: TierBands = TierBands()
    benchmark: str | None = None
    rates: tuple[DatedRate, ...] = ()
    timezone: str = "UTC"
    currency: str | None = None
    weight_factors: dict[PartName, float] = {}
    retention: Kept = Kept()

    @field_validator("weight_factors", mode="before")
    @classmethod
    def _factors(cls, stored: Any) -> dict[PartName, float]:
        return read_factors(stored) if isinstance(stored, Mapping) else {}

    @field_validator("retention", mode="before")
    @classmethod
    def _chosen(cls, stored: Any) -> Kept:
        return stored if isinstance(stored, Kept) else kept(stored)

    @field_validator("benchmark")
    @classmethod
    def _known_set(cls, name: str | None) -> str | None:
        if name is not None and name not in {each.name for each in benchmark_sets()}:
            raise ValueError("there is no such benchmark set")
        return name

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        if not is_timezone(name):
            raise ValueError("there is no such time zone")
        return name

    @field_validator("currency")
    @classmethod
    def _known_currency(cls, code: str | None) -> str | None:
        if code is not None and code not in currencies():
            raise ValueError("there is no such currency")
        return code

    def rate_between(self, one: str, other: str) -> DatedRate | None:
        """The rate that the workspace set between two currencies, either way round."""
        pairs = {(one, other), (other, one)}
        return next((rate for rate in self.rates if (rate.base, rate.quote) in pairs), None)


def preferences(settings: Mapping[str, Any]) -> Preferences:
    """The preferences kept in a workspace's settings.

    A setting that no longer makes sense, such as a benchmark set that was withdrawn, counts as
    never set; the others stand.
    """
    try:
        return Preferences.model_validate(settings)
    except ValidationError as error:
        wrong = {str(problem["loc"][0]) for problem in error.errors()}
    return Preferences.model_validate(
        {name: value for name, value in settings.items() if name not in wrong}
    )
