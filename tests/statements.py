"""Every statement that the bot sends in a test names the workspace whose rows it touches.

Each engine that is opened writes down what it executes; after each test that has a database the
new ones are looked at. So a query that forgets its workspace is found where it is first run, on
SQLite too, where there is no second wall.
"""

import re
from typing import Any

from sqlalchemy import Engine, event

import storage.models  # noqa: F401  fills SQLModel.metadata
from storage import database, row_security

_open_engine = database._engine
_looked_at: set[str] = set()
_wrong: list[str] = []
_TABLES = frozenset(row_security.walled()) - {row_security.WORKSPACES}
_NAMED = re.compile(r"\b(?:FROM|JOIN|UPDATE|INTO|,)\s+([a-z_]+)\b", re.IGNORECASE)


def watch_statements() -> None:
    """From now on, for all databases that this process opens by `Database`."""
    database._engine = _watched_engine


def _watched_engine(url: Any, pool_size: int) -> Engine:
    engine = _open_engine(url, pool_size)
    event.listen(engine, "before_cursor_execute", _look_at)
    return engine


def _look_at(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
    if statement not in _looked_at:
        _looked_at.add(statement)
