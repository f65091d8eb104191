"""What counted orders add up to: for partnerships, day by day, and for the whole workspace."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, func, or_, true
from sqlalchemy import select as select_columns
from sqlmodel import col, select

from domain.attribution import Outcome, day_of
from domain.calendar import DAYS_IN_A_WEEK
from domain.creator import Money
from domain.money import from_minor, sums
from domain.orders import MarkKind
from domain.results import Reading, Totals
from storage import order_rows, preferences, shops, tracking_links
from storage.models import OrderMark, Partnership, PromoCode, SaleEntry, Shop, ShopOrder
from storage.transaction import Transaction

LISTED = 50
LATELY_DAYS = 70
"""Digests compare single days of the last weeks."""


@dataclass(frozen=True)
class Sold:
    """What shops counted for a partnership. revenue: a sum for each currency, none mixed.

    clicks: by our links and as other services told; None = no link was ever followed. by_link: how
    many of the orders came by a link and not by a code.
    """

    orders: int
    revenue: tuple[Money, ...]
    clicks: int | None
    leads: int
    by_link: int
    shops: tuple[str, ...]


@dataclass(frozen=True)
class Unknown:
    """A code that nobody knows. kind: "code" or "link". last_at: when it was last ordered with."""

    kind: str
    code: str
    key: str
    orders: int
    last_at: dt.datetime


def series(tx: Transaction, partnership_ids: Collection[int]) -> dict[int, list[Reading]]:
    """What was counted of each partnership, as totals to date of each day on which they changed.

    It begins with nothing a week before the first, so that the first week is not taken for all
    that came before, and ends on the day on which a shop was last heard: no order until then is a
    figure too. Of long ago only the ends of weeks and months are told. Revenue is that of the
    currency of most orders.
    """
    sold, clicked = _by_day(tx, partnership_ids), tracking_links.days_of(tx, partnership_ids)
    if not (sold or clicked):
        return {}
    zone = ZoneInfo(preferences.current(tx).timezone)
    heard = shops.last_heard(tx)
    until = day_of(heard, zone) if heard else None
    return {
        number: _readings(
            sold.get(number, []),
            {one.day: one.clicks + one.other_clicks for one in clicked.get(number, [])},
            until,
            tx.now,
        )
        for number in {*sold, *clicked}
    }


def sold(tx: Transaction, partnership_ids: Collection[int]) -> dict[int, Sold]:
    """What shops counted for partnerships; those of which there is nothing are left out."""
    days, clicks = _by_day(tx, partnership_ids), tracking_links.days_of(tx, partnership_ids)
    sources = _shops_of(tx, partnership_ids)
    found = {}
    for number in {*days, *clicks}:
        sums: dict[str, int] = defaultdict(int)
        for _, currency, _, amount in days.get(number, []):
            sums[currency] += amount
        of_links = clicks.get(number, [])
        names, by_link = sources.get(number, ((), 0))
        found[number] = Sold(
            orders=sum(orders for _, _, orders, _ in days.get(number, [])),
            revenue=tuple(from_minor(sums[code], code) for code in sorted(sums)),
            clicks=sum(one.clicks + one.other_clicks for one in of_links) if of_links else None,
            leads=sum(one.leads for one in of_links),
            by_link=by_link,
            shops=names,
        )
    return found


def outcomes(tx: Transaction, since: dt.datetime, hidden: Collection[int] = ()) -> dict[str, int]:
    """How many orders with a code or link came to what, by `Outcome`, since an instant.

    Attributed ones are there a second time by what brought them: "attributed by code". hidden:
    brands that this person may not see; what was counted for them is left out.
    """
    query = (
        select_columns(col(ShopOrder.outcome), col(ShopOrder.attributed_by), func.count())
        .outerjoin(Partnership, col(Partnership.id) == col(ShopOrder.partnership_id))
        .where(
            col(ShopOrder.workspace_id) == tx.workspace_id,
            col(ShopOrder.ordered_at) >= since,
            _seen(hidden),
        )
        .group_by(col(ShopOrder.outcome), col(ShopOrder.attributed_by))
    )
    found: dict[str, int] = defaultdict(int)
    for outcome, by, count in tx.session.execute(query):
        found[outcome] += count
        if by:
            found[f"{outcome} by {by}"] += count
    return dict(found)


def unknown(tx: Transaction, limit: int = LISTED, key: str | None = None) -> list[Unknown]:
    """Codes on paid orders that nobody knows, those with the most orders first.

    key: only those that are written so, as `domain.orders.mark_key`.
    """
    known = and_(
        col(PromoCode.workspace_id) == tx.workspace_id,
        col(PromoCode.kind) == col(OrderMark.kind),
        col(PromoCode.code_key) == col(OrderMark.mark_key),
    )
    rows = tx.session.execute(
        select_columns(
            col(OrderMark.kind),
            col(OrderMark.mark_key),
            func.max(col(OrderMark.mark)),
            func.count(),
            func.max(col(ShopOrder.ordered_at)),
        )
        .join(ShopOrder, col(ShopOrder.id) == col(OrderMark.order_id))
        .outerjoin(PromoCode, known)
        .where(
            col(OrderMark.workspace_id) == tx.workspace_id,
            col(OrderMark.kind) != MarkKind.VISIT.value,
            true() if key is None else col(OrderMark.mark_key) == key,
            col(PromoCode.id).is_(None),
            col(ShopOrder.outcome) == Outcome.UNKNOWN.value,
        )
        .group_by(col(OrderMark.kind), col(OrderMark.mark_key))
        .order_by(func.count().desc(), col(OrderMark.mark_key))
        .limit(limit)
    ).all()
    return [
        Unknown(kind=kind, code=code, key=found, orders=orders, last_at=last_at)
        for kind, found, code, orders, last_at in rows
    ]


def revenue_of(tx: Transaction, one: Unknown) -> tuple[Money, ...]:
    """What the orders with an unknown code were worth before refunds, of the last thousand."""
    rows = tx.session.exec(
        select(ShopOrder)
        .join(OrderMark, col(OrderMark.order_id) == col(ShopOrder.id))
        .where(
            ShopOrder.workspace_id == tx.workspace_id,
            OrderMark.kind == one.kind,
            OrderMark.mark_key == one.key,
            ShopOrder.outcome == Outcome.UNKNOWN.value,
        )
        .order_by(col(ShopOrder.ordered_at).desc())
        .limit(1_000)
    )
    return sums(order_rows.order_of(row).gross for row in rows)


_Day = tuple[dt.date, str, int, int]
"""A local day, a currency, orders, minor units."""


def _by_day(tx: Transaction, partnership_ids: Collection[int]) -> dict[int, list[_Day]]:
    found: dict[int, list[_Day]] = defaultdict(list)
    rows = tx.session.execute(
        select_columns(
            col(SaleEntry.partnership_id),
            col(SaleEntry.day),
            col(SaleEntry.currency),
            func.sum(col(SaleEntry.orders)),
            func.sum(col(SaleEntry.amount)),
        )
        .where(
            col(SaleEntry.workspace_id) == tx.workspace_id,
            col(SaleEntry.partnership_id).in_(partnership_ids),
        )
        .group_by(col(SaleEntry.partnership_id), col(SaleEntry.day), col(SaleEntry.currency))
        .order_by(col(SaleEntry.partnership_id), col(SaleEntry.day))
    )
    for number, day, currency, orders, amount in rows:
        found[number].append((day, currency, int(orders), int(amount)))
    return dict(found)


def _readings(
    days: Sequence[_Day],
    clicks: dict[dt.date, int],
    until: dt.date | None,
    now: dt.datetime,
) -> list[Reading]:
    """Totals to date from what each day added."""
    main = _main_currency(days)
    added: dict[dt.date, list[int]] = defaultdict(lambda: [0, 0, 0])
    for day, currency, orders, amount in days:
        added[day][0] += orders
        added[day][1] += amount if currency == main else 0
    for day, count in clicks.items():
        added[day][2] += count
    shown = sorted(added)
    shown.insert(0, shown[0] - dt.timedelta(days=DAYS_IN_A_WEEK))
    if until is not None and days and until > shown[-1]:
        shown.append(until)
    sums, found, kept = [0, 0, 0], [], _told(shown)
    for day in shown:
        sums = [one + other for one, other in zip(sums, added.get(day, (0, 0, 0)), strict=True)]
        if day not in kept:
            continue
        totals = Totals.model_construct(  # all of it comes from our own tables
            conversions=sums[0] if days else None,
            revenue=from_minor(sums[1], main) if main else None,
            clicks=sums[2] if clicks else None,
        )
        found.append(Reading.model_construct(as_of=day, recorded_at=now, totals=totals))
    return found


def _told(days: Sequence[dt.date]) -> set[dt.date]:
    """Of long ago the last day of each week and month tells enough; lately each day."""
    lately = days[-1] - dt.timedelta(days=LATELY_DAYS)
    last_of = {(day.year, day.month, day.isocalendar().week): day for day in days}
    return {days[0], *last_of.values(), *(day for day in days if day >= lately)}


def _main_currency(days: Sequence[_Day]) -> str | None:
    """The currency of most orders, None without any."""
    orders: dict[str, int] = defaultdict(int)
    for _, currency, count, _ in days:
        orders[currency] += max(count, 0)
    return max(sorted(orders), key=lambda code: orders[code], default=None)


def _seen(hidden: Collection[int]) -> ColumnElement[bool]:
    brand = col(Partnership.brand_id)
    return or_(brand.is_(None), brand.not_in(hidden)) if hidden else true()


def _shops_of(
    tx: Transaction, partnership_ids: Collection[int]
) -> dict[int, tuple[tuple[str, ...], int]]:
    rows = tx.session.execute(
        select_columns(
            col(ShopOrder.partnership_id),
            col(Shop.name),
            func.sum(case((col(ShopOrder.attributed_by) == "link", 1), else_=0)),
        )
        .join(Shop, col(Shop.id) == col(ShopOrder.shop_id))
        .where(
            col(ShopOrder.workspace_id) == tx.workspace_id,
            col(ShopOrder.partnership_id).in_(partnership_ids),
        )
        .group_by(col(ShopOrder.partnership_id), col(Shop.name))
        .order_by(col(Shop.name))
    )
    found: dict[int, tuple[tuple[str, ...], int]] = {}
    for number, name, by_link in rows:
        names, links = found.get(number, ((), 0))
        found[number] = (*names, name), links + int(by_link)
    return found
