"""What waits to be told privately: gathered, and sent in one message a person a working day."""

import datetime as dt
from collections.abc import Collection

from sqlalchemy import delete, or_, update
from sqlmodel import col, select

from domain.wording import cut_mrkdwn
from storage import deliveries
from storage.models import Nudge, Person
from storage.transaction import Transaction

LONGEST_TEXT = 500


def add(tx: Transaction, person_id: int, dedupe_key: str, text: str) -> bool:
    """Tell a person something in their next private message; says False for a known key.

    text: one line of mrkdwn; what people or files wrote in it is escaped already.
    """
    return deliveries.insert_ignoring(
        tx,
        Nudge,
        {
            "workspace_id": tx.workspace_id,
            "person_id": person_id,
            "dedupe_key": dedupe_key,
            "text": cut_mrkdwn(text, LONGEST_TEXT),
            "created_at": tx.now,
        },
    )


def withdraw(tx: Transaction, dedupe_key: str) -> None:
    """It no longer needs telling, for it was settled before the message went out."""
    tx.session.execute(
        delete(Nudge).where(
            col(Nudge.workspace_id) == tx.workspace_id,
            col(Nudge.dedupe_key) == dedupe_key,
            col(Nudge.sent_at).is_(None),
        )
    )


def people_to_tell(tx: Transaction, besides: Collection[int] = ()) -> list[Person]:
    """People who have something to be told, or are in `besides`, and want to be told at all."""
    waiting = select(Nudge.person_id).where(
        Nudge.workspace_id == tx.workspace_id, col(Nudge.sent_at).is_(None), Nudge.text != ""
    )
    return list(
        tx.session.exec(
            select(Person)
            .where(
                Person.workspace_id == tx.workspace_id,
                or_(col(Person.id).in_(waiting), col(Person.id).in_(besides)),
                Person.nudge_every_days > 0,
            )
            .order_by(col(Person.id))
        )
    )


def waiting_for(tx: Transaction, person_id: int) -> list[Nudge]:
    """What was put down for one person and is still to be told, oldest first."""
    return list(
        tx.session.exec(
            select(Nudge)
            .where(
                Nudge.workspace_id == tx.workspace_id,
                Nudge.person_id == person_id,
                col(Nudge.sent_at).is_(None),
                Nudge.text != "",
            )
            .order_by(col(Nudge.id))
        )
    )


def told(tx: Transaction, person_id: int, keys: Collection[str]) -> set[str]:
    """Which of these keys of `storage.waiting` the person was told of."""
    by_row = {_key(person_id, key): key for key in keys}
    rows = tx.session.exec(
        select(Nudge.dedupe_key).where(
            Nudge.workspace_id == tx.workspace_id,
            col(Nudge.dedupe_key).in_(by_row),
            col(Nudge.sent_at).is_not(None),
        )
    )
    return {by_row[row] for row in rows}


def mark_told(tx: Transaction, person_id: int, keys: Collection[str]) -> None:
    """The person is told of these now; rows without text remember it."""
    rows = [_key(person_id, key) for key in keys]
    for row in rows:
        deliveries.insert_ignoring(
            tx,
            Nudge,
            {
                "workspace_id": tx.workspace_id,
                "person_id": person_id,
                "dedupe_key": row,
                "text": "",
                "created_at": tx.now,
            },
        )
    tx.session.execute(
        update(Nudge)
        .where(col(Nudge.workspace_id) == tx.workspace_id, col(Nudge.dedupe_key).in_(rows))
        .values(sent_at=tx.now)
    )


def mark_sent(tx: Transaction, person: Person, numbers: Collection[int], day: dt.date) -> None:
    """These went out in one message, on this day of the person's calendar."""
    mine = (col(Nudge.workspace_id) == tx.workspace_id, col(Nudge.id).in_(numbers))
    tx.session.execute(update(Nudge).where(*mine).values(sent_at=tx.now))
    person.nudged_on = day
    tx.session.add(person)


def forget(tx: Transaction, numbers: Collection[int]) -> None:
    """These were settled before they could be told."""
    mine = (col(Nudge.workspace_id) == tx.workspace_id, col(Nudge.id).in_(numbers))
    tx.session.execute(delete(Nudge).where(*mine))


def put_back(tx: Transaction, person: Person, sent_at: dt.datetime, until: dt.datetime) -> None:
    """Tell again what was sent at that instant, and nothing before `until`."""
    tx.session.execute(
        update(Nudge)
        .where(
            col(Nudge.workspace_id) == tx.workspace_id,
            col(Nudge.person_id) == person.id,
            col(Nudge.sent_at) == sent_at,
        )
        .values(sent_at=None)
    )
    person.nudge_snoozed_until = until
    person.nudged_on = None
    tx.session.add(person)


def lock_person(tx: Transaction, person_id: int) -> Person:
    """The person, whom no other worker nudges until this transaction ends."""
    return tx.session.exec(
        select(Person)
        .where(Person.workspace_id == tx.workspace_id, Person.id == person_id)
        .with_for_update()
    ).one()


def _key(person_id: int, key: str) -> str:
    return f"waiting:{person_id}:{key}"
