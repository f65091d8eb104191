"""Rows of one post or partnership as dated totals: daily figures summed, repetitions found."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from domain.creator import Money
from domain.goal import Metric
from domain.result_rows import Refused, ResultRow
from domain.results import Totals

_SUMMED = tuple(metric.value for metric in Metric)
_MONEY = ("spend", "revenue")
REPEATED = "says the same as row {}"
CONTRADICTS = (
    "says otherwise than row {} of the same day and post; nothing tells which of them is right"
)
OTHER_CURRENCY = "has {} in {}, while other days are in {}"


class Dated(NamedTuple):
    """Totals to date at the end of a day, and the rows that they come from."""

    as_of: dt.date
    totals: Totals
    rows: tuple[int, ...]


def to_date(rows: Iterable[ResultRow]) -> tuple[list[Dated], list[Refused]]:
    """Rows with totals to date: one reading a day. Rows of one day that differ are all refused."""
    by_day: dict[dt.date, list[ResultRow]] = defaultdict(list)
    for row in rows:
        by_day[row.as_of].append(row)
    dated, refused = [], []
    for day in sorted(by_day):
        first, *others = by_day[day]
        differing = [one for one in others if one.totals != first.totals]
        if differing:
            refused.append(Refused(first.row, CONTRADICTS.format(differing[0].row)))
            refused += [Refused(one.row, CONTRADICTS.format(first.row)) for one in others]
            continue
        dated.append(Dated(day, first.totals, tuple(one.row for one in by_day[day])))
    return dated, refused


def summed(rows: Iterable[ResultRow], before: Totals) -> tuple[list[Dated], list[Refused]]:
    """Figures of single days as totals to date.

    Args:
        rows: of one post, or of one partnership without posts; several may be of one day.
        before: totals on record before the first of these days.

    Returns:
        One reading a day, each the sum up to that day on top of `before`. How many accounts were
        reached is left out: the same ones are reached on several days.
    """
    ordered = sorted(rows, key=lambda row: (row.as_of, row.row))
    running = {name: getattr(before, name) for name in _SUMMED}
    money: dict[str, Money | None] = {name: getattr(before, name) for name in _MONEY}
    seen: set[str] = set()
    refused = []
    by_day: dict[dt.date, tuple[dict[str, object], list[int]]] = {}
    for row in ordered:
        wrong = _other_currency(row.totals, money)
        if wrong is not None:
            refused.append(Refused(row.row, wrong))
            continue
        seen |= _add(row.totals, running, money)
        said = {name: value for name, value in {**running, **money}.items() if name in seen}
        by_day.setdefault(row.as_of, ({}, []))[1].append(row.row)
        by_day[row.as_of] = (said, by_day[row.as_of][1])
    return (
        [Dated(day, Totals.model_validate(said), tuple(numbers))
         for day, (said, numbers) in by_day.items() if said],
        refused,
    )  # fmt: skip


def _add(
    totals: Totals, running: dict[str, int | None], money: dict[str, Money | None]
) -> set[str]:
    """Add one row; gives what it said something of."""
    said = set()
    for name in _SUMMED:
        if (one := getattr(totals, name)) is not None:
            running[name] = (running[name] or 0) + one
            said.add(name)
    for name in _MONEY:
        if (amount := getattr(totals, name)) is not None:
            earlier = money[name]
            so_far = earlier.amount if earlier else Decimal(0)
            money[name] = Money(amount=so_far + amount.amount, currency=amount.currency)
            said.add(name)
    return said


def _other_currency(totals: Totals, money: dict[str, Money | None]) -> str | None:
    for name in _MONEY:
        new, known = getattr(totals, name), money[name]
        if new is not None and known is not None and new.currency != known.currency:
            return OTHER_CURRENCY.format(name, new.currency, known.currency)
    return None


def without_repeats(rows: Sequence[ResultRow]) -> tuple[list[ResultRow], list[Refused]]:
    """Rows of which another one is an exact copy are left out, each with the first one's number."""
    first: dict[object, int] = {}
    kept, refused = [], []
    for row in rows:
        said = (row.url, row.handle, row.platform, row.campaign, row.day,
                tuple(sorted(row.counts.items())), row.spend, row.revenue)  # fmt: skip
        if said in first:
            refused.append(Refused(row.row, REPEATED.format(first[said])))
        else:
            first[said] = row.row
            kept.append(row)
    return kept, refused
