"""`influencer-bot backup`: all data as of one moment, beside a running server."""

import datetime as dt
from pathlib import Path

import click

from bot import postgres_tools
from bot import settings as configuration
from bot.commands.owned import owned
from storage import backups
from storage.database import Database
from storage.migrate import HEAD, versions


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path), required=False)
def command(file: Path | None) -> None:
    """Write all data into FILE while the bot goes on; it overwrites nothing.

    Without FILE it is named for the day and time, in the folder you are in.
    """
    settings = configuration.load()
    with owned(settings) as database:
        to = file or Path(f"influencer-bot-{dt.datetime.now():%Y-%m-%dT%H%M%S}.backup")  # noqa: DTZ005  for a person here
        _refuse(database, to)
        with backups.noted(database):
            _write(database, to)
    click.echo(f"Backed up to {to} ({to.stat().st_size / 1_000_000:,.1f} MB).")
    if settings.encryption_keys is not None:
        click.echo("Keep ENCRYPTION_KEYS too, elsewhere: without them its tokens can't be read.")


def _write(database: Database, to: Path) -> None:
    if database.is_sqlite:
        backups.copy_sqlite(Path(str(database.url.database)), to)
        return
    part = to.with_name(f"{to.name}.part")
    part.touch(0o600)
    try:
        postgres_tools.dump(database.url, part)
        backups.put_in_place(part, to)
    finally:
        part.unlink(missing_ok=True)


def _refuse(database: Database, to: Path) -> None:
    if to.exists():
        raise click.ClickException(f"{to} exists already: a backup overwrites nothing.")
    present, _ = versions(database)
    if present is None:
        raise click.ClickException("There is nothing to back up: the database has no tables yet.")
    if present != HEAD:
        raise click.ClickException(
            f"The database is at version {present} and this release at {HEAD}: make the backup "
            "with the release that runs, or run `influencer-bot migrate` first."
        )
