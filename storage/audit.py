"""The record of who did what: entries are added, never changed.

Two ways out: `rewrite` for the name of somebody forgotten, `delete_before` for what is kept long
enough. Triggers refuse all others (`audit_guard.py`).
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import delete, insert, update
from sqlmodel import Session, col, select

from storage.models import AuditEntry, AuditOpening
from storage.transaction import Transaction


def record(
    tx: Transaction,
    action: str,
    object_kind: str,
    object_id: int,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Write down an act of this transaction's actor, for example "vote" on a "card"."""
    tx.session.connection().execute(
        _INSERT,
        {
            "workspace_id": tx.workspace_id,
            "at": tx.now,
            "actor": tx.actor,
            "action": action,
            "object_kind": object_kind,
            "object_id": object_id,
            "before": before or {},
            "after": after or {},
            "delivery": tx.delivery,
        },
    )


def rewrite(tx: Transaction, number: int, values: dict[str, Any]) -> None:
    """Take the name of somebody forgotten out of an entry: who did what, and when, stays as it was.

    values: of `before` and `after` only. Nothing else changes an entry.
    """
    with opened(tx.session, tx.workspace_id):
        tx.session.execute(
            update(AuditEntry)
            .where(col(AuditEntry.workspace_id) == tx.workspace_id, col(AuditEntry.id) == number)
            .values(**{name: values[name] for name in ("before", "after") if name in values})
            .execution_options(synchronize_session=False)
        )


def delete_before(tx: Transaction, instant: dt.datetime, limit: int) -> int:
    """Delete entries that are older than the workspace keeps them; says how many."""
    old = select(AuditEntry.id).where(
        AuditEntry.workspace_id == tx.workspace_id, col(AuditEntry.at) < instant
    )
    with opened(tx.session, tx.workspace_id):
        result: Any = tx.session.execute(
            delete(AuditEntry).where(
                col(AuditEntry.workspace_id) == tx.workspace_id,
                col(AuditEntry.id).in_(old.order_by(col(AuditEntry.id)).limit(limit)),
            )
        )
    return int(result.rowcount)


@contextmanager
def opened(session: Session, workspace_id: int) -> Iterator[None]:
    """Let this transaction, and no other, take entries of a workspace back until the block ends."""
    session.execute(insert(AuditOpening).values(workspace_id=workspace_id))
    yield
    session.execute(delete(AuditOpening).where(col(AuditOpening.workspace_id) == workspace_id))


def of(tx: Transaction, object_kind: str, object_id: int) -> list[AuditEntry]:
    """All that was done to one object, oldest first."""
    return list(
        tx.session.exec(
            select(AuditEntry)
            .where(
                AuditEntry.workspace_id == tx.workspace_id,
                AuditEntry.object_kind == object_kind,
                AuditEntry.object_id == object_id,
            )
            .order_by(col(AuditEntry.id))
        )
    )


_INSERT = insert(AuditEntry.__table__)  # type: ignore[attr-defined]
