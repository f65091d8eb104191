"""Deliveries from Slack: a key is stored with what it changed, so a repeat changes nothing."""

import datetime as dt
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlmodel import col, select

from storage.models import Delivery
from storage.transaction import RepeatedDelivery, Transaction

KEPT = dt.timedelta(days=3)


def insert_ignoring(tx: Transaction, model: Any, values: dict[str, Any]) -> bool:
    """Insert a row unless its unique key is taken; says whether it was inserted."""
    dialect_insert = postgresql_insert if tx.on_postgresql else sqlite_insert
    statement = dialect_insert(model).values(**values).on_conflict_do_nothing()
    result: Any = tx.session.execute(statement)
    return bool(result.rowcount)


def begin(tx: Transaction, key: str) -> None:
    """Take a delivery's key. Raises RepeatedDelivery when it was taken before."""
    taken = insert_ignoring(
        tx,
        Delivery,
        {"workspace_id": tx.workspace_id, "key": key, "received_at": tx.now, "answer": {}},
    )
    if not taken:
        raise RepeatedDelivery(find_answer(tx, key) or {})


def finish(tx: Transaction, key: str) -> None:
    """Keep the answer with its delivery."""
    if tx.answer:
        tx.session.execute(
            update(Delivery)
            .where(col(Delivery.workspace_id) == tx.workspace_id, col(Delivery.key) == key)
            .values(answer=tx.answer)
        )


def find_answer(tx: Transaction, key: str) -> dict[str, Any] | None:
    """The answer given to a delivery, or None when it was never acted on."""
    answer: Any = tx.session.exec(
        select(Delivery.answer).where(Delivery.workspace_id == tx.workspace_id, Delivery.key == key)
    ).one_or_none()
    return None if answer is None else dict(answer)


def forget_old(tx: Transaction) -> int:
    """Delete keys that Slack can no longer repeat; gives how many."""
    result: Any = tx.session.execute(
        delete(Delivery).where(
            col(Delivery.workspace_id) == tx.workspace_id,
            col(Delivery.received_at) < tx.now - KEPT,
        )
    )
    return int(result.rowcount)
