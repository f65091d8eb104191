"""Messages to Slack, kept until they are known to be there.

A row is added in the transaction that decided on it. A worker claims the oldest row of a lane,
sends it, and writes down what came of it; the next row of that lane waits until then.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from storage.models import OutboxMessage, Workspace
from storage.transaction import Transaction

LEASE = dt.timedelta(seconds=30)
PENDING = ("waiting", "sending", "unknown")


def post(
    tx: Transaction,
    message_key: str,
    channel_id: str,
    message: dict[str, Any],
    *,
    about: str = "",
    reply_to: str | None = None,
) -> bool:
    """Post a message once; says False when this key was posted before.

    message: text, blocks and, where newer blocks are used, fallback_blocks. reply_to: the
    message_key of the message whose thread it goes into.
    """
    return _add(
        tx, channel_id, "chat.postMessage", message_key, {"channel": channel_id, **message},
        about=about, reply_to=reply_to, channel_id=channel_id,
    )  # fmt: skip


def update_posted(tx: Transaction, changed_key: str, message: dict[str, Any]) -> None:
    """Redraw a message posted under `changed_key`; a redraw still waiting is replaced."""
    original = by_key(tx, changed_key)
    if original is None:
        return
    waiting = tx.session.exec(
        select(OutboxMessage)
        .where(
            OutboxMessage.workspace_id == tx.workspace_id,
            OutboxMessage.changes == changed_key,
            OutboxMessage.method == "chat.update",
            OutboxMessage.state == "waiting",
        )
        .with_for_update()  # a sender that takes it just now sends the older drawing
    ).first()
    if waiting is not None:
        waiting.payload = message
        tx.session.add(waiting)
    else:
        count = f"{tx.now.timestamp():.6f}:{tx.delivery or ''}"
        _add(
            tx, original.lane, "chat.update", f"{changed_key}:redraw:{count}", message,
            about=original.about, changes=changed_key,
        )  # fmt: skip
    tx.wakes_outbox = True


def tell(
    tx: Transaction, message_key: str, slack_user_id: str, channel_id: str, message: dict[str, Any]
) -> bool:
    """Show a message to one person only, in a channel they are looking at; sent at most once."""
    payload = {"channel": channel_id, "user": slack_user_id, **message}
    return _add(tx, f"private:{slack_user_id}", "chat.postEphemeral", message_key, payload)


def direct(
    tx: Transaction, message_key: str, slack_user_id: str, message: dict[str, Any], about: str = ""
) -> bool:
    """Send a direct message from the app to one person."""
    return _add(
        tx, slack_user_id, "chat.postMessage", message_key, {"channel": slack_user_id, **message},
        about=about,
    )  # fmt: skip


def respond(tx: Transaction, message_key: str, url: str, message: dict[str, Any]) -> bool:
    """Answer through a response_url; sent at most once. `replace_original` replaces."""
    payload = {"url": url, "message": message}
    return _add(tx, f"response:{message_key}", "response_url", message_key, payload)


def call(
    tx: Transaction,
    message_key: str,
    method: str,
    lane: str,
    payload: dict[str, Any],
    *,
    changes: str | None = None,
    about: str = "",
) -> bool:
    """Any other Web API call, for example `reactions.add` on the message `changes`.

    In a lane of its own it holds up nothing, and still waits until `changes` was posted.
    """
    return _add(tx, lane, method, message_key, payload, changes=changes, about=about)


def publish_home(tx: Transaction, slack_user_id: str, view: dict[str, Any]) -> None:
    """Draw a person's App Home; only the newest waiting drawing is sent."""
    lane = f"home:{slack_user_id}"
    waiting = tx.session.exec(
        select(OutboxMessage).where(
            OutboxMessage.workspace_id == tx.workspace_id,
            OutboxMessage.lane == lane,
            OutboxMessage.state == "waiting",
        )
    ).first()
    payload = {"user_id": slack_user_id, "view": view}
    if waiting is not None:
        waiting.payload = payload
        tx.session.add(waiting)
        tx.wakes_outbox = True
        return
    count = f"{tx.now.timestamp():.6f}:{tx.delivery or ''}"
    _add(tx, lane, "views.publish", f"{lane}:{count}", payload)


def by_key(tx: Transaction, message_key: str) -> OutboxMessage | None:
    """The message with this key."""
    return tx.session.exec(
        select(OutboxMessage).where(
            OutboxMessage.workspace_id == tx.workspace_id,
            OutboxMessage.message_key == message_key,
        )
    ).one_or_none()


def about_at(tx: Transaction, channel_id: str, ts: str) -> str | None:
    """What a posted message shows ("card:12"), by its place in Slack."""
    return tx.session.exec(
        select(OutboxMessage.about).where(
            OutboxMessage.workspace_id == tx.workspace_id,
            OutboxMessage.channel_id == channel_id,
            OutboxMessage.ts == ts,
        )
    ).first()


def posted_about(tx: Transaction, about: str) -> list[OutboxMessage]:
    """Messages posted (not redraws) that show this."""
    return list(
        tx.session.exec(
            select(OutboxMessage)
            .where(
                OutboxMessage.workspace_id == tx.workspace_id,
                OutboxMessage.about == about,
                OutboxMessage.method == "chat.postMessage",
            )
            .order_by(col(OutboxMessage.id))
        )
    )


@dataclass(frozen=True)
class Claim:
    """A message that this worker alone may send now.

    thread_ts, target: where the message it answers or changes is, once that was posted.
    """

    message: OutboxMessage
    was: str
    thread_ts: str | None = None
    target: tuple[str, str] | None = None


def claim(session: Session, now: dt.datetime, limit: int = 8) -> list[Claim]:
    """Take the oldest due messages, one a lane; unanswered ones come back as was="unknown".

    now: real time, for leases do not follow the playground's clock.
    """
    mine = aliased(OutboxMessage)
    before = aliased(OutboxMessage)
    target = aliased(OutboxMessage)
    unplaced = exists().where(
        col(target.workspace_id) == col(mine.workspace_id),
        col(target.message_key).in_((col(mine.changes), col(mine.reply_to))),
        col(target.state).in_(PENDING),
    )
    blocked = exists().where(
        col(before.workspace_id) == col(mine.workspace_id),
        col(before.lane) == col(mine.lane),
        col(before.id) < col(mine.id),
        col(before.state).in_(PENDING),
    )
    lapsed = col(mine.leased_until).is_(None) | (col(mine.leased_until) < now)
    due = session.exec(
        select(mine)
        .join(Workspace, col(Workspace.id) == col(mine.workspace_id))
        .where(
            col(Workspace.removed_at).is_(None),
            col(mine.state).in_(PENDING),
            col(mine.due_at) <= now,
            (col(mine.state) == "waiting") | lapsed,
            ~blocked,
            ~unplaced,
        )
        .order_by(col(mine.id))
        .limit(limit)
        .with_for_update(skip_locked=True, of=mine)
    ).all()
    claims = []
    for message in due:
        was = "waiting" if message.state == "waiting" else "unknown"
        message.state = "sending"
        message.leased_until = now + LEASE
        message.attempts += 1
        session.add(message)
        claims.append(_claim_with_places(session, message, was))
    return claims


def settle(
    session: Session,
    message: OutboxMessage,
    state: str,
    *,
    ts: str | None = None,
    channel_id: str | None = None,
    error: str | None = None,
    due_at: dt.datetime | None = None,
    now: dt.datetime,
) -> None:
    """Write down what came of a message that this worker claimed."""
    values: dict[str, Any] = {"state": state, "leased_until": None, "error": error}
    if ts is not None:
        values["ts"] = ts
    if channel_id is not None:
        values["channel_id"] = channel_id
    if due_at is not None:
        values["due_at"] = due_at
    if state in ("sent", "failed", "parked"):
        values["settled_at"] = now
    session.execute(update(OutboxMessage).where(col(OutboxMessage.id) == message.id).values(values))


def unsent(session: Session) -> int:
    """How many messages still wait, are on their way, or are not known to have arrived."""
    return len(
        session.exec(select(OutboxMessage.id).where(col(OutboxMessage.state).in_(PENDING))).all()
    )


def _claim_with_places(session: Session, message: OutboxMessage, was: str) -> Claim:
    thread_ts = target = None
    if message.reply_to:
        thread_ts = _place(session, message, message.reply_to)
    if message.changes:
        target = _place(session, message, message.changes)
    return Claim(message, was, thread_ts[1] if thread_ts else None, target)


def _place(session: Session, message: OutboxMessage, message_key: str) -> tuple[str, str] | None:
    found = session.exec(
        select(OutboxMessage).where(
            OutboxMessage.workspace_id == message.workspace_id,
            OutboxMessage.message_key == message_key,
        )
    ).one_or_none()
    if found is None or found.ts is None or found.channel_id is None:
        return None
    return found.channel_id, found.ts


def _add(
    tx: Transaction,
    lane: str,
    method: str,
    message_key: str,
    payload: dict[str, Any],
    *,
    about: str = "",
    reply_to: str | None = None,
    changes: str | None = None,
    channel_id: str | None = None,
) -> bool:
    if by_key(tx, message_key) is not None:
        return False
    tx.session.add(
        OutboxMessage(
            workspace_id=tx.workspace_id,
            lane=lane,
            method=method,
            message_key=message_key,
            about=about,
            reply_to=reply_to,
            changes=changes,
            channel_id=channel_id,
            payload=payload,
            due_at=dt.datetime.now(dt.UTC),
            created_at=tx.now,
        )
    )
    tx.session.flush()
    tx.wakes_outbox = True
    return True
