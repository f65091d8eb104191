"""What may be wrong with encryption and with the installations of many workspaces."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from bot.settings import Settings
from domain.wording import counted
from storage import installations, resealing
from storage.database import Database, Unavailable
from storage.migrate import versions
from storage.sealing import CannotUnseal


@dataclass(frozen=True)
class Found:
    """One thing that was looked at; never a secret nor a part of one."""

    state: Literal["ok", "warning", "problem"]
    what: str
    cure: str = ""


def check(settings: Settings, database: Database) -> Iterator[Found]:
    """Look at settings and rows; nothing where the tables are not those of this version."""
    try:
        present, newest = versions(database)
        rows_can_be_read = present == newest
    except Unavailable:
        rows_can_be_read = False
    if settings.many_workspaces:
        yield from _settings(settings)
    if rows_can_be_read:
        yield from _encryption(settings, database)
        if settings.many_workspaces:
            yield from _workspaces(settings, database)


def _settings(settings: Settings) -> Iterator[Found]:
    missing = [
        name.upper()
        for name in ("slack_client_secret", "encryption_keys", "public_url")
        if not getattr(settings, name)
    ]
    for name in missing:
        yield Found("problem", f"{name} is not set.", "Installing in many workspaces needs it.")
    if not missing:
        yield Found("ok", f"Installing: {settings.public_url}/slack/install leads to Slack.")


def _encryption(settings: Settings, database: Database) -> Iterator[Found]:
    sealed, plain = resealing.count(database)
    try:
        resealing.see_that_all_open(database)
    except CannotUnseal:
        yield Found(
            "problem",
            "ENCRYPTION_KEYS lacks a key that secrets in the database were encrypted with.",
            "Put it back, after the newest one; servers refuse to start without it.",
        )
        return
    if plain:
        yield Found(
            "warning",
            f"Not encrypted in the database: {counted(plain, 'secret')}.",
            "Run `influencer-bot rotate-keys`."
            if settings.keys
            else "Set ENCRYPTION_KEYS, then run `influencer-bot rotate-keys`.",
        )
    if settings.keys:
        yield Found(
            "ok",
            f"Encryption: {counted(len(settings.keys), 'key')}, {counted(sealed, 'secret')} "
            "encrypted.",
        )


def _workspaces(settings: Settings, database: Database) -> Iterator[Found]:
    with database.looking() as session:
        state = installations.overview(session)
    yield Found("ok", f"The app is installed in {counted(state.installed, 'workspace')}.")
    for name in state.lost:
        yield Found(
            "problem",
            f"Slack gives no new token for {name}: its messages wait.",
            f"Somebody there has to open {settings.public_url}/slack/install again.",
        )
    if state.removed_at:
        first = min(state.removed_at) + dt.timedelta(days=settings.purge_after_days)
        yield Found(
            "warning",
            f"Removed the app: {counted(len(state.removed_at), 'workspace')}; data is deleted from "
            f"{first:%Y-%m-%d} on.",
            "PURGE_AFTER_DAYS says after how many days; installing again keeps the data.",
        )
