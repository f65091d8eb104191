"""Files of orders: what each said of an order is kept apart, so that one can be taken back."""

from sqlalchemy import delete
from sqlmodel import col, select

from domain.orders import Order, newest
from storage import audit
from storage.models import OrderFile, OrderFileRow, ShopOrder
from storage.transaction import Transaction


def begin(tx: Transaction, shop_id: int, job: str, name: str, person_id: int | None) -> OrderFile:
    """The file that a job reads; the same again when the job begins anew."""
    row = tx.session.exec(
        select(OrderFile).where(OrderFile.workspace_id == tx.workspace_id, OrderFile.job == job)
    ).one_or_none()
    if row is None:
        row = OrderFile(
            workspace_id=tx.workspace_id, shop_id=shop_id, job=job, name=name,
            person_id=person_id, created_at=tx.now,
        )  # fmt: skip
        tx.session.add(row)
        tx.session.flush()
        audit.record(tx, "add", "order file", row.id or 0, after={"file": name, "shop": shop_id})
    return row


def was_undone(tx: Transaction, job: str) -> bool:
    """Whether the file that a job reads was taken back."""
    row = tx.session.exec(
        select(OrderFile).where(OrderFile.workspace_id == tx.workspace_id, OrderFile.job == job)
    ).one_or_none()
    return row is not None and row.undone_at is not None


def get(tx: Transaction, number: int) -> OrderFile | None:
    """The file with this number, locked."""
    return tx.session.exec(
        select(OrderFile)
        .where(OrderFile.workspace_id == tx.workspace_id, OrderFile.id == number)
        .with_for_update()
    ).one_or_none()


def start_undo(tx: Transaction, row: OrderFile) -> None:
    """Take a file back: from here on it says nothing more; its orders go one after the other."""
    row.undone_at = tx.now
    tx.session.add(row)
    audit.record(tx, "undo", "order file", row.id or 0, before={"file": row.name})


def keep(tx: Transaction, row: ShopOrder, file_id: int, said: Order) -> None:
    """Keep what a file said of a locked order, before it is put to what other files said."""
    mine = (OrderFileRow.workspace_id == tx.workspace_id, OrderFileRow.order_id == row.id)
    known = {one.file_id: one for one in tx.session.exec(select(OrderFileRow).where(*mine))}
    if not known and row.file_said is not None:
        _add(tx, row, None, Order.model_validate(row.file_said))
    if file_id in known:  # a file may name an order in several rows
        before = Order.model_validate(known[file_id].said)
        known[file_id].said = newest(before, said).model_dump(mode="json")
        tx.session.add(known[file_id])
    else:
        _add(tx, row, file_id, said)
    tx.session.flush()


def orders_of(tx: Transaction, file_id: int, limit: int) -> list[ShopOrder]:
    """Orders of which a file says something, locked in order."""
    numbers = select(OrderFileRow.order_id).where(
        OrderFileRow.workspace_id == tx.workspace_id, OrderFileRow.file_id == file_id
    )
    return list(
        tx.session.exec(
            select(ShopOrder)
            .where(ShopOrder.workspace_id == tx.workspace_id, col(ShopOrder.id).in_(numbers))
            .order_by(col(ShopOrder.id))
            .limit(limit)
            .with_for_update()
        )
    )


def forget(tx: Transaction, row: ShopOrder, file_id: int) -> Order | None:
    """Take back what a file said of a locked order; gives what other files still say of it."""
    mine = (
        col(OrderFileRow.workspace_id) == tx.workspace_id,
        col(OrderFileRow.order_id) == row.id,
    )
    tx.session.execute(delete(OrderFileRow).where(*mine, col(OrderFileRow.file_id) == file_id))
    found: Order | None = None
    for one in tx.session.exec(select(OrderFileRow).where(*mine).order_by(col(OrderFileRow.id))):
        found = newest(found, Order.model_validate(one.said))
    return found


def _add(tx: Transaction, row: ShopOrder, file_id: int | None, said: Order) -> None:
    tx.session.add(
        OrderFileRow(
            workspace_id=tx.workspace_id,
            file_id=file_id,
            order_id=row.id or 0,
            said=said.model_dump(mode="json"),
        )
    )
