"""Who decided on a creator, in the words in which people are told."""

from domain.shortlist import CardState
from domain.wording import listed
from storage import cards, people
from storage.cards import number_of
from storage.models import Card
from storage.transaction import Transaction


def approved_by(tx: Transaction, card_id: int | None) -> str | None:
    """Who approved, in both steps: "Ana; client: Jane Doe (recorded by Ben)"; None: no card."""
    team = cards.get(tx, card_id) if card_id else None
    if team is None:
        return None
    client = cards.of_client(tx, [number_of(team)]).get(number_of(team))
    said = _deciders(tx, team)
    theirs = _deciders(tx, client) if client and client.state == CardState.APPROVED else ""
    return f"{said}; client: {theirs}" if theirs else said or None


def _deciders(tx: Transaction, card: Card) -> str:
    known = people.names(tx, card.decided_by)
    names = listed([known.get(one) or "somebody" for one in card.decided_by])
    return f"{card.on_behalf_of} (recorded by {names})" if card.on_behalf_of else names
