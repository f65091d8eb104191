"""An upgrade: a database of any earlier release, full of rows, becomes one of today's."""

import datetime as dt
import decimal
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Column, Connection, MetaData, Table, func, insert, select, text
from sqlalchemy import types as sql
from sqlmodel import Session, SQLModel

import storage.models  # noqa: F401  fills SQLModel.metadata
from storage.database import Database
from storage.migrate import HEAD, _config, migrate, versions
from tests.test_migrations import empty_url, now  # noqa: F401  a fixture

EARLY_COLUMN = "0003, jobs.times_left"
"""For a while 0003 brought a column that 0004 brings."""
RELEASED = ("0001", "0002", "0003", EARLY_COLUMN)
EACH = 3
MOMENT = dt.datetime(2026, 11, 2, 9, 30, tzinfo=dt.UTC)
MADE: dict[type[Any], Callable[[int], Any]] = {
    sql.Boolean: lambda number: True,
    sql.Integer: lambda number: number,
    sql.Float: float,
    sql.Numeric: decimal.Decimal,
    sql.DateTime: lambda number: MOMENT,
    sql.Date: lambda number: MOMENT.date(),
    sql.Time: lambda number: MOMENT.time(),
    sql.JSON: lambda number: {"number": number},
    sql.LargeBinary: lambda number: bytes([number]),
}
Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture(params=RELEASED)
def released(request: pytest.FixtureRequest) -> str:
    """A schema that is in use somewhere."""
    return str(request.param)


@pytest.fixture
def earlier(empty_url: str, released: str) -> Iterator[Database]:  # noqa: F811
    """A database of an earlier release, with rows in every table."""
    database = Database(empty_url, now)
    with database.engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, released.partition(",")[0])
        if released == EARLY_COLUMN:
            added = "ADD COLUMN times_left INTEGER DEFAULT 0 NOT NULL"
            connection.exec_driver_sql(f"ALTER TABLE jobs {added}")
    with database.engine.begin() as connection:
        fill(connection)
    yield database
    database.close()


def fill(connection: Connection) -> None:
    """Put rows into every table; each refers to those of its own number, where it may."""
    tables = reflect(connection)
    filled: set[str] = set()
    for table in tables.sorted_tables:
        if table.name == "alembic_version":
            continue
        filled.add(table.name)
        for number in range(1, EACH + 1):
            row = {column.name: value(column, number, filled) for column in table.columns}
            connection.execute(insert(table).values(row))


def value(column: Column[Any], number: int, filled: set[str]) -> Any:
    """Something of the column's type, different for each row."""
    target = next((key.column for key in column.foreign_keys), None)
    if target is not None:
        return value(target, number, filled) if target.table.name in filled else None
    for kind, made in MADE.items():
        if isinstance(column.type, kind):
            return made(number)
    assert isinstance(column.type, sql.String), f"{column} is of a type unknown to this test"
    return f"{column.name} {number}"[: column.type.length]


def reflect(connection: Connection) -> MetaData:
    """The tables as they are in the database."""
    found = MetaData()
    found.reflect(connection)
    return found


def rows(connection: Connection, like: Rows | None = None) -> Rows:
    """All rows by table; like: only the tables and columns that these have."""
    tables = reflect(connection)

    def columns(table: Table) -> list[Column[Any]]:
        wanted = like[table.name][0] if like is not None else table.columns.keys()
        return [table.columns[name] for name in wanted]

    return {
        table.name: [
            dict(row)
            for row in connection.execute(
                select(*columns(table)).order_by(*table.primary_key.columns)
            ).mappings()
        ]
        for table in tables.sorted_tables
        if table.name != "alembic_version" and (like is None or table.name in like)
    }


def test_a_full_database_of_an_earlier_release_keeps_every_row(
    earlier: Database, released: str
) -> None:
    with earlier.engine.connect() as connection:
        before = rows(connection)
    assert {len(table) for table in before.values()} == {EACH}, "no table is left out"

    assert migrate(earlier) == (HEAD != released)

    assert versions(earlier) == (HEAD, HEAD)
    with earlier.engine.connect() as connection:
        assert rows(connection, like=before) == before
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []
        if earlier.is_sqlite:
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
            assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"


def test_what_the_models_read_from_an_upgraded_database_has_all_they_require(
    earlier: Database,
) -> None:
    """A column that was added holds in old rows what a new row would have."""
    migrate(earlier)

    with Session(earlier.engine) as session:
        for mapper in SQLModel._sa_registry.mappers:
            required = [one for one in mapper.local_table.columns if not one.nullable]
            for row in session.exec(select(mapper.class_)).scalars():
                for column in required:
                    name = mapper.get_property_by_column(column).key
                    assert getattr(row, name) is not None, column
        counted = session.exec(
            select(func.count()).select_from(SQLModel.metadata.tables["creators"])
        )
        assert counted.scalar() == EACH


def test_a_table_made_anew_takes_no_row_with_it_that_refers_to_it(
    earlier: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite changes most things of a table by making it anew and dropping the old one."""

    def make_creators_anew(connection: Connection) -> None:
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table("creators", recreate="always") as creators:
            creators.alter_column("name", nullable=True)

    if not earlier.is_sqlite:
        pytest.skip("PostgreSQL changes its tables in place.")
    with earlier.engine.connect() as connection:
        before = rows(connection)
    monkeypatch.setattr("storage.migrate._upgrade", make_creators_anew)
    monkeypatch.setattr("storage.migrate.pack_triggers.settle", lambda _connection: None)

    migrate(earlier)

    with earlier.engine.connect() as connection:
        assert rows(connection) == before
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
