"""Exchanging tokens before they end: one process at a time, by a lease."""

import datetime as dt
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from storage import windows
from storage.database import Database
from storage.installations import BOT, Tokens, sealed_refresh
from storage.models import Installation

LEASE = dt.timedelta(seconds=30)
"""Longer than a call to Slack may take (real time)."""


def lease(database: Database, workspace_id: int, now: dt.datetime) -> Installation | None:
    """Become the one who gets new tokens; None while somebody else does. now: real time."""
    with database.writing(workspace_id) as tx:
        found = tx.session.exec(
            select(Installation).where(Installation.workspace_id == workspace_id).with_for_update()
        ).one_or_none()
        if found is None or not found.refresh_token or found.lost:
            return None
        if found.leased_until is not None and found.leased_until > now:
            return None
        found.leased_until = now + LEASE
        tx.session.add(found)
    return found


def renew(database: Database, held: Installation, tokens: Tokens) -> None:
    """Keep the new tokens, unless the app was installed anew or removed meanwhile."""
    _end_lease(
        database,
        held,
        bot_token=database.keys.seal(tokens.bot, held.workspace_id, BOT),
        refresh_token=sealed_refresh(database.keys, tokens.refresh, held.workspace_id),
        expires_at=tokens.expires_at,
    )


def give_back(database: Database, held: Installation, lost: str | None = None) -> None:
    """No new tokens came. lost: Slack's code when there will never be any."""
    _end_lease(database, held, lost=lost)


def expiring(session: Session, until: dt.datetime) -> list[int]:
    """Workspaces whose bot token ends before `until` and can be renewed."""
    renewable = windows.renewable_tokens.c
    return list(session.exec(select(renewable.workspace_id).where(renewable.expires_at < until)))


def _end_lease(database: Database, held: Installation, **values: Any) -> None:
    with database.writing(held.workspace_id) as tx:
        tx.session.execute(
            update(Installation)
            .where(
                col(Installation.workspace_id) == held.workspace_id,
                col(Installation.number) == held.number,
                col(Installation.leased_until) == held.leased_until,
                col(Installation.bot_token) != "",
            )
            .values(leased_until=None, **values)
        )
