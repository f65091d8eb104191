"""Backups: what is noted when one is made, a copy of SQLite, and what a restored database is told.

A database that was put back knows nothing of what happened since the backup, while Slack still
shows it. So each workspace is told between which moments that was, and what was about to be posted
counts as sent and not answered: it is looked for before it is posted.
"""

import datetime as dt
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, inspect, select, update
from sqlmodel import Session, col

from storage.database import Database
from storage.migrate import is_known
from storage.models import Delivery, DigestPeriod, Job, OutboxMessage, Workspace

HEADER = b"SQLite format 3\x00"
_SIGNS_OF_LIFE: tuple[Any, ...] = (
    Delivery.received_at,
    DigestPeriod.created_at,
    Job.created_at,
    OutboxMessage.created_at,
)


class NotABackup(Exception):
    """The file is no backup that this release can put back; the message is a sentence."""


@dataclass(frozen=True)
class Restored:
    """What was put back. made_at: what happened since is not in it. waiting: messages to settle."""

    made_at: dt.datetime
    workspaces: int
    waiting: int


@contextmanager
def noted(database: Database) -> Iterator[None]:
    """A backup is made in this block: it says itself how old it is. Taken back when it fails."""
    with database.everywhere() as session:
        before = session.execute(select(col(Workspace.id), col(Workspace.backed_up_at))).all()
        session.execute(update(Workspace).values(backed_up_at=database.now()))
    try:
        yield
    except BaseException:
        with database.everywhere() as session:
            for number, made_at in before:
                row = update(Workspace).where(col(Workspace.id) == number)
                session.execute(row.values(backed_up_at=made_at))
        raise


def copy_sqlite(source: Path, to: Path) -> None:
    """Write a consistent copy beside whoever reads or writes, complete or not at all.

    Raises:
        FileExistsError: there is something at `to`.
        sqlite3.Error: the database can't be read, or the disk is full.
    """
    if to.exists():
        raise FileExistsError(17, "it exists already, and a backup overwrites nothing", str(to))
    part = to.with_name(f"{to.name}.part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))  # it holds everything
    try:
        with closing(sqlite3.connect(source)) as link:
            link.execute("VACUUM INTO ?", (str(part),))
        see_that_it_is_whole(part)
        put_in_place(part, to)
    finally:
        part.unlink(missing_ok=True)


def put_in_place(part: Path, to: Path) -> None:
    """Give a complete file its name, so that a power cut leaves the whole file or none."""
    with part.open("rb") as written:
        os.fsync(written.fileno())
    part.replace(to)
    if os.name == "posix":
        folder = os.open(to.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)


def see_that_it_is_whole(file: Path) -> None:
    """Look through a SQLite file.

    Raises:
        NotABackup: it is no SQLite file, damaged, or of another program or a newer release.
    """
    with file.open("rb") as opened:
        if opened.read(len(HEADER)) != HEADER:
            raise NotABackup(f"{file} is no SQLite database.")
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as link:
            (found,) = link.execute("PRAGMA quick_check(1)").fetchone()
            version = link.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        raise NotABackup(f"{file} is no backup of influencer-bot, or damaged: {error}.") from None
    if found != "ok":
        raise NotABackup(f"{file} is damaged: {found}.")
    if version is None or not is_known(version[0]):
        raise NotABackup(f"{file} is of a newer release: put it back with that one.")


def is_empty(database: Database) -> bool:
    """Whether there is no table at all."""
    with database.engine.connect() as connection:
        return not inspect(connection).get_table_names()


def settle_restored(database: Database) -> Restored:
    """Tell a database that was put back, and migrated, that time has passed it by."""
    now = database.now()
    with database.everywhere() as session:
        made_at = _made_at(session) or now
        told: Any = session.execute(
            update(Workspace).values(restored_at=now, restored_from=made_at)
        )
        pending = ("waiting", "sending", "unknown")
        waiting: Any = session.execute(
            update(OutboxMessage)
            .where(col(OutboxMessage.state).in_(pending))
            .values(state="unknown", leased_until=None, unknown_since=None, due_at=now)
        )
    return Restored(made_at, int(told.rowcount), int(waiting.rowcount))


def _made_at(session: Session) -> dt.datetime | None:
    """When the backup was begun; where nobody noted it, the last moment that it tells of."""
    noted = session.execute(select(func.max(Workspace.backed_up_at))).scalar()
    seen = [session.execute(select(func.max(column))).scalar() for column in _SIGNS_OF_LIFE]
    return max((one for one in (noted, *seen) if one is not None), default=None)
