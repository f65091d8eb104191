"""The record of who did what: entries are only ever added."""

from typing import Any

from sqlmodel import col, select

from storage.models import AuditEntry
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
    tx.session.add(
        AuditEntry(
            workspace_id=tx.workspace_id,
            at=tx.now,
            actor=tx.actor,
            action=action,
            object_kind=object_kind,
            object_id=object_id,
            before=before or {},
            after=after or {},
            delivery=tx.delivery,
        )
    )


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
