"""Messages to Slack, kept until they are known to be there.

A row is added in the transaction that decided on it. A worker claims the oldest row of a lane
(storage/sending.py), sends it, and writes down what came of it; the next row of that lane waits
until then.
"""

import datetime as dt
from typing import Any

from sqlalchemy import and_, bindparam, false, or_, true, union_all
from sqlmodel import col, select

from storage.deliveries import insert_ignoring
from storage.models import OutboxMessage
from storage.transaction import Transaction

PENDING = ("waiting", "sending", "unknown")
POST, SHARE = "chat.postMessage", "files.completeUploadExternal"
COMPLETE, FAIL = "functions.completeSuccess", "functions.completeError"


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
    asked = {"workspace_id": tx.workspace_id, "message_key": changed_key}
    _change(tx, tx.session.execute(_WITH_KEY, asked).first(), message)


def _change(tx: Transaction, changed: Any, message: dict[str, Any]) -> None:
    """changed: key, lane and `about` of the message, None where nothing was posted."""
    if changed is None:
        return
    changed_key, lane, about = changed
    asked = {"workspace_id": tx.workspace_id, "changed_key": changed_key}
    waiting = tx.session.exec(_WAITING_EDIT, params=asked).first()
    if waiting is not None:
        waiting.payload = message
        tx.session.add(waiting)
    else:
        edit(tx, changed_key, lane, about, message)
    tx.wakes_outbox = True


def edit(tx: Transaction, changed_key: str, lane: str, about: str, message: dict[str, Any]) -> None:
    """Edit a message, of which it is known that no edit waits. about: what that message shows."""
    count = f"{tx.now.timestamp():.6f}:{tx.delivery or ''}"
    _add(
        tx, lane, "chat.update", f"{changed_key}:redraw:{count}", message,
        about=about, changes=changed_key,
    )  # fmt: skip


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


def share_file(
    tx: Transaction,
    message_key: str,
    lane: str,
    payload: dict[str, Any],
    *,
    about: str = "",
    reply_to: str | None = None,
) -> bool:
    """Show a file whose bytes Slack has already; says False when this key was used before.

    payload: as files.completeUploadExternal takes it, with one file and a channel_id.
    """
    return _add(tx, lane, SHARE, message_key, payload, about=about, reply_to=reply_to)


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


def complete_step(
    tx: Transaction, execution_id: str, outputs: dict[str, Any], *, posted: str | None = None
) -> bool:
    """Tell Slack that a workflow's step is done; says False when it was told how it ended before.

    posted: key of a message that has to be there first; its link goes into the outputs, as `link`.
    """
    payload = {"function_execution_id": execution_id, "outputs": outputs}
    return _end_step(tx, execution_id, COMPLETE, payload, posted)


def fail_step(tx: Transaction, execution_id: str, error: str) -> bool:
    """Tell Slack that a workflow's step could not be done, and why; False when it was told."""
    payload = {"function_execution_id": execution_id, "error": error}
    return _end_step(tx, execution_id, FAIL, payload, None)


def _end_step(
    tx: Transaction, execution_id: str, method: str, payload: dict[str, Any], posted: str | None
) -> bool:
    """A step ends once: the first to say how has said it."""
    key = f"step:{execution_id}:ended"
    return _add(tx, key, method, key, payload, changes=posted)


def publish_home(tx: Transaction, slack_user_id: str, view: dict[str, Any]) -> None:
    """Draw a person's App Home; only the newest waiting drawing is sent."""
    lane = f"home:{slack_user_id}"
    waiting = tx.session.exec(
        select(OutboxMessage)
        .where(
            OutboxMessage.workspace_id == tx.workspace_id,
            OutboxMessage.lane == lane,
            OutboxMessage.state == "waiting",
        )
        .with_for_update()
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
    asked = {"workspace_id": tx.workspace_id, "channel_id": channel_id, "ts": ts}
    found: str | None = tx.ask(_ABOUT_AT, asked).scalar()
    return found


def at_or_on_the_way(
    tx: Transaction, channel_id: str, ts: str, kind: str
) -> tuple[str | None, list[str]]:
    """As `about_at`; and what is being posted in the channel just now ("card:12" for kind "card").

    Slack may have such a message already, although its place is not known here yet: one statement
    asks both, so that none is missed between two.
    """
    asked = {"workspace_id": tx.workspace_id, "channel_id": channel_id, "ts": ts}
    rows = tx.ask(_AT_OR_ON_THE_WAY, {**asked, "kind": f"{kind}:%"}).all()
    placed = [row.about for row in rows if row.is_placed]
    on_the_way = sorted((row.id, row.about) for row in rows if not row.is_placed)
    return (placed[0] if placed else None), [about for _, about in on_the_way]


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
    may_be_there = tx.look_since is not None and method == POST
    values = {
        "workspace_id": tx.workspace_id,
        "lane": lane,
        "method": method,
        "message_key": message_key,
        "about": about,
        "reply_to": reply_to,
        "changes": changes,
        "channel_id": channel_id,
        "payload": payload,
        "state": "unknown" if may_be_there else "waiting",
        "attempts": 0,
        "look_since": tx.look_since if may_be_there else None,
        "due_at": dt.datetime.now(dt.UTC),
        "created_at": tx.now,
    }
    added = insert_ignoring(tx, OutboxMessage, values)
    tx.wakes_outbox = tx.wakes_outbox or added
    return added


# Statements that every vote asks are put together once: it takes as long as asking them.
HERE = col(OutboxMessage.workspace_id) == bindparam("workspace_id")
PLACE = (OutboxMessage.message_key, OutboxMessage.lane, OutboxMessage.about)
_WITH_KEY = select(*PLACE).where(HERE, col(OutboxMessage.message_key) == bindparam("message_key"))
IS_WAITING_EDIT = and_(
    col(OutboxMessage.method) == "chat.update",
    or_(
        col(OutboxMessage.state) == "waiting",
        and_(
            col(OutboxMessage.state) == "parked",  # it follows one that is put aside
            col(OutboxMessage.unknown_since).is_(None),
        ),
    ),
)
_WAITING_EDIT = (
    select(OutboxMessage)
    .where(HERE, col(OutboxMessage.changes) == bindparam("changed_key"), IS_WAITING_EDIT)
    .with_for_update()  # a sender that takes it just now sends the older drawing
)
_ABOUT_AT = select(OutboxMessage.about).where(
    HERE,
    col(OutboxMessage.channel_id) == bindparam("channel_id"),
    col(OutboxMessage.ts) == bindparam("ts"),
)
_AT_OR_ON_THE_WAY: Any = union_all(
    select(true().label("is_placed"), OutboxMessage.id, OutboxMessage.about).where(
        HERE,
        col(OutboxMessage.channel_id) == bindparam("channel_id"),
        col(OutboxMessage.ts) == bindparam("ts"),
    ),
    select(false(), OutboxMessage.id, OutboxMessage.about).where(
        HERE,
        col(OutboxMessage.channel_id) == bindparam("channel_id"),
        col(OutboxMessage.state).in_(("sending", "unknown")),
        col(OutboxMessage.method) == POST,
        col(OutboxMessage.about).like(bindparam("kind")),
    ),
)
