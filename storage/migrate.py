"""Bring a database to the tables this version needs."""

import itertools
import logging
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from storage import audit_guard, pack_triggers, plans, row_security, windows
from storage.database import Database

if TYPE_CHECKING:
    from alembic.config import Config

log = logging.getLogger(__name__)

T = TypeVar("T")

NOT_ALLOWED, LOCK_NOT_AVAILABLE, DEADLOCK = "42501", "55P03", "40P01"  # as PostgreSQL says them
LOCK_MILLISECONDS = 500  # under the second after which PostgreSQL ends a deadlock itself
SAID_EVERY = 20
HEAD = "0004"  # of this release; read from here so that a start at head loads no Alembic
ADVISORY_LOCK = 7_238_115_001


class NewerDatabase(Exception):
    """The database was written by a newer version of the bot."""


class MayNotMigrate(Exception):
    """The tables have to be changed, and the role that is connected may not do that."""


def migrate(database: Database) -> bool:
    """Migrate to the newest tables; says whether anything had to be done.

    Several processes may call it at once: one migrates and the others wait.

    Raises:
        NewerDatabase: the tables are newer than this version.
        MayNotMigrate: they are older, and only their owner may change them.
    """
    role = _role(database)
    with database.owning() as owner:
        with owner.connect() as connection:
            if _is_done(connection, role):
                return False
        try:
            return _when_all_pause(lambda: _migrate(database, owner, role))
        except ProgrammingError as error:
            if _state(error) != NOT_ALLOWED:
                raise
            raise MayNotMigrate(
                f"The tables have to be brought to version {HEAD}, which only their owner may do. "
                "Run `influencer-bot migrate` with DATABASE_OWNER_URL."
            ) from None


def _migrate(database: Database, owner: Engine, role: str | None) -> bool:
    engine = owner.execution_options(begin_immediate=True)
    with engine.connect() as connection, _no_cascades(connection), connection.begin():
        if not database.is_sqlite:  # a migration may take long, and so may waiting for one
            connection.execute(text("SET LOCAL lock_timeout = 0"))
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})"))
        done, present = _is_done(connection, role), _present(connection)
        if not done:
            _refuse_newer(present)
            if not database.is_sqlite:
                _take_all_tables(connection)
            windows.close(connection)
            if present != HEAD:
                _upgrade(connection)
                pack_triggers.settle(connection)
                audit_guard.settle(connection)
            windows.settle(connection)
            if database.is_sqlite:
                plans.settle(connection)
            else:
                row_security.settle(connection, role)
    database.close()  # SQLite's connections go by the statistics they found when they were opened
    return present != HEAD


def _when_all_pause(step: Callable[[], T]) -> T:
    """Migrate between the transactions of servers that go on, however often it takes to get there.

    Whoever waits for a lock holds up everybody behind, so the wait is short and is tried again.
    """
    tries = itertools.count(1)
    while True:
        try:
            return step()
        except OperationalError as error:
            if _state(error) not in (LOCK_NOT_AVAILABLE, DEADLOCK):
                raise
            if next(tries) % SAID_EVERY == 0:
                log.warning("migrating waits for a long transaction: a backup, an import, …")
            time.sleep(random.uniform(0.1, 1.0))  # noqa: S311  no secret


def _take_all_tables(connection: Connection) -> None:
    """Lock all tables before the first is changed.

    One after the other, as changes come to them, would end in a deadlock with a server that has
    locked them in another order. None of them can be its victim: this one gives up sooner.
    """
    names = inspect(connection).get_table_names()
    quote = connection.dialect.identifier_preparer.quote
    if names:
        connection.execute(text(f"SET LOCAL lock_timeout = {LOCK_MILLISECONDS}"))
        tables = ", ".join(quote(name) for name in sorted(names))
        connection.execute(text(f"LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE"))
        connection.execute(text("SET LOCAL lock_timeout = 0"))


def _state(error: DBAPIError) -> str | None:
    return getattr(error.orig, "sqlstate", None)


def _role(database: Database) -> str | None:
    """Whom the bot works as, where somebody else owns the tables."""
    if database.owner_url is None:
        return None
    with database.engine.connect() as connection:
        return row_security.role_of(connection)


def _is_done(connection: Connection, role: str | None) -> bool:
    """Whether there is nothing to change in the tables, nor in who sees what of them."""
    if _present(connection) != HEAD or not windows.are_open(connection):
        return False
    return role is None or row_security.lets_in(connection, role)


@contextmanager
def _no_cascades(connection: Connection) -> Iterator[None]:
    """While SQLite makes a table anew, dropping the old one must not delete what refers to it."""
    pragma = connection.connection.cursor() if connection.dialect.name == "sqlite" else None
    if pragma is not None:
        pragma.execute("PRAGMA foreign_keys=OFF")  # does nothing inside a transaction
    try:
        yield
    finally:
        if pragma is not None:
            pragma.execute("PRAGMA foreign_keys=ON")
            pragma.close()


def versions(database: Database) -> tuple[str | None, str]:
    """The version of the tables that are there (None: no tables), and of this release."""
    with database.engine.connect() as connection:
        return _present(connection), HEAD


def is_known(version: str) -> bool:
    """Whether this release can migrate from that version."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415  see `_config`

    scripts = ScriptDirectory.from_config(_config())
    return version in {script.revision for script in scripts.walk_revisions()}


def _refuse_newer(present: str | None) -> None:
    if present is not None and present != HEAD and not is_known(present):
        raise NewerDatabase(
            f"The database is at version {present}, which this release does not know. "
            "Start the newer release, or restore the backup made before it."
        )


def _upgrade(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415  see `_config`

    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, HEAD)


def _present(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if version is None else str(version)


def _config() -> "Config":
    from alembic.config import Config  # noqa: PLC0415  an eighth of a start, rarely needed

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config
