"""Servers of the previous release go on while the first of the next one has changed the tables."""

import ast
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import MetaData, delete, insert, select, text, update
from sqlalchemy.exc import OperationalError

from storage import migrate as migrations
from storage.database import Database
from storage.migrate import HEAD, LOCK_NOT_AVAILABLE, _config, migrate, versions
from tests.test_migrations import empty_url, now  # noqa: F401  a fixture
from tests.test_upgrade import EACH, fill, reflect, value

PREVIOUS = "0002"
FOLDER = Path(migrations.__file__).parent / "migrations" / "versions"
ADDITIONS = {"create_table", "add_column", "create_index", "batch_alter_table", "f"}
LOOKS = {"get_bind"}  # to see what is there already
UPDATABLE = "name"
BY_TRIGGERS = frozenset({"pack_changes"})
"""Written by triggers, beside what the previous release writes."""


@pytest.fixture
def previous(empty_url: str) -> Iterator[Database]:  # noqa: F811
    """A database of the previous release, with rows in every table."""
    database = Database(empty_url, now)
    with database.engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, PREVIOUS)
    with database.engine.begin() as connection:
        fill(connection)
    yield database
    database.close()


def as_it_was(database: Database) -> MetaData:
    """The tables as the previous release knows them."""
    with database.engine.connect() as connection:
        return reflect(connection)


def upgrade_of(migration: Path) -> ast.FunctionDef:
    """What a migration does on the way up."""
    tree = ast.parse(migration.read_text(encoding="utf-8"))
    return next(
        one for one in tree.body if isinstance(one, ast.FunctionDef) and one.name == "upgrade"
    )


def calls(function: ast.FunctionDef) -> list[ast.Call]:
    """What it asks of Alembic."""
    found = [one for one in ast.walk(function) if isinstance(one, ast.Call)]
    return [
        one
        for one in found
        if isinstance(one.func, ast.Attribute)
        and isinstance(one.func.value, ast.Name)
        and one.func.value.id in ("op", "batch_op")
    ]


def test_migrations_since_the_previous_release_only_add() -> None:
    """A new column is one that whoever does not know it may leave out."""
    newer = [one for one in sorted(FOLDER.glob("0*.py")) if one.name[:4] > PREVIOUS]
    assert newer[-1].name.startswith(HEAD)
    for migration in newer:
        for call in calls(upgrade_of(migration)):
            assert isinstance(call.func, ast.Attribute)
            assert call.func.attr in ADDITIONS | LOOKS, f"{migration.name}, line {call.lineno}"
            if call.func.attr == "add_column":
                column = ast.unparse(call.args[-1])
                assert "nullable=True" in column or "server_default=" in column, column
            if call.func.attr == "create_index":
                assert "unique=True" not in ast.unparse(call), ast.unparse(call)


def test_what_the_previous_release_writes_and_reads_goes_in_the_new_tables(
    previous: Database,
) -> None:
    known = as_it_was(previous)
    assert migrate(previous)

    with previous.engine.begin() as connection:
        if not previous.is_sqlite:  # rows were put in with numbers of their own
            connection.execute(
                text("SELECT setval(pg_get_serial_sequence('pack_changes', 'id'), 100)")
            )
        filled: set[str] = set()
        for table in known.sorted_tables:
            if table.name == "alembic_version":
                continue
            filled.add(table.name)
            row = {column.name: value(column, 9, filled) for column in table.columns}
            if table.name not in BY_TRIGGERS:
                connection.execute(insert(table).values(row))
            assert len(connection.execute(select(table)).all()) >= EACH, table.name
        names = [one for one in known.sorted_tables if UPDATABLE in one.columns]
        for table in names:
            connection.execute(update(table).values({UPDATABLE: "changed"}))
        votes = known.tables["votes"]
        connection.execute(delete(votes).where(votes.c.id == 9))
    assert len(names) > 5
    assert versions(previous) == (HEAD, HEAD)


def test_a_server_that_works_while_another_one_migrates_loses_nothing(previous: Database) -> None:
    """It waits for the tables, if at all; the migration is one transaction."""
    if previous.is_sqlite:
        pytest.skip("only one server works on a SQLite file: the second start is refused")
    cards = as_it_was(previous).tables["cards"]
    counted, ended, failed = [], threading.Event(), []

    def go_on_voting() -> None:
        working = Database(previous.url.render_as_string(hide_password=False), now)
        while not ended.is_set():
            try:
                with working.engine.begin() as connection:
                    row = connection.execute(
                        select(cards.c.round).where(cards.c.id == 1).with_for_update()
                    ).one()
                    connection.execute(
                        update(cards).where(cards.c.id == 1).values(round=row[0] + 1)
                    )
            except OperationalError as error:
                failed.append(getattr(error.orig, "sqlstate", ""))
            else:
                counted.append(row[0])
        working.close()

    server = threading.Thread(target=go_on_voting)
    server.start()
    try:
        assert migrate(previous)
        after = len(counted)
        for _ in range(1000):
            if len(counted) > after + 20:
                break
            ended.wait(0.01)
    finally:
        ended.set()
        server.join()

    assert set(failed) <= {LOCK_NOT_AVAILABLE}, "at worst somebody is told to try again"
    assert len(counted) > after + 20, "it goes on afterwards"
    with previous.engine.connect() as connection:
        (last,) = connection.execute(select(cards.c.round).where(cards.c.id == 1)).one()
    assert last == counted[0] + len(counted), "and every vote is there"
