"""Migrations: from nothing to the tables of the models, once, on both databases."""

import datetime as dt
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import bindparam, text
from sqlmodel import SQLModel

import storage.models  # noqa: F401  fills SQLModel.metadata
from storage import migrate as migrations
from storage.database import Database
from storage.migrate import HEAD, NewerDatabase, migrate, versions
from tests import postgres
from tests.behind import everything

LONG_ENOUGH = 60.0


def now() -> dt.datetime:
    return dt.datetime(2026, 11, 23, tzinfo=dt.UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(
    request: pytest.FixtureRequest, tmp_path: Path, session_folder: Path
) -> Iterator[str]:
    """A database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    reason = postgres.missing_reason()
    if reason:
        pytest.skip(reason)
    url = postgres.postgres_url(session_folder)
    yield url
    postgres.drop_database(url)


def test_the_head_that_a_start_compares_with_is_the_newest_migration() -> None:
    folder = Path(migrations.__file__).parent / "migrations"

    assert ScriptDirectory(str(folder)).get_current_head() == HEAD


def test_the_migrated_tables_are_those_of_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        assert compare_metadata(context, SQLModel.metadata) == []


def test_several_open_a_new_file_at_once_and_none_is_refused(tmp_path: Path) -> None:
    """While one writes into it, SQLite refuses to put it into WAL at once, without waiting."""
    file = tmp_path / "new.db"
    with closing(sqlite3.connect(file, check_same_thread=False)) as first:
        first.execute("BEGIN IMMEDIATE")
        ends = threading.Timer(0.5, first.rollback)
        ends.start()

        database = Database(f"sqlite:///{file}", now)
        with database.looking() as session:
            mode = session.execute(text("PRAGMA journal_mode")).scalar_one()
        database.close()
        ends.join()

    assert mode == "wal"


def test_several_processes_that_start_at_once_migrate_once(empty_url: str) -> None:
    changed: list[bool] = []

    def start() -> None:
        database = Database(empty_url, now)
        changed.append(migrate(database))
        database.close()

    starts = [threading.Thread(target=start, daemon=True) for _ in range(3)]
    for one in starts:
        one.start()
    until = time.monotonic() + LONG_ENOUGH
    for one in starts:
        one.join(max(0.0, until - time.monotonic()))

    assert not [one for one in starts if one.is_alive()], "they hold each other up"
    assert sorted(changed) == [False, False, True]
    database = Database(empty_url, now)
    assert versions(database) == (HEAD, HEAD)
    assert not migrate(database)
    database.close()


def test_who_has_made_the_tables_looks_handles_up_in_their_index(tmp_path: Path) -> None:
    """A connection opened before there were statistics would read all profiles for them."""
    database = Database(f"sqlite:///{tmp_path / 'empty.db'}", now)
    migrate(database)
    asked = text(
        "EXPLAIN QUERY PLAN SELECT platform, handle_key, id FROM profiles "
        "WHERE workspace_id = 1 AND handle_key IN :some"
    ).bindparams(bindparam("some", expanding=True))

    with database.engine.connect() as connection:
        some = [f"person{number}" for number in range(400)]
        (plan,) = connection.execute(asked, {"some": some}).all()
    database.close()

    assert "handle_key=?" in plan[3]


def test_a_database_of_a_newer_release_is_left_alone_with_a_sentence(database: Database) -> None:
    with everything(database) as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(NewerDatabase, match="version 9999, which this release does not know"):
        migrate(database)

    with database.engine.connect() as connection:
        assert (
            connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "9999"
        )
