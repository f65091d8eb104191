"""The outbox as its senders see it: what is due, who has it in hand, what came of it."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, exists, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import Select

from storage import parking
from storage.models import OutboxMessage, Workspace
from storage.outbox import PENDING

LEASE = dt.timedelta(seconds=60)  # three times what a call to Slack may take
KEPT = dt.timedelta(days=30)


@dataclass(frozen=True)
class Claim:
    """A message that this worker alone may send now.

    unanswered: it was sent before, and nobody knows if Slack took it. thread_ts, target: where
    the message it answers or changes is, once that was posted. until: nobody else takes it before.
    """

    message: OutboxMessage
    workspace: Workspace
    unanswered: bool
    until: dt.datetime
    thread_ts: str | None = None
    target: tuple[str, str] | None = None


def is_due(session: Session, now: dt.datetime) -> bool:
    """Whether there is anything to send; looks without locking anything."""
    return session.exec(_DUE, params={"now": now}).first() is not None


def claim(session: Session, now: dt.datetime) -> Claim | None:
    """Take the oldest message that is due and the first of its lane.

    What answers or changes a message that was put aside is put aside with it.
    now: real time, for leases do not follow the playground's clock.
    """
    while True:
        found = session.exec(_DUE_AND_FREE, params={"now": now}).first()
        if found is None:
            return None
        message: OutboxMessage = found[0]
        workspace: Workspace = found[1]
        if not parking.put_aside_with_target(session, message):
            return _take(session, message, workspace, now)


def _take(
    session: Session, message: OutboxMessage, workspace: Workspace, now: dt.datetime
) -> Claim:
    unanswered = message.state != "waiting"
    if unanswered and message.unknown_since is None:
        message.unknown_since = now
    message.state = "sending"
    message.leased_until = now + LEASE
    message.attempts += 1
    session.add(message)
    root = _place(session, message, message.reply_to)
    return Claim(
        message,
        workspace,
        unanswered,
        message.leased_until,
        thread_ts=root[1] if root else None,
        target=_place(session, message, message.changes),
    )


def settle(session: Session, message: OutboxMessage, state: str, **facts: Any) -> bool:
    """Write down what came of a claimed message; says False when another worker has it now.

    facts: columns that change too, such as ts, channel_id, error, due_at.
    """
    result: Any = session.execute(
        update(OutboxMessage)
        .where(
            col(OutboxMessage.id) == message.id,
            col(OutboxMessage.state) == "sending",
            col(OutboxMessage.attempts) == message.attempts,
        )
        .values(state=state, leased_until=None, **facts)
    )
    return bool(result.rowcount)


def has_newer(session: Session, message: OutboxMessage) -> bool:
    """Whether the message that this one redraws is redrawn by a later one, too."""
    newer = session.exec(
        select(OutboxMessage.id)
        .where(
            OutboxMessage.workspace_id == message.workspace_id,
            OutboxMessage.changes == message.changes,
            OutboxMessage.method == message.method,
            col(OutboxMessage.id) > message.id,
        )
        .limit(1)
    ).first()
    return newer is not None


def unsent(session: Session) -> int:
    """How many messages still wait, are on their way, or are not known to have arrived."""
    return session.exec(select(func.count()).where(col(OutboxMessage.state).in_(PENDING))).one()


def forget_old(session: Session, now: dt.datetime) -> int:
    """Delete what was settled long ago; posts are kept, for people still act on them."""
    result: Any = session.execute(
        delete(OutboxMessage).where(
            col(OutboxMessage.method) != "chat.postMessage",
            col(OutboxMessage.state).in_(("sent", "failed")),
            col(OutboxMessage.settled_at) < now - KEPT,
        )
    )
    return int(result.rowcount)


def _due() -> Select[OutboxMessage, Workspace]:
    """The first of each lane that may be sent, oldest first; what it builds on was posted.

    `now` is a parameter: putting it together takes longer than asking it.
    """
    now: BindParameter[dt.datetime] = bindparam("now")
    earlier = aliased(OutboxMessage)
    target = aliased(OutboxMessage)
    blocked = exists().where(
        col(earlier.workspace_id) == col(OutboxMessage.workspace_id),
        col(earlier.lane) == col(OutboxMessage.lane),
        col(earlier.id) < col(OutboxMessage.id),
        col(earlier.state).in_(PENDING),
    )
    unplaced = exists().where(
        col(target.workspace_id) == col(OutboxMessage.workspace_id),
        col(target.message_key).in_((col(OutboxMessage.changes), col(OutboxMessage.reply_to))),
        col(target.state).in_(PENDING),
    )
    lapsed = col(OutboxMessage.leased_until).is_(None) | (col(OutboxMessage.leased_until) < now)
    return (
        select(OutboxMessage, Workspace)
        .join(Workspace, col(Workspace.id) == col(OutboxMessage.workspace_id))
        .where(
            col(Workspace.removed_at).is_(None),
            col(OutboxMessage.state).in_(PENDING),
            col(OutboxMessage.due_at) <= now,
            (col(OutboxMessage.state) == "waiting") | lapsed,
            ~blocked,
            ~unplaced,
        )
        .order_by(col(OutboxMessage.id))
        .limit(1)
    )


def _place(
    session: Session, message: OutboxMessage, message_key: str | None
) -> tuple[str, str] | None:
    """Channel and ts of a message posted before."""
    if message_key is None:
        return None
    found = session.exec(
        select(OutboxMessage.channel_id, OutboxMessage.ts).where(
            OutboxMessage.workspace_id == message.workspace_id,
            OutboxMessage.message_key == message_key,
        )
    ).one_or_none()
    if found is None or found[0] is None or found[1] is None:
        return None
    return found[0], found[1]


_DUE = _due()
_DUE_AND_FREE = _DUE.with_for_update(skip_locked=True, of=OutboxMessage)
