"""Orders by codes and links of somebody forgotten: they stay counted, without the code."""

from sqlalchemy import or_
from sqlmodel import col, select

from domain.forgetting import Names
from domain.orders import MarkKind, Order, mark_key
from storage import forgotten_marks, order_rows
from storage.models import OrderFileRow, OrderMark, ShopOrder
from storage.transaction import Transaction

BATCH = 50


def conceal(tx: Transaction, names: Names, after: int) -> int | None:
    """Conceal the codes on some orders; gives the last one's number, None at the end."""
    rows = _with_codes(tx, names, after)
    for row in rows:
        row.shop_said, row.file_said = _concealed(tx, row.shop_said), _concealed(tx, row.file_said)
        mine = OrderFileRow.order_id == row.id
        for said in tx.session.exec(
            select(OrderFileRow).where(OrderFileRow.workspace_id == tx.workspace_id, mine)
        ):
            said.said = _concealed(tx, said.said) or {}
            tx.session.add(said)
        order_rows.restate(tx, row)
    return rows[-1].id if rows else None


def _concealed(tx: Transaction, said: dict[str, object] | None) -> dict[str, object] | None:
    if not said:
        return said
    order = Order.model_validate(said)
    marks = forgotten_marks.conceal(tx, order.marks)
    return order.model_copy(update={"marks": marks}).model_dump(mode="json")


def _with_codes(tx: Transaction, names: Names, after: int) -> list[ShopOrder]:
    wanted = [
        (col(OrderMark.kind) == kind.value) & (col(OrderMark.mark_key) == mark_key(code))
        for kind in MarkKind
        for code in names.codes
    ]
    if not wanted:
        return []
    marked = select(OrderMark.order_id).where(
        OrderMark.workspace_id == tx.workspace_id, or_(*wanted)
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
            .limit(BATCH)
            .with_for_update()
        )
    )
