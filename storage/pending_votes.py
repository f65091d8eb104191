"""Votes that wait until Slack has said who somebody is, and what people were told already."""

from typing import Any

from sqlmodel import col, select

from storage.cards import LockedCard, vote_row
from storage.models import Card, CardVote, Person
from storage.transaction import Transaction


def wait(tx: Transaction, locked: LockedCard, person: Person, act: dict[str, Any]) -> None:
    """Keep an act of a person whose status is not known yet."""
    row = vote_row(tx, locked, person)
    row.waiting = True
    row.waiting_acts = [*row.waiting_acts, act]
    tx.session.add(row)


def take_waiting(tx: Transaction, locked: LockedCard, person: Person) -> list[dict[str, Any]]:
    """The acts that waited for this person to be known; they wait no longer."""
    row = locked.votes.get(person.slack_user_id)
    if row is None or not row.waiting:
        return []
    acts, row.waiting, row.waiting_acts = row.waiting_acts, False, []
    tx.session.add(row)
    return acts


def waiting_for(tx: Transaction, person_id: int) -> list[int]:
    """Cards on which a person's acts wait."""
    return list(
        tx.session.exec(
            select(CardVote.card_id)
            .where(
                CardVote.workspace_id == tx.workspace_id,
                CardVote.person_id == person_id,
                col(CardVote.waiting),
            )
            .order_by(col(CardVote.card_id))
        )
    )


def known_but_waiting(tx: Transaction) -> list[int]:
    """People whose acts wait although Slack has said who they are."""
    found = tx.session.exec(
        select(CardVote.person_id)
        .join(Person, col(Person.id) == col(CardVote.person_id))
        .where(
            CardVote.workspace_id == tx.workspace_id,
            col(CardVote.waiting),
            col(Person.refreshed_at).is_not(None),
        )
        .distinct()
    )
    return sorted(found)


def tell_once(tx: Transaction, locked: LockedCard, person: Person, notice: str) -> bool:
    """Whether a private notice is due: True the first time for this person and shortlist."""
    if any(notice in told for told in _told(tx, locked, person)):
        return False
    row = vote_row(tx, locked, person)
    row.told = [*row.told, notice]
    tx.session.add(row)
    return True


def _told(tx: Transaction, locked: LockedCard, person: Person) -> list[list[str]]:
    """What a person was told on each card of a shortlist."""
    rows = tx.session.exec(
        select(CardVote)
        .join(Card, col(Card.id) == col(CardVote.card_id))
        .where(
            CardVote.workspace_id == tx.workspace_id,
            CardVote.person_id == person.id,
            Card.shortlist_id == locked.row.shortlist_id,
        )
    )
    return [row.told for row in rows]
