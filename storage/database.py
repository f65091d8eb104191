"""The database and its two kinds of transaction, reading and writing."""

import datetime as dt
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session

from domain.source_terms import NEED_LEAVE
from storage import deliveries, postgresql, sqlite, tenancy
from storage.bell import Bell
from storage.postgresql import BUSY_SECONDS
from storage.sealing import NO_KEYS, Keys
from storage.transaction import RepeatedDelivery, Transaction
from storage.write_turns import WriteTurns

Unavailable = (OperationalError, InterfaceError, InternalError, PoolTimeout)
"""What a busy, full, read-only or vanished database raises; a broken rule of ours is not in it."""


def is_out_of_reach(error: BaseException) -> bool:
    """Whether the database is busy, full, read-only or away, so that the same may work later on.

    Among `Unavailable` there are mistakes of ours as well (SQLite calls a missing table that).
    """
    if isinstance(error, PoolTimeout):
        return True
    if not isinstance(error, OperationalError | InterfaceError | InternalError):
        return False
    if error.connection_invalidated:
        return True
    if isinstance(error.orig, sqlite3.Error):
        return sqlite.passes(getattr(error.orig, "sqlite_errorcode", 0))
    return isinstance(error, OperationalError) and postgresql.passes(
        getattr(error.orig, "sqlstate", None)
    )


class Database:
    """Where everything is kept. Thread-safe; transactions are not."""

    def __init__(
        self,
        url: str,
        now: Callable[[], dt.datetime],
        pool_size: int = 20,
        underived: frozenset[str] = NEED_LEAVE,
        keys: Keys = NO_KEYS,
        owner_url: str = "",
    ) -> None:
        """Open a database by its SQLAlchemy URL; `now` is the product's clock.

        underived: sources from whose figures nothing may be worked out and shown. keys: encrypt
        the secrets in it. owner_url: the same database as the role that owns the tables, for
        migrations alone; "" = the same role.
        """
        self.keys = keys
        self.underived = underived
        self.url: URL = _with_driver(make_url(url))
        self.owner_url: URL | None = _with_driver(make_url(owner_url)) if owner_url else None
        self.now = now
        self.engine = _engine(self.url, pool_size)
        self._writer = self.engine.execution_options(begin_immediate=True)
        self._relaxed = self.engine.execution_options(begin_immediate=True, relaxed=True)
        self._turns = WriteTurns(BUSY_SECONDS) if self.is_sqlite else None
        self.outbox_added = Bell()
        self.job_added = Bell()

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is one SQLite file."""
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def reading(
        self, workspace_id: int, actor: str = "", *, quick: bool = False
    ) -> Iterator[Transaction]:
        """A transaction that only looks: never blocked by writers, blocks nobody.

        quick: somebody waits in Slack, so no statement may take long (on PostgreSQL).
        """
        with Session(self.engine, expire_on_commit=False, autoflush=False) as session:
            self._enter(session, workspace_id, quick=quick)
            yield Transaction(
                session, workspace_id, self.now(), actor,
                underived=self.underived, keys=self.keys,
            )  # fmt: skip
            session.expunge_all()  # rows stay readable; ending the session rolls back

    @contextmanager
    def writing(
        self,
        workspace_id: int,
        actor: str = "",
        delivery: str | None = None,
        *,
        quick: bool = False,
        relaxed: bool = False,
    ) -> Iterator[Transaction]:
        """A transaction that changes something; committed when the block ends without an error.

        quick: as in `reading`. relaxed: a power cut may take it back, whole, until the next
        transaction that is not relaxed.

        Raises:
            RepeatedDelivery: `delivery` was committed before; nothing is changed.
        """
        engine = self._relaxed if relaxed else self._writer
        with self._turn(awaited=quick), Session(engine, expire_on_commit=False) as session:
            self._enter(session, workspace_id, quick=quick)
            tx = Transaction(
                session, workspace_id, self.now(), actor, delivery,
                writable=True, underived=self.underived, keys=self.keys,
            )  # fmt: skip
            if delivery is not None:
                deliveries.begin(tx, delivery)
            yield tx
            if delivery is not None:
                deliveries.finish(tx, delivery)
            session.commit()
        if tx.wakes_outbox:
            self.outbox_added.ring()
        if tx.wakes_jobs:
            self.job_added.ring()

    @contextmanager
    def looking(self, *, quick: bool = False) -> Iterator[Session]:
        """A reading session of no workspace: for workers, and before it is known which it is.

        It sees tables without workspaces and what `storage.windows` shows of the others. quick:
        as in `reading`.
        """
        with Session(self.engine, expire_on_commit=False, autoflush=False) as session:
            self._settle_patience(session, quick=quick)
            yield session
            session.expunge_all()

    @contextmanager
    def everywhere(self) -> Iterator[Session]:
        """A writing session of no workspace: for tables that belong to none."""
        with self._turn(awaited=True), Session(self._writer, expire_on_commit=False) as session:
            self._settle_patience(session)
            yield session
            session.commit()

    def ease(self) -> None:
        """Copy SQLite's log into the database, so that nobody's vote has to.

        Nobody waits for it, unlike for a commit, which would do it within the turn of a writer.
        """
        if self.is_sqlite:
            with self._relaxed.connect() as connection:
                sqlite.empty_log(connection)

    def drop_log(self) -> bool:
        """Have nothing of what was deleted in SQLite's log either; False while it is being read."""
        if not self.is_sqlite:
            return True
        with self._relaxed.connect() as connection:
            return sqlite.drop_log(connection)

    @contextmanager
    def owning(self) -> Iterator[Engine]:
        """An engine of the role that owns the tables; for migrations, and closed after them."""
        if self.owner_url is None:
            yield self.engine
            return
        engine = _engine(self.owner_url, pool_size=1)
        try:
            yield engine
        finally:
            engine.dispose()

    @property
    def writers_waiting(self) -> int:
        """How many threads of this process wait for their turn to write; 0 on PostgreSQL."""
        return self._turns.waiting if self._turns else 0

    def _turn(self, *, awaited: bool) -> AbstractContextManager[None]:
        return self._turns.turn(awaited=awaited) if self._turns else nullcontext()

    def _enter(self, session: Session, workspace_id: int, *, quick: bool) -> None:
        self._settle_patience(session, quick=quick)
        tenancy.enter(session, workspace_id)

    def _settle_patience(self, session: Session, *, quick: bool = False) -> None:
        if not quick and not self.is_sqlite:
            postgresql.be_patient(session)

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
        engine = create_engine(
            url,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=BUSY_SECONDS,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args=postgresql.SETTINGS,
        )
        postgresql.hide_values(engine)
        return engine
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=BUSY_SECONDS,
        pool_use_lifo=True,  # the connection used last still knows what it read
        hide_parameters=True,  # what people wrote belongs into no log
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
    )
    event.listen(engine, "connect", sqlite.prepare)
    event.listen(engine, "begin", sqlite.begin)
    return engine


__all__ = [
    "BUSY_SECONDS",
    "Database",
    "RepeatedDelivery",
    "Transaction",
    "Unavailable",
    "is_out_of_reach",
]
