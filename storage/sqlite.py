"""SQLite: how a connection is set up, and how a writer takes the lock and gives it on."""

import sqlite3
import time
from typing import Any

from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor

RETRY_SECONDS = 0.001
"""How often a writer looks whether the lock is free: SQLite itself looks every 100 ms in the end,
and would miss the gaps that a large import leaves."""

CHECKPOINT_PAGES = 32_000
"""Pages of the log at which a commit copies them into the database, 128 MB of them: hardly ever,
since the workers do it every minute and bulk work between its batches (`empty_log`)."""

DROP_MILLISECONDS = 100
"""For so long readers are waited for when the log's file is to be emptied, and writers wait too."""

MAPPED = 256 * 2**20
"""Bytes of the database that are read where the system keeps them, without a copy."""

CACHED, CACHED_IN_BULK = 8_192, 32_768
"""KiB of pages beyond these that each connection keeps. There are as many as threads at work, and
the system keeps the same pages; bulk work changes the same ones again and again."""


_PASSES = {
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN,
}  # fmt: skip


def prepare(connection: DBAPIConnection, _record: object) -> None:
    """WAL so that readers never wait, FULL so that a power cut loses no commit."""
    connection.isolation_level = None  # BEGIN is ours, see below
    cursor = connection.cursor()
    _keep_a_log(cursor)
    for pragma in (
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",  # what is deleted is overwritten: of somebody forgotten nothing stays
        f"cache_size=-{CACHED}",
        f"mmap_size={MAPPED}",
        "temp_store=MEMORY",
        f"wal_autocheckpoint={CHECKPOINT_PAGES}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _keep_a_log(cursor: DBAPICursor) -> None:
    """Into WAL, which a file stays in. SQLite does not wait for others that open a new file too."""
    (patience,) = cursor.execute("PRAGMA busy_timeout").fetchone()
    until = time.monotonic() + patience / 1000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() >= until:
                raise
            time.sleep(RETRY_SECONDS)
        else:
            return


def passes(code: int) -> bool:
    """Whether an error is about the file's state just now and not about what it was asked."""
    return code & 0xFF in _PASSES


def begin(connection: Connection) -> None:
    """A writer takes the lock at once: a deferred one that reads first fails without waiting."""
    options = connection.get_execution_options()
    if not options.get("begin_immediate", False):
        connection.exec_driver_sql("BEGIN")
        return
    driver = connection.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        raise TypeError(f"SQLite is spoken through the standard library, not {driver!r}")
    _set_relaxed(connection, driver, relaxed=options.get("relaxed", False))
    (patience,) = driver.execute("PRAGMA busy_timeout").fetchone()
    driver.execute("PRAGMA busy_timeout=0")
    try:
        _take_lock(connection, driver, patience / 1000)
    finally:
        driver.execute(f"PRAGMA busy_timeout={patience}")


def empty_log(connection: Connection) -> None:
    """Copy what was committed from the log into the database, beside whoever reads or writes."""
    driver: Any = connection.connection.driver_connection  # outside of any transaction
    driver.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()


def drop_log(connection: Connection) -> bool:
    """Copy the log into the database and empty its file; False while somebody is reading.

    What was copied before need not be now, so that writers wait for a moment only.
    """
    empty_log(connection)
    driver: Any = connection.connection.driver_connection  # outside of any transaction
    (patience,) = driver.execute("PRAGMA busy_timeout").fetchone()
    driver.execute(f"PRAGMA busy_timeout={DROP_MILLISECONDS}")
    try:
        (busy, *_) = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        driver.execute(f"PRAGMA busy_timeout={patience}")
    return not busy


def _take_lock(connection: Connection, driver: sqlite3.Connection, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            driver.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                break
            time.sleep(RETRY_SECONDS)
        else:
            return
    connection.exec_driver_sql("BEGIN IMMEDIATE")  # the last try, whose error is SQLAlchemy's


def _set_relaxed(connection: Connection, driver: sqlite3.Connection, *, relaxed: bool) -> None:
    """Without FULL, commits do not wait for the disk; the log still keeps their order.

    Whoever writes all over the database would soon have all of it mapped: it is read instead.
    """
    if connection.info.get("relaxed", False) == relaxed:
        return
    pages = 0 if relaxed else CHECKPOINT_PAGES
    driver.execute(f"PRAGMA synchronous={'NORMAL' if relaxed else 'FULL'}")
    driver.execute(f"PRAGMA wal_autocheckpoint={pages}")
    driver.execute(f"PRAGMA mmap_size={0 if relaxed else MAPPED}").fetchone()
    driver.execute(f"PRAGMA cache_size=-{CACHED_IN_BULK if relaxed else CACHED}")
    connection.info["relaxed"] = relaxed
