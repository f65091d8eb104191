"""Deleting all that a workspace had, a while after it removed the app."""

import datetime as dt
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, delete, tuple_
from sqlmodel import Session, SQLModel, col, select

from storage import audit, windows
from storage.database import Database
from storage.models import AuditEntry, Draft, ImportRun, Job, Workspace
from storage.transaction import Transaction

BATCH = 5_000
"""Rows deleted in one transaction: nobody else's vote waits for long."""


@dataclass(frozen=True)
class FileNumbers:
    """By what files of a workspace are named."""

    imports: list[int]
    jobs: list[int]
    drafts: list[int]


def begin(database: Database, before: dt.datetime) -> list[int]:
    """Decide on workspaces removed before an instant; gives all whose data is to be deleted now.

    From here on there is no way back: a new installation makes a new workspace.
    """
    known = windows.directory.c
    with database.looking() as session:
        due = session.exec(
            select(known.id).where(known.removed_at < before, known.purging_at.is_(None))
        ).all()
    for number in due:
        with database.writing(number) as tx:
            _decide(tx, before)
    with database.looking() as session:
        return list(session.exec(select(known.id).where(known.purging_at.is_not(None))))


def _decide(tx: Transaction, before: dt.datetime) -> None:
    workspace = tx.session.exec(
        select(Workspace)
        .where(
            Workspace.id == tx.workspace_id,
            col(Workspace.removed_at) < before,
            col(Workspace.purging_at).is_(None),
        )
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if workspace is not None:
        workspace.purging_at = tx.now
        workspace.enterprise_id, workspace.team_id = "", f"purged:{workspace.id}"
        workspace.name = workspace.url = ""
        tx.session.add(workspace)


def files(database: Database, workspace_id: int) -> FileNumbers:
    """By what its files are named; to be asked before the rows are deleted."""
    with database.reading(workspace_id) as tx:

        def numbers(model: Any) -> list[int]:
            return list(tx.session.exec(select(model.id).where(model.workspace_id == workspace_id)))

        return FileNumbers(numbers(ImportRun), numbers(Job), numbers(Draft))


def delete_all(database: Database, workspace_id: int) -> int:
    """Delete every row of a workspace that `begin` gave; says how many there were.

    May be broken off at any moment, and be done by several processes at once.
    """
    deleted = 0
    for table in reversed(SQLModel.metadata.sorted_tables):
        if "workspace_id" in table.columns:
            deleted += _empty(database, table, workspace_id)
    with database.writing(workspace_id) as tx:  # what was noted of the deletions goes with it
        tx.session.execute(delete(Workspace).where(col(Workspace.id) == workspace_id))
    return deleted


def _empty(database: Database, table: Table, workspace_id: int) -> int:
    key = list(table.primary_key.columns)
    some = select(*key).where(table.c.workspace_id == workspace_id).limit(BATCH)
    statement = delete(table).where(tuple_(*key).in_(some))
    deleted = 0
    while True:
        with database.writing(workspace_id) as tx, _let_go(tx.session, table, workspace_id):
            result: Any = tx.session.execute(statement)
        done = int(result.rowcount)
        deleted += done
        if done < BATCH:
            return deleted


def _let_go(session: Session, table: Table, workspace_id: int) -> AbstractContextManager[None]:
    """The record of who did what is kept from being changed; here it goes with the rest."""
    is_record = table.name == AuditEntry.__tablename__
    return audit.opened(session, workspace_id) if is_record else nullcontext()
