"""`influencer-bot rotate-keys`: encrypt every secret in the database with the newest key."""

import click

from bot import settings as configuration
from bot.clock import Clock
from bot.running import require
from domain.wording import counted
from storage import resealing
from storage.database import Database
from storage.migrate import migrate
from storage.sealing import Keys


@click.command("rotate-keys")
def command() -> None:
    """Encrypt all secrets with the first of ENCRYPTION_KEYS; servers may go on running.

    Put the new key in front of the old one, start the servers again, run this, and take the old
    key away afterwards.
    """
    settings = configuration.load()
    require(settings, "encryption_keys")
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    database = Database(
        settings.resolved_database_url,
        Clock(settings.playground_clock_file).now,
        keys=Keys(settings.keys),
        owner_url=settings.database_owner_url,
    )
    try:
        migrate(database)
        done = resealing.seal_anew(database)
    finally:
        database.close()
    click.echo(f"Encrypted with the newest key: {counted(done.changed, 'secret')}.")
    if done.as_it_was:
        click.echo(f"Were so already: {counted(done.as_it_was, 'secret')}.")
    if done.unreadable:
        raise click.ClickException(
            f"Could not be read with any key: {counted(done.unreadable, 'secret')}. Put the key "
            "they were encrypted with back into ENCRYPTION_KEYS and run this again."
        )
    click.echo("Older keys can be taken out of ENCRYPTION_KEYS now.")
