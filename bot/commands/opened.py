"""The database for a command that works beside a running server."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from bot import settings as configuration
from bot.clock import Clock
from storage import workspaces
from storage.database import Database
from storage.migrate import migrate
from storage.sealing import Keys


@contextmanager
def opened(team_id: str | None = None) -> Iterator[tuple[Database, int]]:
    """The migrated database and the number of the workspace meant; closed afterwards.

    Raises:
        click.ClickException: there are several workspaces and none was named, or no such one.
    """
    settings = configuration.load()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    database = Database(
        settings.resolved_database_url,
        Clock(settings.playground_clock_file).now,
        underived=settings.underived,
        keys=Keys(settings.keys),
        owner_url=settings.database_owner_url,
    )
    try:
        migrate(database)
        yield database, _workspace_id(database, team_id)
    finally:
        database.close()


def _workspace_id(database: Database, team_id: str | None) -> int:
    if team_id is not None:
        for workspace in workspaces.all_active(database):
            if workspace.team_id == team_id:
                return workspace.id or 0
        raise click.ClickException(f"There is no workspace {team_id} in this database.")
    try:
        return workspaces.only(database).id or 0
    except LookupError as error:
        raise click.ClickException(str(error)) from None
