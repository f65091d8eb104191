"""The database as its owner has it, of all workspaces, for backups: neither migrated nor read."""

from collections.abc import Iterator
from contextlib import contextmanager

from bot.clock import Clock
from bot.settings import Settings, WrongSettings
from storage import row_security
from storage.database import Database
from storage.migrate import versions


@contextmanager
def owned(settings: Settings) -> Iterator[Database]:
    """The database that the settings name, as the role that owns the tables; closed afterwards.

    Raises:
        WrongSettings: the role sees one workspace at a time, and nobody said who the owner is.
    """
    url = settings.database_owner_url or settings.resolved_database_url
    database = Database(url, Clock(settings.playground_clock_file).now)
    try:
        if not database.is_sqlite and versions(database)[0] is not None:
            with database.engine.connect() as connection:
                role, gaps = row_security.gaps(connection)
            if not gaps:
                raise WrongSettings(
                    f"The role {role} sees one workspace at a time: set DATABASE_OWNER_URL to the "
                    "role that owns the tables."
                )
        yield database
    finally:
        database.close()
