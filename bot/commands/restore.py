"""`influencer-bot restore`: put a backup back, where there is nothing that it could overwrite."""

import shutil
from pathlib import Path

import click

from bot import postgres_tools
from bot import settings as configuration
from bot.clock import Clock
from bot.commands.owned import owned
from bot.server_lock import ServerLock
from bot.settings import Settings
from domain.wording import counted
from storage import backups
from storage.backups import Restored
from storage.database import Database
from storage.migrate import migrate, versions


@click.command("restore")
@click.argument(
    "file", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=False
)
@click.option(
    "--in-place",
    is_flag=True,
    help="The database was put back by other means (a snapshot, a copy): only tell it so.",
)
def command(file: Path | None, in_place: bool) -> None:
    """Put FILE back as the database that the settings name. It overwrites nothing.

    What was to be posted is looked for in Slack first, since it may stand there already.
    """
    settings = configuration.load()
    if (file is None) != in_place:
        raise click.UsageError("Name the backup, or say --in-place; not both.")
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with owned(settings) as database:
        if database.is_sqlite:
            with ServerLock(Path(str(database.url.database))):
                done = _settle(database) if file is None else _copy(settings, database, file)
        elif file is None:
            done = _settle(database)
        else:
            done = _load(database, file)
    click.echo(
        f"Restored {counted(done.workspaces, 'workspace')} as of "
        f"{done.made_at:%d %B %Y, %H:%M} UTC."
    )
    if done.waiting:
        click.echo(
            f"{counted(done.waiting, 'message')} will be looked for in Slack before posting."
        )
    click.echo("What people did since then is not in it; docs/deploy.md says what to tell them.")


def _copy(settings: Settings, database: Database, backup: Path) -> Restored:
    """Prepare the file under another name, so that a half restored database is never started."""
    backups.see_that_it_is_whole(backup)
    to = Path(str(database.url.database))
    for one in (to, to.with_name(f"{to.name}-wal"), to.with_name(f"{to.name}-shm")):
        if one.exists():
            raise click.ClickException(
                f"{one} is there: a restore overwrites nothing. Stop the bot and move it away "
                "first, together with its -wal and -shm."
            )
    part = to.with_name(f"{to.name}.part")
    part.unlink(missing_ok=True)
    part.touch(0o600)
    shutil.copyfile(backup, part)
    prepared = Database(f"sqlite:///{part}", Clock(settings.playground_clock_file).now)
    try:
        done = _settle(prepared)
    finally:
        prepared.close()
    backups.put_in_place(part, to)
    return done


def _load(database: Database, backup: Path) -> Restored:
    if not backups.is_empty(database):
        raise click.ClickException(
            "The database has tables: a restore overwrites nothing. Make an empty one and name it "
            "in DATABASE_URL."
        )
    postgres_tools.load(database.url, backup)
    return _settle(database)


def _settle(database: Database) -> Restored:
    if versions(database)[0] is None:
        raise click.ClickException("There is no database yet: name the backup to put back.")
    migrate(database)
    return backups.settle_restored(database)
