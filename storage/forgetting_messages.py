"""Messages that name somebody forgotten: where they stand, and how they read without the name."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Text, cast, or_
from sqlmodel import col, select

from domain.forgetting import REMOVED, Mask, Names, bare_facts, fitting
from storage import audit, outbox
from storage.models import AuditEntry, OutboxMessage
from storage.transaction import Transaction

PAGE = 200
OPEN_STATES = ("sent", "sending", "unknown")
REDRAWN = ("card:", "summary:")
"""What such messages show is drawn anew from what is stored."""
ABOUT = {"creator": "creators", "profile": "profiles", "card": "cards", "post": "posts",
         "partnership": "partnerships"}  # fmt: skip
"""Kinds of objects on the record that are the creator's, with the table of their numbers."""


@dataclass
class Page:
    """Some messages looked through. last: the number of the last one, None = there are no more.

    hits: those that name the person. own: those that show the person's cards.
    """

    last: int | None
    hits: list[int] = field(default_factory=list)
    own: set[int] = field(default_factory=set)


def look(tx: Transaction, names: Names, cards: Collection[int], after: int) -> Page:
    """Look through the next messages; only looks."""
    mask, own = Mask(names), _own(cards)
    rows = tx.session.execute(
        select(OutboxMessage.id, OutboxMessage.about, cast(col(OutboxMessage.payload), Text))
        .where(OutboxMessage.workspace_id == tx.workspace_id, col(OutboxMessage.id) > after)
        .order_by(col(OutboxMessage.id))
        .limit(PAGE)
    ).all()
    page = Page(rows[-1][0] if rows else None)
    for number, about, raw in rows:
        if about in own:
            page.own.add(number)
        if about in own or mask.json_finds(raw):
            page.hits.append(number)
    return page


def rewrite(tx: Transaction, page: Page, names: Names) -> dict[str, int]:
    """Take the name out of these messages, and have those in Slack edited.

    Gives how many stand in which channel; those that only one person sees count under "".
    """
    places: dict[str, int] = {}
    for row in _locked(tx, page.hits):
        mask = Mask(names, about_them=row.id in page.own)
        if _stands_in_slack(row):
            place = row.channel_id or ""
            where = place if place.startswith(("C", "G")) else ""
            places[where] = places.get(where, 0) + 1
            if not row.about.startswith(REDRAWN):
                outbox.update_posted(tx, row.message_key, _nameless(mask, _shown_now(tx, row)))
        elif row.method == "views.publish" and _is_newest_home(tx, row):
            shown = _nameless(mask, row.payload)
            outbox.publish_home(tx, str(shown["user_id"]), shown["view"])
        if not row.payload:
            continue  # drawn when it is sent, from what is stored then
        if row.id in page.own and row.method in ("chat.postMessage", "chat.update"):
            row.payload = {**_where(row.payload), "text": REMOVED}
        else:
            row.payload = _nameless(mask, row.payload)
        tx.session.add(row)
    tx.session.flush()
    return places


def strip_record(tx: Transaction, numbers: dict[str, list[int]], after: int) -> int | None:
    """Entries of the record about them keep what was done; gives the last one's number."""
    theirs = [
        (col(AuditEntry.object_kind) == kind) & col(AuditEntry.object_id).in_(numbers[table])
        for kind, table in ABOUT.items()
    ]
    rows = tx.session.exec(
        select(AuditEntry)
        .where(
            AuditEntry.workspace_id == tx.workspace_id,
            or_(*theirs),
            col(AuditEntry.id) > after,
        )
        .order_by(col(AuditEntry.id))
        .limit(PAGE)
    ).all()
    for row in rows:
        audit.rewrite(
            tx, row.id or 0, {"before": bare_facts(row.before), "after": bare_facts(row.after)}
        )
    return rows[-1].id if rows else None


def _own(cards: Collection[int]) -> set[str]:
    return {f"card:{number}" for number in cards}


def _locked(tx: Transaction, numbers: Sequence[int]) -> list[OutboxMessage]:
    return list(
        tx.session.exec(
            select(OutboxMessage)
            .where(
                OutboxMessage.workspace_id == tx.workspace_id, col(OutboxMessage.id).in_(numbers)
            )
            .order_by(col(OutboxMessage.id))
            .with_for_update()
        )
    )


def _stands_in_slack(row: OutboxMessage) -> bool:
    return row.method == "chat.postMessage" and row.state in OPEN_STATES


def _where(payload: dict[str, Any]) -> dict[str, Any]:
    return {name: payload[name] for name in ("channel", "user") if name in payload}


def _shown_now(tx: Transaction, row: OutboxMessage) -> dict[str, Any]:
    """What a posted message shows: its newest redraw, or what was posted."""
    newest = tx.session.exec(
        select(OutboxMessage.payload)
        .where(
            OutboxMessage.workspace_id == tx.workspace_id,
            OutboxMessage.changes == row.message_key,
            OutboxMessage.method == "chat.update",
        )
        .order_by(col(OutboxMessage.id).desc())
    ).first()
    shown = newest if newest is not None else row.payload
    return {name: value for name, value in shown.items() if name not in ("channel", "thread_ts")}


def _nameless(mask: Mask, payload: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = fitting(payload, mask.value(payload, keys=False))
    return kept


def _is_newest_home(tx: Transaction, row: OutboxMessage) -> bool:
    newest = tx.session.exec(
        select(OutboxMessage.id)
        .where(
            OutboxMessage.workspace_id == tx.workspace_id,
            OutboxMessage.lane == row.lane,
            OutboxMessage.method == "views.publish",
        )
        .order_by(col(OutboxMessage.id).desc())
    ).first()
    return newest == row.id
