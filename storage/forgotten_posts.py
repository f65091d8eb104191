"""Posts of partnerships whose creator was forgotten count, under what stands for their link."""

from sqlmodel import col, select

from domain.forgetting import post_key
from storage import forgotten_keys
from storage.models import Creator, Forgetting, Partnership
from storage.transaction import Transaction


def stand_in(tx: Transaction, partnership: Partnership, link_key: str) -> str | None:
    """What is kept in the place of a post's link; None where the creator is there."""
    forgetting_id = _forgetting_of(tx, partnership)
    if forgetting_id is None:
        return None
    key = post_key(link_key)
    forgotten_keys.add(tx, forgetting_id, [key])
    return forgotten_keys.concealed(tx, [key])[key]


def _forgetting_of(tx: Transaction, partnership: Partnership) -> int | None:
    creator = tx.session.exec(
        select(Creator).where(
            Creator.workspace_id == tx.workspace_id, Creator.id == partnership.creator_id
        )
    ).first()
    if creator is None or creator.forgotten_at is None:
        return None
    return tx.session.exec(
        select(Forgetting.id)
        .where(
            Forgetting.workspace_id == tx.workspace_id,
            col(Forgetting.creator_id).in_((creator.id, creator.merged_into)),
        )
        .order_by(col(Forgetting.id).desc())
    ).first()
