"""The database as its owner has it, of all workspaces, for backups: neither migrated nor read."""

from collections.abc import Iterator
from contextlib import contextmanager

from bot.clock import Clock
from bot.settings import Settings
from storage.database import Database


@contextmanager
def owned(settings: Settings) -> Iterator[Database]:
    """The database that the settings name, as the role that owns the tables; closed afterwards."""
    url = str(getattr(settings, "database_owner_url", "")) or settings.resolved_database_url
    database = Database(url, Clock(settings.playground_clock_file).now)
    try:
        yield database
    finally:
        database.close()
