"""Dates of partnerships that are past, near or about to end, for the person who owns them."""

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, exists, func, or_
from sqlmodel import col, select

from domain.agreement import ENDS_SOON, SOON, Due, dates
from domain.partnership import Stage
from storage import terms
from storage.models import Brief, Creator, Deliverable, Partnership, Profile
from storage.transaction import Transaction


class Dated(NamedTuple):
    """A partnership with its dates. who: "@anna"; title: of the brief, "No brief" without one."""

    partnership_id: int
    who: str
    title: str
    due: tuple[Due, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """Of each date, one when it is near and another once it is overdue."""
        return tuple(
            f"date:{self.partnership_id}:{one.key}:{'late' if one.overdue else 'near'}"
            for one in self.due
        )


def of_owner(
    tx: Transaction, person_id: int, hidden: Collection[int], today: dt.date
) -> list[Dated]:
    """What this person's partnerships owe or end, the oldest date first.

    today: the person's local day.
    """
    rows = tx.session.exec(
        select(Partnership, Creator.name, Profile.handle, Brief.name)
        .join(Creator, col(Creator.id) == col(Partnership.creator_id))
        .outerjoin(Profile, col(Profile.id) == col(Partnership.profile_id))
        .outerjoin(Brief, col(Brief.id) == col(Partnership.brief_id))
        .where(
            Partnership.workspace_id == tx.workspace_id,
            Partnership.owner_id == person_id,
            or_(col(Partnership.brand_id).is_(None), col(Partnership.brand_id).not_in(hidden)),
            _dated(today),
        )
        .order_by(col(Partnership.id))
    ).all()
    owed = terms.of_partnerships(tx, [row.id or 0 for row, *_ in rows])
    found = []
    for row, name, handle, brief in rows:
        agreed = terms.terms_of(row, owed[row.id or 0])
        near = dates(agreed, Stage(row.stage), today)
        who = f"@{handle}" if handle else name
        if near:
            ordered = tuple(sorted(near, key=lambda one: one.on))
            found.append(Dated(row.id or 0, who, brief or "No brief", ordered))
    return sorted(found, key=lambda one: one.due[0].on)


def overdue(
    tx: Transaction, partnership_ids: Collection[int], today: dt.date
) -> dict[int, tuple[Due, ...]]:
    """Deliverables that should have come, by partnership, the oldest first."""
    owed = terms.of_partnerships(tx, partnership_ids)
    found = {}
    for number, rows in owed.items():
        late = [
            Due(key=f"owed:{row.id}", what=terms.owed_of(row).words, on=row.due_on, overdue=True)
            for row in rows
            if row.due_on is not None and row.done_on is None and row.due_on < today
        ]
        if late:
            found[number] = tuple(sorted(late, key=lambda one: one.on))
    return found


def owners(tx: Transaction) -> set[int]:
    """Row numbers of everybody who owns a partnership with such a date, wherever they are."""
    tomorrow = (tx.now + dt.timedelta(days=1)).date()
    found = tx.session.exec(
        select(func.distinct(Partnership.owner_id)).where(
            Partnership.workspace_id == tx.workspace_id,
            col(Partnership.owner_id).is_not(None),
            _dated(tomorrow, dt.timedelta(days=2)),
        )
    )
    return {number for number in found if number is not None}


def _dated(today: dt.date, slack: dt.timedelta = dt.timedelta()) -> ColumnElement[bool]:
    """Whether a partnership may have such a date; slack: for where the day is another."""

    def ends(column: dt.date | None) -> ColumnElement[bool]:
        return col(column).between(today - ENDS_SOON - slack, today + ENDS_SOON)

    owed = exists().where(
        col(Deliverable.workspace_id) == col(Partnership.workspace_id),
        col(Deliverable.partnership_id) == col(Partnership.id),
        col(Deliverable.done_on).is_(None),
        col(Deliverable.due_on) <= today + SOON,
    )
    return and_(
        col(Partnership.stage) != Stage.DECLINED.value,
        or_(
            owed,
            ends(Partnership.usage_until),
            ends(Partnership.exclusive_until),
            col(Partnership.follow_up_on) <= today,
        ),
    )
