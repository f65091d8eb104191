"""Every statement that the bot sends in a test names the workspace whose rows it touches.

Each engine that is opened looks at what it executes. So a query that forgets its workspace is found
where it is first run, on SQLite too, where there is no second wall. What tests ask by themselves is
not looked at.
"""

import re
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

import storage.models  # noqa: F401  fills SQLModel.metadata
from storage import database, row_security

WHY_NOT = {
    r"SELECT workspace_id FROM (shops|tracking_links) WHERE": "whose it is, is what is asked; "
    "PostgreSQL answers by a function (storage/windows.py)",
    r"SELECT max\((\w+)\.id\) AS max_1 \nFROM \1$": "the next row's number, of a table",
    r"UPDATE (\w+) SET (?:(?! WHERE ).)+ WHERE \1\.id = (\?|%\(\1_id\)s(::\w+)?)$": (
        "a row that was found in its workspace is written back by SQLAlchemy"
    ),
    r"DELETE FROM (\w+) WHERE \1\.id = (\?|%\(id\)s(::\w+)?)$": "the same, deleted",
    r"SELECT [^()]+ \nFROM (\w+) \nWHERE \1\.id = (\?|%\(pk_1\)s(::\w+)?)$": "the same, read again",
}
"""Statements that need not name a workspace, each with its reason."""

OF_THE_OWNER = {
    ("storage", "migrations"): "tables are changed for all workspaces at once",
    ("storage", "backups.py"): "so are backups made and put back, by the owner of the tables",
}
"""Where statements for all workspaces are written, each with its reason."""

_ROOT = Path(__file__).parents[1]
_TABLES = frozenset(row_security.walled()) - {row_security.WORKSPACES}
_TOUCHED = re.compile(r"\b(?:FROM|JOIN|UPDATE|INTO|,)\s+([a-z_]+)\b")
_CONDITIONS = re.compile(r"\b(?:WHERE|ON)\b")
_NO_QUERY = ("CREATE", "ALTER", "DROP", "GRANT", "REVOKE", "LOCK")
_WORKSPACE = re.compile(r"\bworkspace_id\b")
_judged: set[str] = set()
_of_tests: set[str] = set()
_wrong: list[str] = []


def watch_statements() -> None:
    """From now on, for all databases that this process opens as the bot does."""
    open_engine = database._engine  # as it is now, since others have a hand in it too

    def watched_engine(url: Any, pool_size: int) -> Engine:
        engine = open_engine(url, pool_size)
        event.listen(engine, "before_cursor_execute", _look_at)
        return engine

    database._engine = watched_engine


def take_wrong() -> list[str]:
    """Statements that touched rows of no particular workspace since this was asked last."""
    taken = list(_wrong)
    _wrong.clear()
    return taken


def names_its_workspace(statement: str) -> bool:
    """Whether a statement says whose rows it touches, or need not."""
    text = statement.strip()
    if not _TABLES & set(_TOUCHED.findall(text)) or text.startswith(_NO_QUERY):
        return True
    if text.startswith("INSERT"):
        return bool(_WORKSPACE.search(text))
    begin = _CONDITIONS.search(text)
    if begin and _WORKSPACE.search(text, begin.start()):
        return True
    return any(re.match(pattern, text) for pattern in WHY_NOT)


def _look_at(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
    if statement in _judged or (statement in _of_tests and _is_of_a_test()):
        return
    if _is_of_a_test():
        _of_tests.add(statement)
        return
    _judged.add(statement)
    if not names_its_workspace(statement):
        _wrong.append(statement)


def _is_of_a_test() -> bool:
    """Whether a test asks, or the owner of the tables: the nearest line of ours tells."""
    frame = sys._getframe(2)
    while frame is not None:
        file = Path(frame.f_code.co_filename)
        if file.is_relative_to(_ROOT) and "site-packages" not in file.parts:
            place = file.relative_to(_ROOT)
            if place.parts[0] == "tests" and place.name != "statements.py":
                return True
            if place.parts[0] != "tests":
                return place.parts[:2] in OF_THE_OWNER
        frame = frame.f_back  # type: ignore[assignment]
    return True
