"""Tells whoever installed the bot, or else its owners, what is technically wrong: hourly."""

import shutil

from domain.troubles import Health
from handlers.context import Context
from handlers.features import Feature
from storage import installations, outbox, parking, technical
from storage.transaction import Transaction
from views import troubles as view


def look(context: Context) -> None:
    """Say what is wrong; each kind at most once a day, and only to those it concerns."""
    with context.reading() as tx:
        health = _health(tx, context)
    if health.troubles():
        with context.writing() as tx:
            tell(tx, health)


def tell(tx: Transaction, health: Health) -> None:
    """Put the alerts into the outbox, unless they were told today."""
    for person in technical.caretakers(tx):
        for trouble in health.troubles():
            key = f"trouble:{trouble}:{tx.now:%Y-%m-%d}:{person.slack_user_id}"
            outbox.direct(tx, key, person.slack_user_id, view.alert(trouble, health).payload())


def _health(tx: Transaction, context: Context) -> Health:
    return Health(
        unconfirmed=len(parking.undecided(tx)),
        given_up=technical.given_up(tx),
        token_lost=installations.is_lost(tx),
        free_bytes=_free_bytes(tx, context),
    )


def _free_bytes(tx: Transaction, context: Context) -> int | None:
    """Left beside the database of the one workspace that it serves; others' disks are not shown."""
    if not context.database.is_sqlite or installations.seen(tx) is not None:
        return None
    return shutil.disk_usage(context.services.data_dir).free


FEATURE = Feature(hourly=(look,))
