"""Whom to work with again: the last results were better than expected, and nobody asked lately."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from statistics import median

from pydantic import BaseModel, ConfigDict

from domain.creator import Money
from domain.forecast_compare import Compared
from domain.forecast_words import range_words
from domain.money import format_unit_cost
from domain.wording import counted

REST_DAYS = 60
"""Somebody who was asked in these days is left alone."""
FEWEST_FOR_MEDIAN = 3
"""Priced partnerships of a brief without which its median says nothing."""
MOST = 3


class Past(BaseModel):
    """A creator's last partnership with results.

    name: handle with "@". profile_id: by which they are shortlisted. paid: what it cost, where that
    is known and in one currency. compared: its forecast beside what came, None = none was made.
    asked_on: the last day on which anybody asked or approved them. busy: a partnership or a vote
    on them is under way, or nobody may write to them.
    """

    model_config = ConfigDict(frozen=True)

    profile_id: int
    name: str
    brief_id: int | None = None
    brief: str = ""
    paid: Money | None = None
    engagements: int | None = None
    compared: Compared | None = None
    asked_on: dt.date
    busy: bool = False


class Rebook(BaseModel):
    """A creator to ask again. why: the evidence, in plain text. strength: 2.0 = twice as good.

    tells_costs: whether the evidence says what was paid.
    """

    model_config = ConfigDict(frozen=True)

    profile_id: int
    name: str
    why: str
    strength: float
    tells_costs: bool = False


def rebook(
    pasts: Iterable[Past], medians: Mapping[tuple[int, str], Decimal], today: dt.date
) -> tuple[Rebook, ...]:
    """Creators whose last results beat their forecast and who have not been asked for a while.

    Args:
        pasts: the last partnership of each creator.
        medians: by brief and currency, the middle cost of an engagement, from `median_costs`;
            it takes the forecast's place where none was written down.
        today: the local day.

    Returns:
        The strongest first, each with its evidence.
    """
    found = [
        candidate
        for past in pasts
        if not past.busy
        and (today - past.asked_on).days >= REST_DAYS
        and (candidate := _beat_forecast(past, today) or _beat_median(past, medians, today))
    ]
    return tuple(sorted(found, key=lambda one: (-one.strength, one.name)))


def median_costs(
    partnerships: Iterable[tuple[int | None, Money | None, int | None]],
) -> dict[tuple[int, str], Decimal]:
    """The middle cost of an engagement, by brief and currency, where enough are known.

    partnerships: (brief, cost in one currency, engagements) of each.
    """
    costs: dict[tuple[int, str], list[Decimal]] = defaultdict(list)
    for brief_id, paid, engagements in partnerships:
        each = _each(paid, engagements)
        if brief_id is not None and paid is not None and each is not None:
            costs[brief_id, paid.currency].append(each)
    return {key: median(of) for key, of in costs.items() if len(of) >= FEWEST_FOR_MEDIAN}


def some(found: Sequence[Rebook], most: int = MOST) -> tuple[Rebook, ...]:
    """The strongest few."""
    return tuple(found[:most])


def _beat_forecast(past: Past, today: dt.date) -> Rebook | None:
    leading = past.compared.leading if past.compared is not None else None
    if past.compared is None or leading is None or not past.compared.beat:
        return None
    of = f" ({past.brief})" if past.brief else ""
    came = f"{leading.came:,} {leading.name}, expected {range_words(leading.expected)}"
    return Rebook(
        profile_id=past.profile_id,
        name=past.name,
        why=f"{came}{of}; {_rested(past, today)}",
        strength=leading.times or 1,
    )


def _beat_median(
    past: Past, medians: Mapping[tuple[int, str], Decimal], today: dt.date
) -> Rebook | None:
    """For whom nothing was forecast: an engagement cost less than the middle one of the brief."""
    each = _each(past.paid, past.engagements)
    if past.compared is not None or each is None or past.paid is None or past.brief_id is None:
        return None
    usual = medians.get((past.brief_id, past.paid.currency))
    if usual is None or each >= usual:
        return None
    currency = past.paid.currency
    why = (
        f"{format_unit_cost(each, currency)} an engagement, where the median of {past.brief} is "
        f"{format_unit_cost(usual, currency)} (no forecast was written down)"
    )
    return Rebook(
        profile_id=past.profile_id,
        name=past.name,
        why=f"{why}; {_rested(past, today)}",
        strength=float(usual / each),
        tells_costs=True,
    )


def _each(paid: Money | None, engagements: int | None) -> Decimal | None:
    if paid is None or paid.amount <= 0 or not engagements or engagements < 0:
        return None
    return paid.amount / engagements


def _rested(past: Past, today: dt.date) -> str:
    return f"not asked for {counted((today - past.asked_on).days, 'day')}"
