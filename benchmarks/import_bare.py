"""A bare `executemany` of the rows of an import, into the same tables with the same indexes.

Two ways: SQLAlchemy's Core, and the driver's own. Rows come ready and in the order of their keys,
one table after the other, in one transaction, with the cache that an import has; fetching them does
not count.
"""

import datetime as dt
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, Table, func, insert, select
from sqlmodel import SQLModel

from storage import sqlite
from storage.database import Database
from storage.migrate import migrate

TABLES = ("creators", "profiles", "snapshots", "niche_rows", "word_rows", "list_members")
BEFORE = ("workspaces", "lists", "imports")
CHUNK = 50_000

Write = Callable[[Any, Table, list[Any]], None]


@dataclass(frozen=True)
class Spent:
    """Seconds by the clock, and of the processor: of all processes but a database's server."""

    wall: float
    processor: float


class _Watch:
    """Adds up what was spent while it was on."""

    def __init__(self) -> None:
        self.wall = self.processor = 0.0

    def __enter__(self) -> None:
        self._began, self._working = time.perf_counter(), time.process_time()

    def __exit__(self, *_: object) -> None:
        self.wall += time.perf_counter() - self._began
        self.processor += time.process_time() - self._working


def rows_of(source: Database) -> int:
    """How many rows an import wrote."""
    with source.engine.connect() as connection:
        found = (select(func.count()).select_from(_table(name)) for name in TABLES)
        return sum(int(connection.execute(one).scalar_one()) for one in found)


def written(source: Database, url: str, write: Write) -> Spent:
    """Write what an import wrote into an empty database."""
    target = opened(url)
    setting_up, watch = _Watch(), _Watch()
    with source.engine.connect() as reading, target.engine.begin() as writing:
        if target.is_sqlite:
            writing.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
            writing.exec_driver_sql(f"PRAGMA cache_size = -{sqlite.CACHED_IN_BULK}")
        for name in (*BEFORE, *TABLES):
            chunks = _plain if write is by_driver else _by_name
            for rows in chunks(reading, _table(name)):
                with watch if name in TABLES else setting_up:
                    write(writing, _table(name), rows)
        with watch:
            writing.commit()
    target.close()
    return Spent(watch.wall, watch.processor)


def opened(url: str) -> Database:
    """A database with its tables."""
    database = Database(url, lambda: dt.datetime.now(dt.UTC))
    migrate(database)
    return database


def by_core(writing: Any, table: Table, rows: list[Any]) -> None:
    """As SQLAlchemy's Core does it."""
    writing.execute(insert(table), rows)


def by_driver(writing: Any, table: Table, rows: list[Any]) -> None:
    """As the driver does it."""
    driver = writing.connection.driver_connection
    mark = "?" if writing.dialect.name == "sqlite" else "%s"
    names, marks = ", ".join(table.columns.keys()), ", ".join([mark] * len(table.columns))
    statement = f"INSERT INTO {table.name} ({names}) VALUES ({marks})"  # noqa: S608  ours
    driver.cursor().executemany(statement, rows)


def _table(name: str) -> Table:
    return SQLModel.metadata.tables[name]


def _by_name(reading: Any, table: Table) -> Iterator[list[dict[str, Any]]]:
    """Rows as Core takes them, some at once."""
    query = table.select().order_by(*table.primary_key)
    found = reading.execution_options(yield_per=CHUNK).execute(query).mappings()
    for part in found.partitions(CHUNK):
        yield [dict(row) for row in part]


def _plain(reading: Any, table: Table) -> Iterator[list[tuple[Any, ...]]]:
    """Rows as the driver takes them, some at once."""
    as_text = "" if reading.dialect.name == "sqlite" else "::text"
    columns = (
        f"{column.name}{as_text if isinstance(column.type, JSON) else ''}"
        for column in table.columns
    )
    keys = ", ".join(column.name for column in table.primary_key)
    statement = f"SELECT {', '.join(columns)} FROM {table.name} ORDER BY {keys}"  # noqa: S608  ours
    found = reading.execution_options(yield_per=CHUNK).exec_driver_sql(statement)
    for part in found.partitions(CHUNK):
        yield [tuple(row) for row in part]
