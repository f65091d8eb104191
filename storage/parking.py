"""Messages put aside: nobody knows whether Slack took them, so people look and decide.

What answers or changes such a message waits with it, outside its lane, until that is decided.
"""

import datetime as dt
from typing import Any

from sqlalchemy import or_, update
from sqlmodel import Session, col, select

from domain.message_link import MessagePlace
from storage.models import OutboxMessage
from storage.transaction import Transaction

PARKED = "parked"
FOLLOWS = "waits for a message that is put aside"


def put_aside_with_target(session: Session, message: OutboxMessage) -> None:
    """Put aside what answers or changes a message that is put aside, if it still is."""
    wanted = [key for key in (message.changes, message.reply_to) if key is not None]
    target = session.exec(
        select(OutboxMessage.id)
        .where(
            OutboxMessage.workspace_id == message.workspace_id,
            col(OutboxMessage.message_key).in_(wanted),
            OutboxMessage.state == PARKED,
        )
        .with_for_update()  # whoever decides on it just now finds this one, or is found decided
    ).first()
    if target is not None:
        message.state, message.error, message.leased_until = PARKED, FOLLOWS, None
        session.add(message)
        session.flush()


def lock(tx: Transaction, outbox_id: int) -> OutboxMessage | None:
    """A message of this workspace, for whoever decides on it; one decides at a time."""
    return tx.session.exec(
        select(OutboxMessage)
        .where(OutboxMessage.workspace_id == tx.workspace_id, OutboxMessage.id == outbox_id)
        .with_for_update()
    ).one_or_none()


def find(tx: Transaction, outbox_id: int) -> OutboxMessage | None:
    """A message of this workspace, to look at."""
    return tx.session.exec(
        select(OutboxMessage).where(
            OutboxMessage.workspace_id == tx.workspace_id, OutboxMessage.id == outbox_id
        )
    ).one_or_none()


def is_undecided(message: OutboxMessage) -> bool:
    """Whether people are to decide on it; what only follows another is not asked about."""
    return message.state == PARKED and message.unknown_since is not None


def undecided(tx: Transaction) -> list[OutboxMessage]:
    """All that people are to decide on, oldest first."""
    return list(
        tx.session.exec(
            select(OutboxMessage)
            .where(
                OutboxMessage.workspace_id == tx.workspace_id,
                OutboxMessage.state == PARKED,
                col(OutboxMessage.unknown_since).is_not(None),
            )
            .order_by(col(OutboxMessage.id))
        )
    )


def send_again(tx: Transaction, message: OutboxMessage) -> None:
    """It is not there: it is sent as if for the first time, and what follows it afterwards."""
    message.state, message.error = "waiting", None
    message.due_at = dt.datetime.now(dt.UTC)
    _go_on(tx, message)


def confirm(tx: Transaction, message: OutboxMessage, place: MessagePlace | None) -> None:
    """It is there. place: None = not known, and then nothing can answer or change it."""
    message.state, message.error = "sent", None
    if place is not None:
        message.channel_id, message.ts = place.channel_id, place.ts
    _go_on(tx, message)


def _go_on(tx: Transaction, message: OutboxMessage) -> None:
    message.unknown_since = message.leased_until = None
    tx.session.add(message)
    tx.session.flush()
    followers: Any = tx.session.execute(
        update(OutboxMessage)
        .where(
            col(OutboxMessage.workspace_id) == tx.workspace_id,
            col(OutboxMessage.state) == PARKED,
            col(OutboxMessage.unknown_since).is_(None),
            or_(
                col(OutboxMessage.changes) == message.message_key,
                col(OutboxMessage.reply_to) == message.message_key,
            ),
        )
        .values(state="waiting", error=None)
    )
    tx.wakes_outbox = message.state == "waiting" or bool(followers.rowcount) or tx.wakes_outbox
