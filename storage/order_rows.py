"""Orders as rows: what was said of them put together, their codes, their refunds."""

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import delete
from sqlmodel import col, select

from domain.money import from_minor, to_minor
from domain.order_files import BY_NAME
from domain.orders import Order, Refund, as_it_stands, mark_key, newest
from storage import deliveries, forgotten_marks, order_files
from storage.models import OrderMark, OrderRefund, SaleEntry, ShopOrder
from storage.transaction import Transaction

LONE_REFUNDS_KEPT = dt.timedelta(days=90)


def keep(
    tx: Transaction, shop_id: int, said: Order, file_id: int | None = None
) -> ShopOrder | None:
    """Put what was said of an order to what is known of it; gives its row, locked.

    None: it has no code and no link and never had, so it is nobody's, and it is not kept.
    file_id: of the file that says it.
    """
    said = said.model_copy(update={"marks": forgotten_marks.conceal(tx, said.marks)})
    add_refunds(tx, shop_id, said.refunds)
    row = _find(tx, shop_id, said)
    if row is None:
        if not said.marks:
            return None
        row = _create(tx, shop_id, said)
    if row.order_key.startswith(BY_NAME) and not said.order_key.startswith(BY_NAME):
        row.order_key = said.order_key
    side = "file_said" if said.by_file else "shop_said"
    known = getattr(row, side)
    bare = said.model_copy(update={"refunds": ()})  # each has a row of its own
    if file_id is not None:
        order_files.keep(tx, row, file_id, bare)
    kept = newest(Order.model_validate(known) if known else None, bare)
    setattr(row, side, kept.model_dump(mode="json"))
    restate(tx, row)
    return row


def take_back(tx: Transaction, row: ShopOrder, file_id: int) -> ShopOrder | None:
    """Take back what a file said of a locked order; None: nobody else said anything of it."""
    still = order_files.forget(tx, row, file_id)
    row.file_said = still.model_dump(mode="json") if still else None
    if row.file_said is None and row.shop_said is None:
        for table, key in (
            (SaleEntry, SaleEntry.order_id), (OrderMark, OrderMark.order_id),
            (ShopOrder, ShopOrder.id),
        ):  # fmt: skip
            mine = (col(table.workspace_id) == tx.workspace_id, col(key) == row.id)
            tx.session.execute(delete(table).where(*mine))
        tx.session.expunge(row)
        return None
    if order_of(row).refunded is None:
        row.refunded_on = None
    restate(tx, row)
    return row


def restate(tx: Transaction, row: ShopOrder) -> None:
    """Bring name, day, refund and codes of an order in line with what is said of it."""
    stands = order_of(row)
    row.name, row.ordered_at = stands.name or row.name, stands.ordered_at
    if stands.refunded is not None and stands.refunded.amount > 0 and row.refunded_on is None:
        row.refunded_on = tx.now
    tx.session.add(row)
    tx.session.flush()
    _keep_marks(tx, row, stands)


def order_of(row: ShopOrder) -> Order:
    """An order as it stands."""
    said = [Order.model_validate(one) if one else None for one in (row.shop_said, row.file_said)]
    return as_it_stands(said[0], said[1])


def locked(tx: Transaction, shop_id: int, order_key: str) -> ShopOrder | None:
    """The order with a shop's number, locked."""
    return tx.session.exec(
        select(ShopOrder)
        .where(
            ShopOrder.workspace_id == tx.workspace_id,
            ShopOrder.shop_id == shop_id,
            ShopOrder.order_key == order_key,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def add_refunds(tx: Transaction, shop_id: int, refunds: Iterable[Refund]) -> None:
    """Keep refunds, each once, whether or not their order is known; of two days the earlier."""
    for one in refunds:
        values = {
            "workspace_id": tx.workspace_id,
            "shop_id": shop_id,
            "order_key": one.order_key,
            "refund_key": one.refund_key,
            "amount": to_minor(one.amount),
            "currency": one.amount.currency,
            "at": one.at,
        }
        if deliveries.insert_ignoring(tx, OrderRefund, values):
            continue
        row = tx.session.exec(
            select(OrderRefund)
            .where(
                OrderRefund.workspace_id == tx.workspace_id,
                OrderRefund.shop_id == shop_id,
                OrderRefund.order_key == one.order_key,
                OrderRefund.refund_key == one.refund_key,
            )
            .with_for_update()
        ).one()
        if one.at < row.at:
            row.at = one.at
            tx.session.add(row)
    tx.session.flush()


def refunds_of(tx: Transaction, row: ShopOrder) -> list[Refund]:
    """All refunds of an order."""
    found = tx.session.exec(
        select(OrderRefund).where(
            OrderRefund.workspace_id == tx.workspace_id,
            OrderRefund.shop_id == row.shop_id,
            OrderRefund.order_key == row.order_key,
        )
    )
    return [
        Refund(
            order_key=one.order_key,
            refund_key=one.refund_key,
            amount=from_minor(one.amount, one.currency),
            at=one.at,
        )
        for one in found
    ]


def with_mark(tx: Transaction, kind: str, text: str, after: int, limit: int) -> list[ShopOrder]:
    """Orders with a code or link, above the number `after`, locked in order."""
    marked = select(OrderMark.order_id).where(
        OrderMark.workspace_id == tx.workspace_id,
        OrderMark.kind == kind,
        OrderMark.mark_key == mark_key(text),
    )
    return list(
        tx.session.exec(
            select(ShopOrder)
            .where(
                ShopOrder.workspace_id == tx.workspace_id,
                col(ShopOrder.id).in_(marked),
                col(ShopOrder.id) > after,
            )
            .order_by(col(ShopOrder.id))
            .limit(limit)
            .with_for_update()
        )
    )


def forget_lone_refunds(tx: Transaction) -> None:
    """Delete refunds whose order never came: it had no code."""
    known = select(ShopOrder.id).where(
        ShopOrder.workspace_id == tx.workspace_id,
        col(ShopOrder.shop_id) == col(OrderRefund.shop_id),
        col(ShopOrder.order_key) == col(OrderRefund.order_key),
    )
    tx.session.execute(
        delete(OrderRefund).where(
            col(OrderRefund.workspace_id) == tx.workspace_id,
            col(OrderRefund.at) < tx.now - LONE_REFUNDS_KEPT,
            ~known.exists(),
        )
    )


def _find(tx: Transaction, shop_id: int, said: Order) -> ShopOrder | None:
    """By the shop's number; by name where one side knows no number."""
    row = locked(tx, shop_id, said.order_key)
    if row is not None or not said.name:
        return row
    if not said.order_key.startswith(BY_NAME):
        return locked(tx, shop_id, BY_NAME + mark_key(said.name))
    named = tx.session.exec(
        select(ShopOrder.order_key).where(
            ShopOrder.workspace_id == tx.workspace_id,
            ShopOrder.shop_id == shop_id,
            ShopOrder.name == said.name,
        )
    ).first()
    return locked(tx, shop_id, named) if named else None


def _create(tx: Transaction, shop_id: int, said: Order) -> ShopOrder:
    deliveries.insert_ignoring(
        tx,
        ShopOrder,
        {
            "workspace_id": tx.workspace_id,
            "shop_id": shop_id,
            "order_key": said.order_key,
            "name": said.name,
            "ordered_at": said.ordered_at,
            "outcome": "",
        },
    )
    row = locked(tx, shop_id, said.order_key)
    if row is None:
        raise LookupError("the order that was just stored is not there")
    return row


def _keep_marks(tx: Transaction, row: ShopOrder, stands: Order) -> None:
    mine = (col(OrderMark.workspace_id) == tx.workspace_id, col(OrderMark.order_id) == row.id)
    there = {
        (one.kind, one.mark_key): one for one in tx.session.exec(select(OrderMark).where(*mine))
    }
    wanted = {(one.kind.value, one.key): one for one in stands.marks}
    for key, gone in there.items():
        if key not in wanted:
            tx.session.delete(gone)
    for key, mark in wanted.items():
        if key not in there:
            tx.session.add(
                OrderMark(
                    workspace_id=tx.workspace_id,
                    order_id=row.id or 0,
                    kind=mark.kind.value,
                    mark=mark.text,
                    mark_key=mark.key,
                )
            )
    tx.session.flush()
