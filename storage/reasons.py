"""Why people think so of a creator: kept on the card, and found with the creator."""

from collections.abc import Collection

from sqlalchemy import bindparam
from sqlmodel import col, select

from storage import people
from storage.cards import number_of
from storage.models import Card, Reason
from storage.transaction import Transaction


def add(tx: Transaction, card: Card, brand_id: int | None, category: str, text: str) -> None:
    """Keep why somebody thinks so, on the card and with the creator."""
    by = people.get(tx, tx.actor) if tx.actor else None
    tx.session.add(
        Reason(
            workspace_id=tx.workspace_id,
            card_id=number_of(card),
            creator_id=card.creator_id,
            brand_id=brand_id,
            person_id=by.id if by else None,
            category=category,
            text=text,
            created_at=tx.now,
        )
    )
    tx.session.flush()


def of_cards(tx: Transaction, card_ids: Collection[int]) -> dict[int, list[Reason]]:
    """Reasons given on cards, oldest first."""
    found: dict[int, list[Reason]] = {number: [] for number in card_ids}
    if not found:
        return found
    asked = {"workspace_id": tx.workspace_id, "card_ids": list(found)}
    for row in tx.session.exec(_OF_CARDS, params=asked):
        found[row.card_id].append(row)
    return found


_OF_CARDS = (
    select(Reason)
    .where(
        col(Reason.workspace_id) == bindparam("workspace_id"),
        col(Reason.card_id).in_(bindparam("card_ids", expanding=True)),
    )
    .order_by(col(Reason.id))
)
