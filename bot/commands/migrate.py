"""`influencer-bot migrate`: bring the database to the tables of this version."""

import click

from bot import settings as configuration
from bot.clock import Clock
from storage.database import Database
from storage.migrate import migrate


@click.command("migrate")
def command() -> None:
    """Migrate the database; `run` and `serve` do so by themselves when they start."""
    settings = configuration.load()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    database = Database(
        settings.resolved_database_url, Clock(None).now, owner_url=settings.database_owner_url
    )
    try:
        changed = migrate(database)
    finally:
        database.close()
    click.echo("Migrated to the newest tables." if changed else "Nothing to do: up to date.")
