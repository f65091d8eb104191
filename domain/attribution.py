"""Which partnership an order is counted for, and what it adds to which day.

30-day last touch; a creator's code beats a link; refunds subtract. docs/conversions.md says the
same in words.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from domain.orders import Order, Refund

WINDOW = dt.timedelta(days=30)
"""A touch counts for so long: exactly 30 times 24 hours, the last instant included."""


class By(StrEnum):
    """What brought an order to a partnership."""

    CODE = "code"
    LINK = "link"


class Outcome(StrEnum):
    """What became of an order."""

    ATTRIBUTED = "attributed"
    OUTSIDE = "outside the window"
    UNKNOWN = "unknown code"
    NOBODYS = "not a creator's"
    NOT_PAID = "not paid"
    TEST = "test"


class Grant(NamedTuple):
    """A code or link that is a partnership's.

    partnership_id: None = known to be no creator's. since: when it was issued; None = from ever.
    until: its last local day; None = no end.
    """

    partnership_id: int | None
    by: By
    since: dt.datetime | None = None
    until: dt.date | None = None


class Touch(NamedTuple):
    """A customer met a partnership's code or link at an instant."""

    partnership_id: int
    by: By
    at: dt.datetime


class Verdict(NamedTuple):
    """What became of an order, and for whom it counts."""

    outcome: Outcome
    partnership_id: int | None = None
    by: By | None = None


class Entry(NamedTuple):
    """What an order adds to a local day: orders is 1, 0 or -1; amount in its currency."""

    day: dt.date
    orders: int
    amount: Decimal


class Met(NamedTuple):
    """A mark of an order with whose it is. grant: None = nobody knows. at: of the link's use."""

    grant: Grant | None
    at: dt.datetime | None = None
    is_code: bool = True


def verdict(order: Order, met: Sequence[Met], zone: ZoneInfo) -> Verdict:
    """For whom an order counts.

    Args:
        order: as it stands.
        met: its codes and links, in the shop's order.
        zone: whose days the last day of a code is of.
    """
    if order.is_test:
        return Verdict(Outcome.TEST)
    if not order.paid:
        return Verdict(Outcome.NOT_PAID)
    touches = [touch for one in met if (touch := _touch(one, order.ordered_at, zone))]
    chosen = last_touch(touches, order.ordered_at)
    if chosen is not None:
        return Verdict(Outcome.ATTRIBUTED, chosen.partnership_id, chosen.by)
    if any(one.grant is None for one in met):
        return Verdict(Outcome.UNKNOWN)
    if any(one.grant and one.grant.partnership_id is not None for one in met):
        return Verdict(Outcome.OUTSIDE)
    return Verdict(Outcome.NOBODYS)


def last_touch(touches: Iterable[Touch], ordered_at: dt.datetime) -> Touch | None:
    """The touch that counts: codes before links, then the last one, then the first listed."""
    counted = [one for one in touches if one.at <= ordered_at <= one.at + WINDOW]
    codes = [one for one in counted if one.by is By.CODE]
    return max(codes or counted, key=lambda one: one.at, default=None)


def day_of(instant: dt.datetime, zone: ZoneInfo) -> dt.date:
    """The local day of an instant."""
    return instant.astimezone(zone).date()


def end_of(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    """The instant at which a local day is over."""
    midnight = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), zone)
    return midnight.astimezone(dt.UTC)


def entries(
    order: Order, refunds: Iterable[Refund], zone: ZoneInfo, refunded_on: dt.datetime | None = None
) -> tuple[Entry, ...]:
    """What an order adds to each local day: the order itself, then what went back.

    Args:
        order: as it stands.
        refunds: all that are known of it, each once; those of another currency are left out.
        zone: whose days they are.
        refunded_on: when the sum of all refunds was stated, where single ones are not told.

    Returns:
        In order of days. Amounts add up to what is left of the order, never below 0; orders add up
        to 1, or to 0 once all of it went back.
    """
    if not order.paid or order.is_test:
        return ()
    first = day_of(order.ordered_at, zone)
    left = max(order.gross.amount, Decimal(0))
    found = [Entry(first, 1, left)]
    counted = True
    for at, amount in _returned(order, refunds, refunded_on):
        if not counted:
            break
        back = left if amount is None else min(amount, left)
        over = amount is None or (back == left and left > 0)
        left -= back
        counted = not over
        if back or over:
            found.append(Entry(max(first, day_of(at, zone)), -1 if over else 0, -back))
    return tuple(found)


def _returned(
    order: Order, refunds: Iterable[Refund], refunded_on: dt.datetime | None
) -> list[tuple[dt.datetime, Decimal | None]]:
    """What went back and when, in order of time; None = all that was left."""
    single = sorted(
        (one.at, one.refund_key, one.amount.amount)
        for one in refunds
        if one.amount.currency == order.gross.currency and one.amount.amount > 0
    )
    back: list[tuple[dt.datetime, Decimal | None]] = [(at, amount) for at, _, amount in single]
    stated = order.refunded
    if stated is not None and stated.currency == order.gross.currency:
        more = stated.amount - sum((amount for _, _, amount in single), Decimal(0))
        if more > 0:
            back.append((refunded_on or order.stated_at, more))
    if order.cancelled_at is not None:
        back.append((order.cancelled_at, None))
    return sorted(back, key=lambda one: one[0])


def _touch(met: Met, ordered_at: dt.datetime, zone: ZoneInfo) -> Touch | None:
    """When the customer met it, as seen from the order."""
    grant = met.grant
    if grant is None or grant.partnership_id is None:
        return None
    if not met.is_code:
        return Touch(grant.partnership_id, By.LINK, met.at or ordered_at)
    if grant.since is not None and ordered_at < grant.since:
        return None
    at = ordered_at
    if grant.until is not None:
        at = min(at, end_of(grant.until, zone))
    return Touch(grant.partnership_id, By.CODE, at)
