"""Edits that are drawn when they are sent: every vote asks for its card and its summary."""

from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from storage import outbox
from storage.models import OutboxMessage
from storage.outbox import HERE, IS_WAITING_EDIT, PLACE, POST
from storage.transaction import Transaction


def redraw(tx: Transaction, *abouts: str) -> None:
    """Have the newest message that shows each of these drawn anew, from what is stored then.

    abouts: of a kind for which a feature has a drawing ("card:12"). However much changes until a
    message's turn comes, it is drawn once.
    """
    asked = {"workspace_id": tx.workspace_id, "abouts": abouts}
    waiting = {row.about: row for row in tx.ask(_WAITING_DRAWINGS, asked) if row.is_of_newest}
    for row in waiting.values():
        if row.payload:  # drawn when it was asked for
            tx.ask(_TO_BE_DRAWN, {"here": tx.workspace_id, "edit_id": row.id})
    others = [about for about in abouts if about not in waiting]
    if not others:
        return  # whoever sends was told when these edits were asked for
    asked["abouts"] = others
    newest: dict[str, Any] = {row.about: row for row in tx.ask(_NEWEST_ABOUT, asked)}
    for about in others:
        if about in newest:
            changed_key, lane, _ = newest[about]
            outbox.edit(tx, changed_key, lane, about, {})


_OF_THESE = col(OutboxMessage.about).in_(bindparam("abouts", expanding=True))
_NEWEST_ABOUT = (
    select(*PLACE)
    .where(HERE, _OF_THESE, col(OutboxMessage.method) == POST)
    .order_by(col(OutboxMessage.id))  # of each the last is the newest
)
_POSTED = aliased(OutboxMessage)
_NEWEST_KEY = (
    select(_POSTED.message_key)
    .where(
        col(_POSTED.workspace_id) == col(OutboxMessage.workspace_id),
        col(_POSTED.about) == col(OutboxMessage.about),
        col(_POSTED.method) == POST,
    )
    .order_by(col(_POSTED.id).desc())
    .limit(1)
    .correlate(OutboxMessage)
    .scalar_subquery()
)
_WAITING_DRAWINGS: Any = (
    select(
        col(OutboxMessage.id),
        OutboxMessage.about,
        OutboxMessage.payload,
        (col(OutboxMessage.changes) == _NEWEST_KEY).label("is_of_newest"),
    )
    .where(HERE, _OF_THESE, IS_WAITING_EDIT)
    .order_by(OutboxMessage.about)  # cards before summaries, whoever locks them
    .with_for_update(of=OutboxMessage)
)
_TABLE: Any = OutboxMessage.__table__  # type: ignore[attr-defined]
_TO_BE_DRAWN = (
    update(_TABLE)
    .where(_TABLE.c.workspace_id == bindparam("here"), _TABLE.c.id == bindparam("edit_id"))
    .values(payload={})
)
