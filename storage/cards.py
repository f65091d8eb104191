"""Cards: one creator before the approvers, and the ballots on it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, update
from sqlmodel import col, select

from domain import shortlist as rules
from domain.shortlist import DECIDED, UNDECIDED, CardState
from domain.votes import Ballot
from storage import creators, people, shortlists
from storage.card_terms import CONTRADICTION, Terms
from storage.models import Card, CardVote, Person, Shortlist
from storage.transaction import Transaction

NOT_COUNTED = "not counted"
"""A private notice that is given once a shortlist."""


class DecidedMeanwhile(Exception):
    """The card's state is not the one the decision was made on: nothing is changed."""


@dataclass(frozen=True)
class LockedCard:
    """A card that this transaction alone may change, with all that decides it.

    rules: the card as `domain.shortlist` knows it, by Slack ids. votes: rows by Slack id,
    of people who wait to be known, too. people: row numbers of asker and approvers, by Slack id.
    """

    row: Card
    shortlist: Shortlist
    rules: rules.Card
    votes: dict[str, CardVote]
    people: dict[str, int]

    @property
    def id(self) -> int:
        """The card's row number."""
        return number_of(self.row)


def number_of(card: Card) -> int:
    """The row number of a stored card."""
    if card.id is None:
        raise ValueError("the card is not stored yet")
    return card.id


def add(tx: Transaction, card: Card) -> Card:
    """Store a new card."""
    card.creator_id = creators.lock_current(tx, card.creator_id)
    tx.session.add(card)
    tx.session.flush()
    return card


def get(tx: Transaction, card_id: int) -> Card | None:
    """The card with this row number, if there is one."""
    return tx.session.exec(_ONE, params=_numbered(tx, card_id)).one_or_none()


def lock(tx: Transaction, card_id: int) -> LockedCard | None:
    """Lock the card's shortlist and the card, then read votes: two last votes come in turn.

    The shortlist is locked too, and always first: its summary and "all decided" are of all cards.
    """
    found = tx.ask(_LISTS_OF, _numbered(tx, card_id)).first()
    if found is None:
        return None
    shortlist = shortlists.lock_behind(tx, found.first_id, found.shortlist_id)
    row = tx.session.exec(_ONE_LOCKED, params=_numbered(tx, card_id)).one()
    if shortlist is None:
        return None
    votes, terms = _votes(tx, [card_id])[card_id], Terms.of(tx, shortlist)
    return LockedCard(row, shortlist, terms.rules(row, votes), votes, terms.people)


def first(tx: Transaction, card: Card, shortlist: Shortlist) -> tuple[Card, Shortlist]:
    """The team's card and shortlist that a client's belong to; of others, they themselves."""
    if card.first_id is None or shortlist.first_id is None:
        return card, shortlist
    team, list_ = get(tx, card.first_id), shortlists.get(tx, shortlist.first_id)
    return (card, shortlist) if team is None or list_ is None else (team, list_)


def of_client(tx: Transaction, card_ids: Collection[int]) -> dict[int, Card]:
    """The client's cards, by the number of the team's."""
    asked = {"workspace_id": tx.workspace_id, "card_ids": list(card_ids)}
    rows = tx.session.exec(_OF_CLIENT, params=asked)
    return {row.first_id: row for row in rows if row.first_id is not None}


def lock_all(tx: Transaction, shortlist_id: int) -> list[LockedCard]:
    """All cards of a shortlist, locked."""
    shortlists.lock(tx, shortlist_id)
    found = [lock(tx, number_of(card)) for card in of_shortlist(tx, shortlist_id)]
    return [card for card in found if card is not None]


def of_shortlist(tx: Transaction, shortlist_id: int) -> list[Card]:
    """The cards of a shortlist in the order in which they were posted."""
    asked = {"workspace_id": tx.workspace_id, "shortlist_id": shortlist_id}
    return list(tx.session.exec(_OF_SHORTLIST, params=asked))


def rules_of(tx: Transaction, cards: Sequence[Card], shortlist: Shortlist) -> dict[int, rules.Card]:
    """Cards of one shortlist as `domain.shortlist` knows them, by row number; not locked."""
    terms = Terms.of(tx, shortlist)
    votes = _votes(tx, [number_of(card) for card in cards])
    return {number_of(card): terms.rules(card, votes[number_of(card)]) for card in cards}


def record(tx: Transaction, locked: LockedCard, after: rules.Card) -> Card:
    """Store what the rules made of a locked card: changed ballots, then its state.

    Raises:
        DecidedMeanwhile: the card was not locked and somebody else decided it.
    """
    _record_ballots(tx, locked, after)
    before = locked.rules
    if (after.state, after.decided_by) == (before.state, before.decided_by):
        return locked.row
    values: dict[str, Any] = {
        "state": after.state.value,
        "decided_by": list(after.decided_by),
        "on_behalf_of": after.on_behalf_of,
    }
    if after.state in DECIDED:
        values["decided_at"] = tx.now
    elif before.state not in UNDECIDED:
        values |= {"decided_at": None, "round": locked.row.round + 1}
    result: Any = tx.session.execute(
        update(Card)
        .where(
            col(Card.workspace_id) == tx.workspace_id,
            col(Card.id) == locked.id,
            col(Card.state) == before.state.value,
        )
        .values(values)
    )
    if result.rowcount != 1:
        raise DecidedMeanwhile
    tx.session.refresh(locked.row)
    return locked.row


def withdrawn(tx: Transaction, shortlist_id: int) -> dict[int, int]:
    """The withdrawn cards of a shortlist: their numbers by the creator whom they mean now."""
    rows = [one for one in of_shortlist(tx, shortlist_id) if one.state == CardState.WITHDRAWN]
    return {creators.current_id(tx, one.creator_id): number_of(one) for one in rows}


def on_brief(
    tx: Transaction, brief_id: int, creator_ids: Collection[int]
) -> dict[int, tuple[Card, Shortlist]]:
    """The newest card of each creator on this brief's shortlists, withdrawn ones aside."""
    means = creators.with_merged(tx, creator_ids)
    rows = tx.session.exec(
        select(Card, Shortlist)
        .join(Shortlist, col(Shortlist.id) == col(Card.shortlist_id))
        .where(
            Card.workspace_id == tx.workspace_id,
            Shortlist.brief_id == brief_id,
            Shortlist.kind != shortlists.DRAFT,
            col(Card.creator_id).in_(means),
            Card.state != CardState.WITHDRAWN,
        )
        .order_by(col(Card.id))
    )
    return {means[card.creator_id]: (card, shortlist) for card, shortlist in rows}


def undecided(tx: Transaction, after_id: int = 0, limit: int = 20) -> list[int]:
    """Cards that votes can still change, by row number, those after `after_id`."""
    return [
        number
        for number in tx.session.exec(
            select(Card.id)
            .where(
                Card.workspace_id == tx.workspace_id,
                col(Card.state).in_([state.value for state in UNDECIDED]),
                col(Card.id) > after_id,
            )
            .order_by(col(Card.id))
            .limit(limit)
        )
        if number is not None
    ]


def _record_ballots(tx: Transaction, locked: LockedCard, after: rules.Card) -> None:
    known: Iterable[str] = {*after.ballots, *after.told, *locked.rules.told}
    for slack_id in sorted(known):
        ballot = after.ballots.get(slack_id, Ballot())
        told = slack_id in after.told
        before = locked.rules
        if ballot == before.ballots.get(slack_id) and told == (slack_id in before.told):
            continue
        row = _row_of(tx, locked, slack_id)
        if ballot != before.ballots.get(slack_id):
            row.acted_at = tx.now
        row.ballot = ballot.model_dump(mode="json")
        row.vote = ballot.vote
        row.earlier_vote = ballot.earlier_vote
        others = [notice for notice in row.told if notice != CONTRADICTION]
        row.told = [*others, CONTRADICTION] if told else others
        tx.session.add(row)


def vote_row(tx: Transaction, locked: LockedCard, person: Person) -> CardVote:
    """A person's row on a locked card, made where there is none."""
    row = locked.votes.get(person.slack_user_id)
    return _new_row(tx, locked, person.slack_user_id, person.id or 0) if row is None else row


def _row_of(tx: Transaction, locked: LockedCard, slack_id: str) -> CardVote:
    row = locked.votes.get(slack_id)
    if row is not None:
        return row
    number = locked.people.get(slack_id) or people.get(tx, slack_id).id or 0
    return _new_row(tx, locked, slack_id, number)


def _new_row(tx: Transaction, locked: LockedCard, slack_id: str, person_id: int) -> CardVote:
    row = CardVote(
        workspace_id=tx.workspace_id, card_id=locked.id, person_id=person_id, acted_at=tx.now
    )
    locked.votes[slack_id] = row
    tx.session.add(row)
    return row


def _votes(tx: Transaction, card_ids: Collection[int]) -> dict[int, dict[str, CardVote]]:
    """Vote rows by card and Slack id."""
    found: dict[int, dict[str, CardVote]] = {number: {} for number in card_ids}
    asked = {"workspace_id": tx.workspace_id, "card_ids": card_ids}
    for slack_id, row in tx.session.exec(_VOTES, params=asked):
        found[row.card_id][slack_id] = row
    return found


def _numbered(tx: Transaction, card_id: int) -> dict[str, Any]:
    return {"workspace_id": tx.workspace_id, "card_id": card_id}


_ONE = select(Card).where(
    col(Card.workspace_id) == bindparam("workspace_id"), col(Card.id) == bindparam("card_id")
)
_ONE_LOCKED = _ONE.with_for_update().execution_options(populate_existing=True)
_LISTS_OF = (
    select(Card.shortlist_id, Shortlist.first_id)
    .join(Shortlist, col(Shortlist.id) == col(Card.shortlist_id))
    .where(
        col(Card.workspace_id) == bindparam("workspace_id"), col(Card.id) == bindparam("card_id")
    )
)
_VOTES = (
    select(Person.slack_user_id, CardVote)
    .join(CardVote, col(CardVote.person_id) == col(Person.id))
    .where(
        col(CardVote.workspace_id) == bindparam("workspace_id"),
        col(CardVote.card_id).in_(bindparam("card_ids", expanding=True)),
    )
    .execution_options(populate_existing=True)
)
_OF_CLIENT = select(Card).where(
    col(Card.workspace_id) == bindparam("workspace_id"),
    col(Card.first_id).in_(bindparam("card_ids", expanding=True)),
)
_OF_SHORTLIST = (
    select(Card)
    .where(
        col(Card.workspace_id) == bindparam("workspace_id"),
        col(Card.shortlist_id) == bindparam("shortlist_id"),
    )
    .order_by(col(Card.id))
)
