"""Shortlists: creators put before approvers for one brief."""

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import ColumnElement, bindparam, case, delete, func, insert
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from domain import roles
from storage.models import Person, Shortlist, ShortlistApprover
from storage.transaction import Transaction

OPEN, DECIDED, CANCELLED = "open", "decided", "cancelled"
TEAM, CLIENT, DRAFT = "team", "client", "draft"
MOST_LISTED = 20


def create(tx: Transaction, shortlist: Shortlist, approver_ids: Iterable[int]) -> Shortlist:
    """Store a shortlist with its approvers (row numbers of people)."""
    tx.session.add(shortlist)
    tx.session.flush()
    set_approvers(tx, number_of(shortlist), approver_ids)
    return shortlist


def number_of(shortlist: Shortlist) -> int:
    """The row number of a stored shortlist."""
    if shortlist.id is None:
        raise ValueError("the shortlist is not stored yet")
    return shortlist.id


def get(tx: Transaction, shortlist_id: int) -> Shortlist | None:
    """The shortlist with this row number, if there is one."""
    return tx.session.exec(_ONE, params=_numbered(tx, shortlist_id)).one_or_none()


def lock(tx: Transaction, shortlist_id: int) -> Shortlist | None:
    """The shortlist as it is now; nobody else changes it or its cards until the commit.

    Before a client's list the team's is locked: a decision on either is shown by both.
    """
    return lock_behind(tx, tx.ask(_FIRST, _numbered(tx, shortlist_id)).scalar(), shortlist_id)


def lock_behind(tx: Transaction, first_id: int | None, shortlist_id: int) -> Shortlist | None:
    """As `lock`, where it is known which list comes first (None: no other does)."""
    if first_id is not None:
        lock(tx, first_id)
    return tx.session.exec(_ONE_LOCKED, params=_numbered(tx, shortlist_id)).one_or_none()


def title(brief_name: Any) -> ColumnElement[str]:
    """What a shortlist is called: as its brief, or, for a client's and a draft's, its own name."""
    own = case((col(Shortlist.kind) == TEAM, brief_name), else_=None)
    return func.coalesce(own, col(Shortlist.name))


def of_client(tx: Transaction, shortlist_id: int) -> Shortlist | None:
    """What the client was asked of a team's shortlist."""
    return tx.session.exec(
        select(Shortlist).where(
            Shortlist.workspace_id == tx.workspace_id,
            Shortlist.first_id == shortlist_id,
            Shortlist.kind == CLIENT,
        )
    ).first()


def clients_of_brief(tx: Transaction, brief_id: int) -> list[Shortlist]:
    """What clients were asked of a brief, locked."""
    rows = tx.session.exec(
        select(Shortlist.id)
        .where(
            Shortlist.workspace_id == tx.workspace_id,
            Shortlist.brief_id == brief_id,
            Shortlist.kind == CLIENT,
        )
        .order_by(col(Shortlist.id))
    )
    locked = [lock(tx, number) for number in rows if number is not None]
    return [one for one in locked if one is not None]


def approvers(tx: Transaction, shortlist_id: int) -> list[Person]:
    """Whose votes count, in the order in which they were first seen."""
    return list(tx.session.exec(_APPROVERS, params=_numbered(tx, shortlist_id)))


def why_barred(shortlist: Shortlist, person: Person) -> str | None:
    """Why somebody who is named on a shortlist can't vote there, None where they can."""
    return roles.why_barred(person, as_client=shortlist.kind == CLIENT)


def open_with_approver(tx: Transaction, person_id: int) -> list[Shortlist]:
    """Open shortlists on which this person's vote counts, oldest first."""
    return list(
        tx.session.exec(
            select(Shortlist)
            .join(ShortlistApprover, col(ShortlistApprover.shortlist_id) == col(Shortlist.id))
            .where(
                Shortlist.workspace_id == tx.workspace_id,
                ShortlistApprover.person_id == person_id,
                Shortlist.state == OPEN,
            )
            .order_by(col(Shortlist.id))
        )
    )


def open_asked_by(tx: Transaction, person_id: int) -> list[Shortlist]:
    """Open shortlists that this person asked for, oldest first."""
    return list(
        tx.session.exec(
            select(Shortlist)
            .where(
                Shortlist.workspace_id == tx.workspace_id,
                Shortlist.asker_id == person_id,
                Shortlist.state == OPEN,
            )
            .order_by(col(Shortlist.id))
        )
    )


def set_approvers(tx: Transaction, shortlist_id: int, person_ids: Iterable[int]) -> None:
    """Make these people, and nobody else, the approvers."""
    tx.session.execute(
        delete(ShortlistApprover).where(
            col(ShortlistApprover.workspace_id) == tx.workspace_id,
            col(ShortlistApprover.shortlist_id) == shortlist_id,
        )
    )
    rows = [
        {"workspace_id": tx.workspace_id, "shortlist_id": shortlist_id, "person_id": person_id}
        for person_id in sorted(set(person_ids))
    ]
    if rows:
        tx.session.execute(insert(ShortlistApprover), rows)


def last_approvers(tx: Transaction, brief_id: int) -> list[str]:
    """Slack ids of the approvers of the brief's newest shortlist."""
    newest = tx.session.exec(
        select(Shortlist.id)
        .where(
            Shortlist.workspace_id == tx.workspace_id,
            Shortlist.brief_id == brief_id,
            Shortlist.kind == TEAM,
        )
        .order_by(col(Shortlist.id).desc())
        .limit(1)
    ).first()
    return [person.slack_user_id for person in approvers(tx, newest)] if newest else []


def still_open(tx: Transaction, hidden_brands: Collection[int] = ()) -> list[Shortlist]:
    """Shortlists with something to decide, newest first, without those of hidden brands."""
    found = tx.session.exec(_visible(tx, hidden_brands).where(*_OPEN).limit(MOST_LISTED))
    return list(found)


def newest_open(tx: Transaction, brief_id: int, channel_id: str = "") -> Shortlist | None:
    """The team's newest open shortlist for a brief. channel_id: only in this channel, "" = any."""
    here = (col(Shortlist.channel_id) == channel_id,) if channel_id else ()
    return tx.session.exec(
        select(Shortlist)
        .where(
            Shortlist.workspace_id == tx.workspace_id,
            Shortlist.brief_id == brief_id,
            Shortlist.kind == TEAM,
            *_OPEN,
            *here,
        )
        .order_by(col(Shortlist.id).desc())
        .limit(1)
    ).first()


def open_in(tx: Transaction, channel_id: str) -> list[Shortlist]:
    """Open shortlists that were posted in a channel."""
    return list(
        tx.session.exec(
            select(Shortlist)
            .where(
                Shortlist.workspace_id == tx.workspace_id,
                Shortlist.channel_id == channel_id,
                Shortlist.state == OPEN,
            )
            .order_by(col(Shortlist.id))
        )
    )


def in_channel(tx: Transaction, channel_id: str) -> list[Shortlist]:
    """All shortlists that were posted in a channel, open ones first, then the newest."""
    return list(
        tx.session.exec(
            select(Shortlist)
            .where(Shortlist.workspace_id == tx.workspace_id, Shortlist.channel_id == channel_id)
            .order_by((col(Shortlist.state) != OPEN), col(Shortlist.id).desc())
        )
    )


def open_channels(tx: Transaction) -> list[str]:
    """Channels in which something is to be decided."""
    return list(
        tx.session.exec(
            select(Shortlist.channel_id)
            .where(
                Shortlist.workspace_id == tx.workspace_id,
                Shortlist.state == OPEN,
                Shortlist.channel_id != "",
            )
            .distinct()
            .order_by(Shortlist.channel_id)
        )
    )


def closed(
    tx: Transaction, since: dt.datetime, hidden_brands: Collection[int] = ()
) -> list[Shortlist]:
    """Shortlists decided or cancelled that were made since then, newest first."""
    found = tx.session.exec(
        _visible(tx, hidden_brands).where(*_closed_since(since)).limit(MOST_LISTED)
    )
    return list(found)


def counts(
    tx: Transaction, since: dt.datetime, hidden_brands: Collection[int] = ()
) -> tuple[int, int]:
    """How many `still_open` and `closed` would list if there were no end to their lists."""
    conditions: tuple[tuple[Any, ...], ...] = (_OPEN, _closed_since(since))
    still_open, ended = (
        tx.session.exec(
            select(func.count()).select_from(
                _visible(tx, hidden_brands).where(*these).order_by(None).subquery()
            )
        ).one()
        for these in conditions
    )
    return still_open, ended


_OPEN: tuple[Any, ...] = (col(Shortlist.state) == OPEN,)


def _closed_since(since: dt.datetime) -> tuple[Any, ...]:
    return (col(Shortlist.state) != OPEN, col(Shortlist.created_at) >= since)


def _visible(tx: Transaction, hidden_brands: Collection[int]) -> SelectOfScalar[Shortlist]:
    query = select(Shortlist).where(
        Shortlist.workspace_id == tx.workspace_id, Shortlist.kind == TEAM
    )
    if hidden_brands:
        seen = col(Shortlist.brand_id).is_(None) | col(Shortlist.brand_id).not_in(hidden_brands)
        query = query.where(seen)
    return query.order_by(col(Shortlist.id).desc())


def _numbered(tx: Transaction, shortlist_id: int) -> dict[str, Any]:
    return {"workspace_id": tx.workspace_id, "shortlist_id": shortlist_id}


_ONE = select(Shortlist).where(
    col(Shortlist.workspace_id) == bindparam("workspace_id"),
    col(Shortlist.id) == bindparam("shortlist_id"),
)
_ONE_LOCKED = _ONE.with_for_update().execution_options(populate_existing=True)
_FIRST = select(Shortlist.first_id).where(
    col(Shortlist.workspace_id) == bindparam("workspace_id"),
    col(Shortlist.id) == bindparam("shortlist_id"),
)
_APPROVERS = (
    select(Person)
    .join(ShortlistApprover, col(ShortlistApprover.person_id) == col(Person.id))
    .where(
        col(Person.workspace_id) == bindparam("workspace_id"),
        col(ShortlistApprover.shortlist_id) == bindparam("shortlist_id"),
    )
    .order_by(col(Person.id))
)
