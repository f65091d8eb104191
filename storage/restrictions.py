"""Creators who are blocked or not to be written to: set, lifted, and who they are today."""

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import ColumnElement, or_
from sqlmodel import col, select

from domain.restriction import Kind, Restriction
from storage import audit, creators, first_look
from storage.models import Creator, Person
from storage.models import Restriction as Row
from storage.transaction import Transaction

MOST_LISTED = 30


class Listed(NamedTuple):
    """A restriction with its row number, whose it is, and who set it."""

    id: int
    creator_id: int
    restriction: Restriction
    by: str


def in_force(
    tx: Transaction, creator_ids: Collection[int], today: dt.date
) -> dict[int, list[Restriction]]:
    """By creator, blocks first; those without one are left out."""
    look = first_look.taken(tx)
    if not creator_ids or (look is not None and not look.any_restriction):
        return {}
    means = creators.with_merged(tx, creator_ids)
    rows = tx.session.exec(
        select(Row)
        .where(
            Row.workspace_id == tx.workspace_id,
            col(Row.creator_id).in_(means),
            *_holds(today),
        )
        .order_by(col(Row.kind), col(Row.id))
    )
    found: dict[int, list[Restriction]] = {}
    for row in rows:
        found.setdefault(means[row.creator_id], []).append(_restriction(row))
    return found


def listed(tx: Transaction, today: dt.date) -> tuple[list[Listed], int]:
    """Those in force, the newest first, at most `MOST_LISTED`; and how many there are."""
    rows = tx.session.exec(
        select(Row, Person.name)
        .join(Creator, col(Creator.id) == col(Row.creator_id))
        .outerjoin(Person, col(Person.id) == col(Row.person_id))
        .where(Row.workspace_id == tx.workspace_id, *_holds(today))
        .order_by(col(Row.id).desc())
    ).all()
    shown = [
        Listed(row.id or 0, row.creator_id, _restriction(row), name or "")
        for row, name in rows[:MOST_LISTED]
    ]
    return shown, len(rows)


def add(tx: Transaction, creator_id: int, wanted: Restriction, person_id: int | None) -> Row:
    """Restrict a creator; an earlier restriction of the same kind ends."""
    creator_id = creators.lock_current(tx, creator_id)
    earlier = tx.session.exec(
        select(Row).where(
            Row.workspace_id == tx.workspace_id,
            Row.creator_id == creator_id,
            Row.kind == wanted.kind.value,
            col(Row.lifted_at).is_(None),
        )
    ).all()
    for row in earlier:
        _lift(tx, row, person_id)
    made = Row(
        workspace_id=tx.workspace_id,
        creator_id=creator_id,
        kind=wanted.kind.value,
        reason=wanted.reason,
        until=wanted.until,
        person_id=person_id,
        created_at=tx.now,
    )
    tx.session.add(made)
    tx.session.flush()
    audit.record(tx, "restrict", "creator", creator_id, after=wanted.model_dump(mode="json"))
    return made


def lift(tx: Transaction, number: int, person_id: int | None) -> Row | None:
    """End a restriction; None when it is not there. A second time changes nothing."""
    row = tx.session.exec(
        select(Row).where(Row.workspace_id == tx.workspace_id, Row.id == number).with_for_update()
    ).one_or_none()
    if row is not None and row.lifted_at is None:
        _lift(tx, row, person_id)
    return row


def _lift(tx: Transaction, row: Row, person_id: int | None) -> None:
    row.lifted_at, row.lifted_by = tx.now, person_id
    tx.session.add(row)
    before = _restriction(row).model_dump(mode="json")
    audit.record(tx, "lift restriction", "creator", row.creator_id, before=before)


def _holds(today: dt.date) -> tuple[ColumnElement[bool], ...]:
    return (
        col(Row.lifted_at).is_(None),
        or_(col(Row.until).is_(None), col(Row.until) >= today),
    )


def _restriction(row: Row) -> Restriction:
    return Restriction(kind=Kind(row.kind), reason=row.reason, until=row.until)
