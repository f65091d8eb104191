"""Bring a database to the tables this version needs."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from storage import plans
from storage.database import Database

ADVISORY_LOCK = 7_238_115_001


class NewerDatabase(Exception):
    """The database was written by a newer version of the bot."""


def migrate(database: Database) -> bool:
    """Migrate to the newest tables; says whether anything had to be done.

    Several processes may call it at once: one migrates and the others wait.

    Raises:
        NewerDatabase: the tables are newer than this version.
    """
    config = _config()
    scripts = ScriptDirectory.from_config(config)
    with database.engine.connect() as connection:
        if _present(connection) == scripts.get_current_head():
            return False
    with database.engine.execution_options(begin_immediate=True).begin() as connection:
        if not database.is_sqlite:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})"))
        present = _present(connection)
        if present == scripts.get_current_head():
            return False
        if present is not None and present not in {s.revision for s in scripts.walk_revisions()}:
            raise NewerDatabase(
                f"The database is at version {present}, which this release does not know. "
                "Start the newer release, or restore the backup made before it."
            )
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        if database.is_sqlite:
            plans.settle(connection)
    return True


def versions(database: Database) -> tuple[str | None, str | None]:
    """The version of the tables that are there (None: no tables), and of this release."""
    with database.engine.connect() as connection:
        return _present(connection), ScriptDirectory.from_config(_config()).get_current_head()


def _present(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config
