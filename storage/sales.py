"""Orders counted: for which partnership, on which day, how much. Only this writes entries."""

from collections import Counter
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import delete, text
from sqlmodel import col, select

from domain import attribution
from domain.attribution import By, Grant, Met
from domain.creator import Money
from domain.money import to_minor
from domain.orders import LinkUse, Mark, MarkKind, Order, Refund
from storage import (
    forgotten_marks,
    order_files,
    order_rows,
    preferences,
    promo_codes,
    sale_events,
    tracking_links,
)
from storage.models import Partnership, SaleEntry, ShopOrder
from storage.transaction import Transaction

BATCH = 50
_ADVISORY = 0x5A1E  # PostgreSQL's number for "orders of this workspace are counted"


def take_turn(tx: Transaction) -> None:
    """Counting and giving codes away come one after the other, so that no order falls between."""
    if tx.on_postgresql:  # SQLite has one writer at a time
        lock = text("SELECT pg_advisory_xact_lock(:kind, :workspace)")
        tx.session.execute(lock, {"kind": _ADVISORY, "workspace": tx.workspace_id})


def count_waiting(tx: Transaction) -> int:
    """Count some of what is waiting; gives how much, 0 when nothing is left."""
    take_turn(tx)
    events = sale_events.waiting(tx, BATCH)
    zone = _zone(tx)
    for event in events:
        fact = sale_events.fact_of(event)
        if isinstance(fact, Order):
            count(tx, order_rows.keep(tx, event.shop_id, fact), zone)
        elif isinstance(fact, Refund):
            order_rows.add_refunds(tx, event.shop_id, [fact])
            count(tx, order_rows.locked(tx, event.shop_id, fact.order_key), zone)
        else:
            _count_use(tx, fact, zone)
    if events:
        sale_events.counted(tx, events)
    return len(events)


def add(
    tx: Transaction, shop_id: int, orders: Sequence[Order], file_id: int | None = None
) -> Counter[str]:
    """Count orders of a file at once; gives how many came to what, "" = had no code and no link."""
    take_turn(tx)
    zone, found = _zone(tx), Counter[str]()
    for order in orders:
        row = order_rows.keep(tx, shop_id, order, file_id)
        count(tx, row, zone)
        found[row.outcome if row else ""] += 1
    return found


def take_back(tx: Transaction, file_id: int) -> tuple[int, int]:
    """Take back what a file said of some orders; gives of how many, and how many stay.

    Of those that stay a shop or another file says something too; (0, 0) at the end.
    """
    take_turn(tx)
    zone, stay = _zone(tx), 0
    rows = order_files.orders_of(tx, file_id, BATCH)
    for row in rows:
        kept = order_rows.take_back(tx, row, file_id)
        count(tx, kept, zone)
        stay += kept is not None
    return len(rows), stay


def recount(tx: Transaction, kind: str, code: str, after: int) -> int | None:
    """Count some orders with a code or link anew; gives the last one's number, None at the end."""
    take_turn(tx)
    rows = order_rows.with_mark(tx, kind, code, after, BATCH)
    zone = _zone(tx)
    for row in rows:
        count(tx, row, zone)
    return rows[-1].id if rows else None


def count(tx: Transaction, row: ShopOrder | None, zone: ZoneInfo | None = None) -> None:
    """Say for whom a locked order counts and what it adds to which day; None = nothing to do."""
    if row is None:
        return
    zone = zone or _zone(tx)
    order, refunds = order_rows.order_of(row), order_rows.refunds_of(tx, row)
    found = attribution.verdict(order, _met(tx, order.marks), zone)
    partnership = _there(tx, found.partnership_id)
    row.outcome, row.partnership_id = found.outcome.value, partnership
    row.attributed_by = found.by.value if found.by else None
    tx.session.add(row)
    tx.session.execute(
        delete(SaleEntry).where(
            col(SaleEntry.workspace_id) == tx.workspace_id, col(SaleEntry.order_id) == row.id
        )
    )
    if partnership is not None:
        currency = order.gross.currency
        for entry in attribution.entries(order, refunds, zone, row.refunded_on):
            tx.session.add(
                SaleEntry(
                    workspace_id=tx.workspace_id,
                    order_id=row.id or 0,
                    partnership_id=partnership,
                    day=entry.day,
                    currency=currency,
                    orders=entry.orders,
                    amount=to_minor(Money(amount=entry.amount, currency=currency)),
                )
            )
    tx.session.flush()


def _count_use(tx: Transaction, use: LinkUse, zone: ZoneInfo) -> None:
    """A click or sign-up that another service told of; of links that nobody knows, nothing."""
    for met in _met(tx, forgotten_marks.conceal(tx, use.marks)):
        number = met.grant.partnership_id if met.grant else None
        if number is not None and _there(tx, number) is not None:
            day = attribution.day_of(use.at, zone)
            name = "leads" if use.kind == "lead" else "other_clicks"
            tracking_links.add_to_day(tx, number, day, name, 1)
            return


def _met(tx: Transaction, marks: Sequence[Mark]) -> list[Met]:
    """Whose the marks of an order are. Visits by links that are not ours are left out."""
    codes = promo_codes.of_marks(tx, marks)
    links = tracking_links.of_slugs(tx, [one.key for one in marks if one.kind == MarkKind.VISIT])
    found = []
    for mark in marks:
        if mark.kind == MarkKind.VISIT:
            link = links.get(mark.key)
            if link is not None:
                grant = Grant(link.partnership_id, By.LINK)
                found.append(Met(grant, mark.at, is_code=False))
            continue
        known = codes.get((mark.kind.value, mark.key))
        by = By.CODE if mark.kind == MarkKind.CODE else By.LINK
        held = Grant(known.partnership_id, by, known.since, known.until) if known else None
        found.append(Met(held, mark.at, is_code=mark.kind == MarkKind.CODE))
    return found


def _there(tx: Transaction, partnership_id: int | None) -> int | None:
    """The number, if the partnership is there; it can't go before this transaction ends."""
    if partnership_id is None:
        return None
    return tx.session.exec(
        select(Partnership.id)
        .where(Partnership.workspace_id == tx.workspace_id, Partnership.id == partnership_id)
        .with_for_update(key_share=True)
    ).one_or_none()


def _zone(tx: Transaction) -> ZoneInfo:
    return ZoneInfo(preferences.current(tx).timezone)
