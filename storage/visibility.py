"""What no query sees yet: rows of imports that are still being written."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, true
from sqlmodel import col, select

from storage import first_look
from storage.first_look import HIDDEN
from storage.models import Creator, ImportRun, Profile
from storage.transaction import Transaction

__all__ = ["HIDDEN", "brought_openly", "hidden_imports", "row_is_seen", "unindexed_yet"]

_CHUNK = 400  # bound parameters a statement


def hidden_imports(tx: Transaction) -> list[int]:
    """Imports whose rows must not be seen; nearly always none or one."""
    known = tx.session.info.get(HIDDEN)
    if known is None:
        look = first_look.taken(tx)
        if look is not None and not look.any_hidden_import:
            return []
        found = tx.session.exec(
            select(ImportRun.id).where(
                ImportRun.workspace_id == tx.workspace_id, col(ImportRun.state).in_(HIDDEN)
            )
        )
        known = [number for number in found if number is not None]
        if not tx.writable:  # one look sees one state of the database
            tx.session.info[HIDDEN] = known
    return list(known)


def row_is_seen(row: Any, hidden: list[int]) -> ColumnElement[bool]:
    """Whether an index row is seen, given `hidden_imports`."""
    if not hidden:
        return col(row.until_import) == 0
    return and_(
        col(row.since_import).not_in(hidden),
        or_(col(row.until_import) == 0, col(row.until_import).in_(hidden)),
    )


def brought_openly(import_id: Any, hidden: list[int]) -> ColumnElement[bool]:
    """Whether a creator, profile or snapshot is not of a hidden import."""
    if not hidden:
        return true()
    return or_(col(import_id).is_(None), col(import_id).not_in(hidden))


def unindexed_yet(tx: Transaction, profile_ids: Sequence[int]) -> set[int]:
    """Those among profiles whose index rows an import at work has still to write."""
    found: set[int] = set()
    for start in range(0, len(profile_ids), _CHUNK):
        rows = tx.session.exec(
            select(Profile.id)
            .join(ImportRun, col(ImportRun.id) == col(Profile.import_id))
            .join(Creator, col(Creator.id) == col(Profile.creator_id))
            .where(
                Profile.workspace_id == tx.workspace_id,
                col(Profile.id).in_(profile_ids[start : start + _CHUNK]),
                col(Profile.id) > ImportRun.indexed_to,
                ImportRun.state == "storing",
                Creator.import_id == Profile.import_id,
            )
        )
        found.update(number for number in rows if number is not None)
    return found
