"""Drafts of partnerships, each version on a card of its own."""

from collections.abc import Collection

from sqlmodel import col, select

from domain.shortlist import UNDECIDED
from storage.models import Card, Draft
from storage.transaction import Transaction


def add(tx: Transaction, draft: Draft) -> Draft:
    """Store the next version of a partnership, which is locked; its number is set here."""
    before = of_partnership(tx, draft.partnership_id)
    draft.version = before[-1].version + 1 if before else 1
    tx.session.add(draft)
    tx.session.flush()
    return draft


def of_partnership(tx: Transaction, partnership_id: int) -> list[Draft]:
    """All versions, the first one first."""
    return list(
        tx.session.exec(
            select(Draft)
            .where(Draft.workspace_id == tx.workspace_id, Draft.partnership_id == partnership_id)
            .order_by(col(Draft.version))
        )
    )


def with_cards(tx: Transaction, partnership_id: int) -> list[tuple[Draft, Card]]:
    """All versions with the cards on which they are decided, the first one first."""
    rows = tx.session.exec(
        select(Draft, Card)
        .join(Card, col(Card.id) == col(Draft.card_id))
        .where(Draft.workspace_id == tx.workspace_id, Draft.partnership_id == partnership_id)
        .order_by(col(Draft.version))
    )
    return [(draft, card) for draft, card in rows]


def newest(tx: Transaction, partnership_ids: Collection[int]) -> dict[int, tuple[Draft, Card]]:
    """The last version of each partnership that has any, with its card."""
    rows = tx.session.exec(
        select(Draft, Card)
        .join(Card, col(Card.id) == col(Draft.card_id))
        .where(
            Draft.workspace_id == tx.workspace_id,
            col(Draft.partnership_id).in_(partnership_ids),
        )
        .order_by(col(Draft.version))
    )
    return {draft.partnership_id: (draft, card) for draft, card in rows}


def of_card(tx: Transaction, card_id: int) -> Draft | None:
    """The draft that is decided on a card."""
    return tx.session.exec(
        select(Draft).where(Draft.workspace_id == tx.workspace_id, Draft.card_id == card_id)
    ).first()


def get(tx: Transaction, draft_id: int) -> Draft | None:
    """The draft with this row number."""
    return tx.session.exec(
        select(Draft).where(Draft.workspace_id == tx.workspace_id, Draft.id == draft_id)
    ).one_or_none()


def undecided_cards(tx: Transaction, partnership_id: int) -> list[int]:
    """Cards of a partnership's drafts that votes can still change."""
    states = [state.value for state in UNDECIDED]
    return [
        card.id
        for _, card in with_cards(tx, partnership_id)
        if card.state in states and card.id is not None
    ]
