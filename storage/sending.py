"""The outbox as its senders see it: what is due, who has it in hand, what came of it."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, delete, or_, update
from sqlmodel import Session, col, func, select

from storage import parking, windows
from storage.models import OutboxMessage, Workspace
from storage.models.columns import UtcDateTime
from storage.outbox import COMPLETE, PENDING
from storage.transaction import Transaction

LEASE = dt.timedelta(seconds=60)  # three times what a call to Slack may take
KEPT = dt.timedelta(days=30)
LOOKED_AT = 20  # of what is due: others may be taking the first ones just now


@dataclass(frozen=True)
class Claim:
    """A message that this worker alone may send now.

    unanswered: it was sent before, and nobody knows if Slack took it. thread_ts, target: where
    the message it answers or changes is, once that was posted. refused: that message never will
    be. until: nobody else takes it before.
    """

    message: OutboxMessage
    workspace: Workspace
    unanswered: bool
    until: dt.datetime
    thread_ts: str | None = None
    target: tuple[str, str] | None = None
    refused: bool = False


def due_in(session: Session, now: dt.datetime) -> list[int]:
    """Workspaces with something to send, of the oldest first; locks nothing, sees no content."""
    found = session.execute(_DUE, {"now": now}).scalars()
    return list(dict.fromkeys(int(workspace_id) for workspace_id in found))


def claim(tx: Transaction, now: dt.datetime) -> Claim | None:
    """Take this workspace's oldest message that is due and the first of its lane.

    What answers or changes a message that was put aside is put aside with it.
    now: real time, for leases do not follow the playground's clock.
    """
    session, here = tx.session, {"now": now, "workspace_id": tx.workspace_id}
    while True:
        found = session.exec(_DUE_AND_FREE, params=here).first()
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
        refused=message.method == COMPLETE and _is_refused(session, message),
    )


def _is_refused(session: Session, message: OutboxMessage) -> bool:
    """Whether Slack did not take the message that this one builds on."""
    state = session.exec(
        select(OutboxMessage.state).where(
            OutboxMessage.workspace_id == message.workspace_id,
            OutboxMessage.message_key == message.changes,
        )
    ).one_or_none()
    return state == "failed"


def settle(session: Session, message: OutboxMessage, state: str, **facts: Any) -> bool:
    """Write down what came of a claimed message; says False when another worker has it now.

    facts: columns that change too, such as ts, channel_id, error, due_at.
    """
    result: Any = session.execute(
        update(OutboxMessage)
        .where(
            col(OutboxMessage.workspace_id) == message.workspace_id,
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
    """How many messages still wait, are on their way, or are not known to have arrived.

    Of all workspaces.
    """
    return session.exec(select(func.count()).where(windows.outbox_queue.c.state.in_(PENDING))).one()


def forget_old(tx: Transaction, now: dt.datetime) -> int:
    """Delete what was settled long ago; posts are kept, for people still act on them."""
    result: Any = tx.session.execute(
        delete(OutboxMessage).where(
            col(OutboxMessage.workspace_id) == tx.workspace_id,
            col(OutboxMessage.method) != "chat.postMessage",
            col(OutboxMessage.state).in_(("sent", "failed")),
            col(OutboxMessage.settled_at) < now - KEPT,
        )
    )
    return int(result.rowcount)


def _is_due(message: Any) -> ColumnElement[bool]:
    """Of a message, or of what is seen of it through the window. `now` is a parameter."""
    now: BindParameter[dt.datetime] = bindparam("now", type_=UtcDateTime)
    lapsed = or_(message.leased_until.is_(None), message.leased_until < now)
    return and_(message.due_at <= now, or_(message.state == "waiting", lapsed))


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


_DUE = (
    select(windows.outbox_due.c.workspace_id)
    .where(_is_due(windows.outbox_due.c))
    .order_by(windows.outbox_due.c.id)
    .limit(LOOKED_AT)
)
_DUE_AND_FREE = (
    select(OutboxMessage, Workspace)
    .join(Workspace, col(Workspace.id) == col(OutboxMessage.workspace_id))
    .where(
        col(OutboxMessage.workspace_id) == bindparam("workspace_id"),
        *windows.first_of_its_lane(),
        _is_due(OutboxMessage),
    )
    .order_by(col(OutboxMessage.id))
    .limit(1)
    .with_for_update(skip_locked=True, of=OutboxMessage)
)
