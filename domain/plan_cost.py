"""What planned posts of a creator would cost, and how that is known.

The known fee; else the median of the workspace's fees for the platform and size; else a published
range's middle, marked as indicative; else it is not known, and the creator can't be planned with.
"""

import math
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path
from statistics import median

from pydantic import BaseModel, ConfigDict, Field

from domain.creator import Money, Platform
from domain.money import DatedRate, MoneyError, convert, format_money, rounded, to_minor
from domain.preferences import Preferences
from domain.tier import Tier
from domain.wording import PLATFORM_NAMES

LEAST_FEES = 5
"""So many fees of a platform and size make a median."""
_DATA = Path(__file__).with_name("fee_benchmarks.toml")


class Basis(StrEnum):
    """How a cost is known."""

    KNOWN = "known"
    MEDIAN = "median"
    INDICATIVE = "indicative"


@dataclass(frozen=True)
class PlannedCost:
    """Of all planned posts of a creator, in the budget's currency. said: how it is known."""

    amount: Money
    basis: Basis
    said: str

    @property
    def minor(self) -> int:
        """In minor units."""
        return to_minor(self.amount)


@dataclass(frozen=True)
class KnownFee:
    """A fee for one post of an account of the workspace."""

    platform: Platform
    followers: int | None
    fee: Money


Medians = Mapping[tuple[Platform, Tier], tuple[Money, int]]
"""The median fee in the budget's currency, and of how many fees, by platform and size."""


class _PublishedFee(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    platform: Platform
    followers_from: int = Field(ge=0)
    followers_to: int
    low: float = Field(gt=0)
    high: float = Field(gt=0)


class _Published(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    date: str
    source: str
    currency: str
    fees: tuple[_PublishedFee, ...]


def medians(fees: Iterable[KnownFee], currency: str, wishes: Preferences) -> Medians:
    """Median fees in a currency; fees in others count where the workspace has a dated rate."""
    found: dict[tuple[Platform, Tier], list[Decimal]] = defaultdict(list)
    for one in fees:
        tier = _size(one.followers, wishes)
        here = in_currency(one.fee, currency, wishes)
        if tier is not None and here is not None and here[0].amount > 0:
            found[one.platform, tier].append(here[0].amount)
    return {
        key: (rounded(Money(amount=median(amounts), currency=currency)), len(amounts))
        for key, amounts in found.items()
        if len(amounts) >= LEAST_FEES
    }


def planned_cost(
    fee: Money | None,
    platform: Platform,
    followers: int | None,
    posts: int,
    currency: str,
    known: Medians,
    wishes: Preferences,
) -> PlannedCost | None:
    """What so many posts would cost; None where there is nothing to go by.

    fee: the creator's for one post; 0 counts as not known. One in a currency without a dated rate
    is no cost that compares, and no other is put in its place.
    """
    if fee is not None and fee.amount > 0:
        return _of_fee(fee, posts, currency, wishes)
    tier = _size(followers, wishes)
    if tier is not None and (platform, tier) in known:
        amount, count = known[platform, tier]
        said = f"median of {count} {PLATFORM_NAMES[platform]} {tier} fees in your list"
        return _planned(amount, posts, Basis.MEDIAN, said)
    return _of_publication(platform, followers, posts, currency, wishes)


def in_currency(
    money: Money, currency: str, wishes: Preferences
) -> tuple[Money, DatedRate | None] | None:
    """An amount in a currency, and the rate that was used; None without a rate for it."""
    if money.currency == currency:
        return money, None
    rate = wishes.rate_between(money.currency, currency)
    if rate is None:
        return None
    try:
        return convert(money, rate).amount, rate
    except (MoneyError, ArithmeticError):
        return None


def _of_fee(fee: Money, posts: int, currency: str, wishes: Preferences) -> PlannedCost | None:
    here = in_currency(fee, currency, wishes)
    if here is None:
        return None
    amount, rate = here
    if rate is None:
        return _planned(amount, posts, Basis.KNOWN, "known fee")
    said = f"known fee of {format_money(fee)}{_at(rate)}"
    return _planned(amount, posts, Basis.KNOWN, said)


def _of_publication(
    platform: Platform, followers: int | None, posts: int, currency: str, wishes: Preferences
) -> PlannedCost | None:
    published = _published()
    for one in published.fees:
        if one.platform != platform or followers is None:
            continue
        if one.followers_from <= followers < one.followers_to:
            middle = Decimal(f"{math.sqrt(one.low * one.high):.2g}")
            here = in_currency(Money(amount=middle, currency=published.currency), currency, wishes)
            if here is None:
                return None
            said = (
                f"indicative: {published.title}, {one.low:,.0f}–{one.high:,.0f} "
                f"{published.currency} a post{_at(here[1])}"
            )
            return _planned(here[0], posts, Basis.INDICATIVE, said)
    return None


def _planned(each: Money, posts: int, basis: Basis, said: str) -> PlannedCost | None:
    try:
        amount = rounded(Money(amount=each.amount * posts, currency=each.currency))
        to_minor(amount)
    except MoneyError:
        return None
    return PlannedCost(amount, basis, said) if amount.amount > 0 else None


def _at(rate: DatedRate | None) -> str:
    if rate is None:
        return ""
    return f", at {rate.rate:f} of {rate.date.day} {rate.date:%b %Y}"


def _size(followers: int | None, wishes: Preferences) -> Tier | None:
    """The largest of the tiers, which overlap: 5,000 followers are micro, not nano."""
    return next(reversed(wishes.tier_bands.tiers_of(followers)), None)


@cache
def _published() -> _Published:
    with _DATA.open("rb") as file:
        return _Published.model_validate(tomllib.load(file))
