"""Deliveries from Slack: a key is stored with what it changed, so a repeat changes nothing."""

import datetime as dt
from functools import cache
from typing import Any

from sqlalchemy import Insert, delete, literal_column, update
from sqlmodel import col, select

from storage.models import Delivery
from storage.transaction import RepeatedDelivery, Transaction

KEPT = dt.timedelta(days=3)


def insert_ignoring(tx: Transaction, model: Any, values: dict[str, Any]) -> bool:
    """Insert a row unless its unique key is taken; says whether it was inserted."""
    return tx.ask(_insert(model, tx.on_postgresql), values).first() is not None


@cache
def _insert(model: Any, on_postgresql: bool) -> Any:
    """The statement for a table, which is put together once, whatever columns are given."""
    statement = insert_or_nothing(model.__table__, {}, on_sqlite=not on_postgresql)
    # a row count would be -1 on PostgreSQL, whether or not a row was inserted
    return statement.returning(literal_column("1"))


def insert_or_nothing(model: Any, values: dict[str, Any], *, on_sqlite: bool) -> Insert:
    """The statement that inserts a row unless one of its unique keys is taken."""
    if on_sqlite:
        from sqlalchemy.dialects import sqlite  # noqa: PLC0415  only the one in use is loaded

        return sqlite.insert(model).values(**values).on_conflict_do_nothing()
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415

    return postgresql.insert(model).values(**values).on_conflict_do_nothing()


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


def forget_old(tx: Transaction, now: dt.datetime) -> int:
    """Delete keys that Slack can no longer repeat; gives how many."""
    result: Any = tx.session.execute(
        delete(Delivery).where(
            col(Delivery.workspace_id) == tx.workspace_id,
            col(Delivery.received_at) < now - KEPT,
        )
    )
    return int(result.rowcount)
