"""Every test has a database of its own; the SQL is the same, so it is compiled once a process.

SQLAlchemy keeps compiled statements with an engine, under keys that name its dialect object.
Here all engines keep them in one place, and dialects that speak alike are equal. Compiling
anew in each test was a third of what tests cost.
"""

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from storage import database

_COMPILED: dict[Any, Any] = {}


def share_compiled_statements() -> None:
    """From now on, for all databases that this process opens."""
    for dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):
        dialect.__eq__ = _speaks_like  # type: ignore[method-assign, assignment]
        dialect.__hash__ = _kind  # type: ignore[method-assign, assignment]
    open_engine = database._engine

    def sharing_engine(url: Any, pool_size: int) -> Engine:
        engine = open_engine(url, pool_size)
        engine.update_execution_options(compiled_cache=_COMPILED)
        return engine

    database._engine = sharing_engine


def _speaks_like(one: Any, other: object) -> bool:
    return type(one) is type(other) and _version(one) == _version(other)


def _kind(dialect: Any) -> int:
    return hash(type(dialect))


def _version(dialect: Any) -> Any:
    """Known once a connection was made, which is before anything is compiled for it."""
    return getattr(dialect, "server_version_info", None)
