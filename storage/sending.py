"""The outbox as its senders see it: what is due, who has it in hand, what came of it."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, delete, or_, update
from sqlalchemy.orm import aliased
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
    found = session.connection().execute(_DUE, {"now": now}).scalars()
    return list(dict.fromkeys(int(workspace_id) for workspace_id in found))


def claim(tx: Transaction, now: dt.datetime) -> Claim | None:
    """Take this workspace's oldest message that is due and the first of its lane.

    What answers or changes a message that was put aside is put aside with it.
    now: real time, for leases do not follow the playground's clock.
    """
    session, here = tx.session, {"now": now, "workspace_id": tx.workspace_id}
    while True:
        found = session.execute(_DUE_AND_FREE, here).first()
        if found is None:
            return None
        if parking.PARKED in (found.target_state, found.root_state):
            parking.put_aside_with_target(session, found[0])
            continue  # it is put aside, or somebody has decided just now where its target is
        return _take(session, found, now)


def _take(session: Session, found: Any, now: dt.datetime) -> Claim:
    """found: a message and its workspace, and where that is which it changes or answers."""
    message: OutboxMessage = found[0]
    unanswered = message.state != "waiting"
    session.expunge(message)  # what changes is written here, once
    if unanswered and message.unknown_since is None:
        message.unknown_since = now
    message.state = "sending"
    message.leased_until = until = now + LEASE
    message.attempts += 1
    session.connection().execute(
        _TAKE,
        {
            "here": message.workspace_id,
            "number": message.id,
            "state": message.state,
            "attempts": message.attempts,
            "leased_until": until,
            "unknown_since": message.unknown_since,
        },
    )
    is_placed = found.target_channel is not None and found.target_ts is not None
    return Claim(
        message,
        found[1],
        unanswered,
        until,
        thread_ts=found.root_ts if found.root_channel is not None else None,
        target=(found.target_channel, found.target_ts) if is_placed else None,
        refused=message.method == COMPLETE and found.target_state == "failed",
    )


def settle(session: Session, message: OutboxMessage, state: str, **facts: Any) -> bool:
    """Write down what came of a claimed message; says False when another worker has it now.

    facts: columns that change too, such as ts, channel_id, error, due_at.
    """
    ours = {"here": message.workspace_id, "number": message.id, "taken": message.attempts}
    result = session.connection().execute(
        _SETTLE, {**ours, "state": state, "leased_until": None, **facts}
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


_DUE = (
    select(windows.outbox_due.c.workspace_id)
    .where(_is_due(windows.outbox_due.c))
    .order_by(windows.outbox_due.c.id)
    .limit(LOOKED_AT)
)
_TARGET, _ROOT = aliased(OutboxMessage), aliased(OutboxMessage)


def _with_key(message: Any, key: Any) -> ColumnElement[bool]:
    return and_(
        message.workspace_id == col(OutboxMessage.workspace_id), message.message_key == col(key)
    )


_TAKEN: list[Any] = [
    OutboxMessage,
    Workspace,
    col(_TARGET.state).label("target_state"),
    col(_TARGET.channel_id).label("target_channel"),
    col(_TARGET.ts).label("target_ts"),
    col(_ROOT.state).label("root_state"),
    col(_ROOT.channel_id).label("root_channel"),
    col(_ROOT.ts).label("root_ts"),
]
_DUE_AND_FREE: Any = (
    select(*_TAKEN)
    .join(Workspace, col(Workspace.id) == col(OutboxMessage.workspace_id))
    .join(_TARGET, _with_key(_TARGET, OutboxMessage.changes), isouter=True)
    .join(_ROOT, _with_key(_ROOT, OutboxMessage.reply_to), isouter=True)
    .where(
        col(OutboxMessage.workspace_id) == bindparam("workspace_id"),
        *windows.first_of_its_lane(),
        _is_due(OutboxMessage),
    )
    .order_by(col(OutboxMessage.id))
    .limit(1)
    .with_for_update(skip_locked=True, of=OutboxMessage)
)
_TABLE: Any = OutboxMessage.__table__  # type: ignore[attr-defined]
_NUMBERED = and_(_TABLE.c.workspace_id == bindparam("here"), _TABLE.c.id == bindparam("number"))
_TAKE = update(_TABLE).where(_NUMBERED)
_SETTLE = update(_TABLE).where(
    _NUMBERED, _TABLE.c.state == "sending", _TABLE.c.attempts == bindparam("taken")
)
