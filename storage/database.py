"""The database and its two kinds of transaction, reading and writing."""

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session

from storage import deliveries
from storage.transaction import RepeatedDelivery, Transaction

BUSY_SECONDS = 1.8  # under Slack's three, so that a refusal can still be said in time

Unavailable = (OperationalError, InterfaceError, InternalError, PoolTimeout)
"""What a busy, full, read-only or vanished database raises; a broken rule of ours is not in it."""

POSTGRESQL_SETTINGS = {
    "connect_timeout": 2,
    "tcp_user_timeout": 2000,  # ms: a server that vanished is noticed by whoever waits for it
    "options": f"-c lock_timeout={int(BUSY_SECONDS * 1000)}",
}


class Database:
    """Where everything is kept. Thread-safe; transactions are not."""

    def __init__(self, url: str, now: Callable[[], dt.datetime], pool_size: int = 20) -> None:
        """Open a database by its SQLAlchemy URL; `now` is the product's clock."""
        self.url: URL = _with_driver(make_url(url))
        self.now = now
        self.engine = _engine(self.url, pool_size)
        self._writer = self.engine.execution_options(begin_immediate=True)
        self.outbox_added = threading.Event()
        self.job_added = threading.Event()

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is one SQLite file."""
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def reading(self, workspace_id: int, actor: str = "") -> Iterator[Transaction]:
        """A transaction that only looks: never blocked by writers, blocks nobody."""
        with Session(self.engine, expire_on_commit=False, autoflush=False) as session:
            yield Transaction(session, workspace_id, self.now(), actor)
            session.expunge_all()  # rows stay readable; ending the session rolls back

    @contextmanager
    def writing(
        self, workspace_id: int, actor: str = "", delivery: str | None = None
    ) -> Iterator[Transaction]:
        """A transaction that changes something; committed when the block ends without an error.

        Raises:
            RepeatedDelivery: `delivery` was committed before; nothing is changed.
        """
        with Session(self._writer, expire_on_commit=False) as session:
            tx = Transaction(session, workspace_id, self.now(), actor, delivery, writable=True)
            if delivery is not None:
                deliveries.begin(tx, delivery)
            yield tx
            if delivery is not None:
                deliveries.finish(tx, delivery)
            session.commit()
        if tx.wakes_outbox:
            self.outbox_added.set()
        if tx.wakes_jobs:
            self.job_added.set()

    @contextmanager
    def looking(self) -> Iterator[Session]:
        """A reading session for workers that look for work of any workspace."""
        with Session(self.engine, expire_on_commit=False, autoflush=False) as session:
            yield session
            session.expunge_all()

    @contextmanager
    def everywhere(self) -> Iterator[Session]:
        """A writing session for workers that claim work of any workspace."""
        with Session(self._writer, expire_on_commit=False) as session:
            yield session
            session.commit()

    def ping(self) -> None:
        """Ask the database for a sign of life; raises one of `Unavailable`."""
        with self.engine.connect() as connection:
            connection.execute(text("SELECT 1"))

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()


def _with_driver(url: URL) -> URL:
    """`postgresql://…` and `postgres://…` as people write them go to psycopg 3."""
    if url.drivername in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    return url


def _engine(url: URL, pool_size: int) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(
            url,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=BUSY_SECONDS,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args=POSTGRESQL_SETTINGS,
        )
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=BUSY_SECONDS,
        hide_parameters=True,  # what people wrote belongs into no log
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _record: object) -> None:
    """WAL so that readers never wait, FULL so that a power cut loses no commit."""
    connection.isolation_level = None  # BEGIN is ours, see below
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "cache_size=-32768",
        "mmap_size=268435456",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes the lock at once: a deferred one that reads first fails without waiting."""
    immediate = connection.get_execution_options().get("begin_immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


__all__ = ["BUSY_SECONDS", "Database", "RepeatedDelivery", "Transaction", "Unavailable"]
