"""How a test's workspace begins: made for real once a session, then copied.

What a start of the bot leaves behind is a database and what Slack shows and was asked. Both are
taken from one real start, so a test that begins with copies sees what it would see after a
start of its own.
"""

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bot.clock import Clock
from storage.database import Database
from storage.migrate import migrate
from tests import postgres
from tests.slack import Slack

EMPTY, MET, DEMO = "empty", "met", "demo"
"""Tables without rows; a bot that has met its workspace; the invented creators as well."""


@dataclass(frozen=True)
class Beginning:
    """A copied database, and the playground's side of it (None where nothing was started)."""

    name: str
    database_url: str
    scene: bytes | None


def sqlite_beginning(name: str, session_folder: Path, folder: Path) -> Beginning:
    """A copy of the session's SQLite file of this name, in `folder`."""
    template, scene = session_folder / f"{name}.db", session_folder / f"{name}.sqlite.scene"
    with postgres.exclusive(session_folder / "beginnings.lock"):
        if not template.exists():
            prepared = template.with_suffix(".new")
            _prepare(name, scene)(f"sqlite:///{prepared}")
            prepared.rename(template)
    path = folder / "bot.db"
    shutil.copyfile(template, path)
    return Beginning(name, f"sqlite:///{path}", _read(scene))


def postgres_beginning(name: str, session_folder: Path) -> Beginning:
    """A copy of the session's PostgreSQL database of this name."""
    scene = session_folder / f"{name}.postgresql.scene"
    template = postgres.postgres_template(session_folder, name, _prepare(name, scene))
    url = postgres.postgres_url(session_folder, template)
    return Beginning(name, postgres.as_app(url), _read(scene))


def _prepare(name: str, scene: Path) -> Callable[[str], None]:
    def prepare(url: str) -> None:
        _migrate(url)
        if name != EMPTY:
            started = _start_once(postgres.as_app(url), with_creators=name == DEMO)
            scene.write_bytes(started)
        _fold_log(url)

    return prepare


def _read(scene: Path) -> bytes | None:
    return scene.read_bytes() if scene.exists() else None


def _migrate(url: str) -> None:
    owner_url = "" if url.startswith("sqlite") else url
    database = Database(postgres.as_app(url), Clock().now, owner_url=owner_url)
    migrate(database)
    database.close()


def _start_once(url: str, *, with_creators: bool) -> bytes:
    """Start and stop a bot on this database; gives the scene that it leaves in Slack."""
    with tempfile.TemporaryDirectory() as folder:
        slack = Slack.start(url, Path(folder))
        if with_creators:
            slack.fill_with_demo_creators()
        scene = slack.scene()
        slack.stop()
    return scene


def _fold_log(url: str) -> None:
    """Write all that SQLite keeps in its log into the file that is copied."""
    database = Database(url, Clock().now)
    if database.is_sqlite:
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
