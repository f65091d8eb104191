"""What was agreed in a partnership beside the price: deliverables, rights, exclusivity, dates."""

import datetime as dt
from collections.abc import Collection, Sequence

from sqlmodel import select

from domain.agreement import Owed, Terms
from domain.creator import Platform
from storage import audit
from storage.models import Deliverable, Partnership
from storage.partnership_posts import grouped
from storage.transaction import Transaction

PLAIN = (
    "is_paid",
    "usage_rights",
    "usage_until",
    "exclusive_of",
    "exclusive_until",
    "follow_up_on",
)
"""Terms that are columns of the partnership."""


def of_partnerships(tx: Transaction, numbers: Collection[int]) -> dict[int, list[Deliverable]]:
    """Deliverables by partnership, in the order in which they were written."""
    return grouped(tx, Deliverable, numbers)


def terms_of(partnership: Partnership, rows: Sequence[Deliverable]) -> Terms:
    """The terms of a partnership, given its deliverables."""
    return Terms(
        owed=tuple(owed_of(row) for row in rows),
        **{name: getattr(partnership, name) for name in PLAIN},
    )


def change(tx: Transaction, partnership: Partnership, shown: Terms, wanted: Terms) -> list[str]:
    """Apply what a person changed of the terms they were shown; gives the names of what changed.

    The partnership must be locked. A deliverable that stays as it was keeps its row.
    """
    changed = []
    for name in PLAIN:
        before, after = getattr(partnership, name), getattr(wanted, name)
        if after != getattr(shown, name) and after != before:
            _note(tx, partnership, name, _plain(before), _plain(after))
            setattr(partnership, name, after)
            changed.append(name)
    if wanted.owed != shown.owed and _write(tx, partnership, shown.owed, wanted.owed):
        changed.append("owed")
    if changed:
        partnership.updated_at = tx.now
        tx.session.add(partnership)
        tx.session.flush()
    return changed


def deliver(
    tx: Transaction, partnership: Partnership, number: int, day: dt.date
) -> Deliverable | None:
    """Mark a deliverable as done; None when it is not there. Done before: it stays as it was."""
    row = tx.session.exec(
        select(Deliverable)
        .where(
            Deliverable.workspace_id == tx.workspace_id,
            Deliverable.partnership_id == partnership.id,
            Deliverable.id == number,
        )
        .with_for_update()
    ).one_or_none()
    if row is None or row.done_on is not None:
        return row
    before = owed_of(row).written
    row.done_on = day
    partnership.updated_at = tx.now
    tx.session.add_all([row, partnership])
    _note(tx, partnership, "deliverable", before, owed_of(row).written)
    return row


def _write(
    tx: Transaction, partnership: Partnership, shown: Sequence[Owed], wanted: Sequence[Owed]
) -> bool:
    """Take away what was taken out of the list, and add what is new in it."""
    number = partnership.id or 0
    there = of_partnerships(tx, [number])[number]
    gone, new = _difference(shown, wanted), _difference(wanted, shown)
    touched = False
    for one in gone:
        row = next((row for row in there if owed_of(row) == one), None)
        if row is not None:
            there.remove(row)
            tx.session.delete(row)
            _note(tx, partnership, "deliverable", one.written, None)
            touched = True
    for one in new:
        tx.session.add(
            Deliverable(
                workspace_id=tx.workspace_id,
                partnership_id=number,
                kind=one.kind,
                amount=one.amount,
                platform=one.platform.value if one.platform else None,
                due_on=one.due_on,
                done_on=one.done_on,
                created_at=tx.now,
            )
        )
        _note(tx, partnership, "deliverable", None, one.written)
        touched = True
    return touched


def _difference(some: Sequence[Owed], others: Sequence[Owed]) -> list[Owed]:
    """Those of the first that the second has not, counting equal ones."""
    rest, left = list(others), []
    for one in some:
        if one in rest:
            rest.remove(one)
        else:
            left.append(one)
    return left


def owed_of(row: Deliverable) -> Owed:
    """A deliverable as it was agreed."""
    return Owed(
        kind=row.kind,
        amount=row.amount,
        platform=Platform(row.platform) if row.platform else None,
        due_on=row.due_on,
        done_on=row.done_on,
    )


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, dt.date) else value


def _note(
    tx: Transaction, partnership: Partnership, what: str, before: object, after: object
) -> None:
    audit.record(
        tx, "change", "partnership", partnership.id or 0, before={what: before}, after={what: after}
    )
