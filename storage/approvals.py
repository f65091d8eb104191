"""What an approval begins: a partnership with an owner; and how a reopening takes it back."""

from typing import Any

from sqlalchemy import delete, exists
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from domain.partnership import Stage
from storage import audit, creators, issuing
from storage.cards import number_of
from storage.models import (
    Card,
    Cost,
    Deliverable,
    Feedback,
    LinkDay,
    Partnership,
    Post,
    Result,
    SaleEntry,
    Shortlist,
    StageChange,
)
from storage.transaction import Transaction

_LOGGED: tuple[Any, ...] = (Cost, Post, Result, Feedback, Deliverable, SaleEntry, LinkDay)


def of_card(tx: Transaction, card_id: int) -> Partnership | None:
    """The partnership that an approved card began."""
    return tx.session.exec(_of_card(tx, card_id)).first()


def get(tx: Transaction, partnership_id: int) -> Partnership | None:
    """The partnership with this row number, locked, if there is one."""
    return tx.session.exec(
        select(Partnership)
        .where(Partnership.workspace_id == tx.workspace_id, Partnership.id == partnership_id)
        .with_for_update()
    ).one_or_none()


def begin(tx: Transaction, card: Card, shortlist: Shortlist) -> Partnership:
    """Begin a partnership owned by the asker, or take up the one that was ended."""
    known = _lock(tx, card)
    if known is not None:
        if known.stage == Stage.DECLINED:
            move(tx, known, Stage.APPROVED, shortlist.asker_id)
        return known
    partnership = Partnership(
        workspace_id=tx.workspace_id,
        creator_id=creators.lock_current(tx, card.creator_id),
        profile_id=card.profile_id,
        brief_id=shortlist.brief_id,
        brand_id=shortlist.brand_id,
        card_id=card.id,
        owner_id=shortlist.asker_id,
        stage=Stage.APPROVED.value,
        created_at=tx.now,
        updated_at=tx.now,
    )
    tx.session.add(partnership)
    tx.session.flush()
    _note_stage(tx, partnership, None, Stage.APPROVED, shortlist.asker_id)
    audit.record(tx, "begin", "partnership", partnership.id or 0, after={"card": card.id})
    issuing.on_approval(tx, partnership, shortlist.asker_id)
    return partnership


def take_back(tx: Transaction, card: Card) -> Partnership | None:
    """Take back what an approval began and nobody took up.

    Gives the partnership where somebody did, by moving it on or logging something about it: it
    stays as it is, and its owner is to be asked.
    """
    partnership = _lock(tx, card)
    if partnership is None or partnership.stage == Stage.DECLINED:
        return None
    if partnership.stage != Stage.APPROVED or _anything_logged(tx, partnership):
        return partnership
    _delete(tx, partnership)
    return None


def move(tx: Transaction, partnership: Partnership, to: Stage, person_id: int | None) -> None:
    """Move a partnership to another stage, on the record."""
    before = Stage(partnership.stage)
    partnership.stage = to.value
    if to not in (Stage.CONTACTED, Stage.NEGOTIATING):
        partnership.follow_up_on = None
    partnership.updated_at = tx.now
    tx.session.add(partnership)
    _note_stage(tx, partnership, before, to, person_id)
    audit.record(
        tx, "move", "partnership", partnership.id or 0,
        before={"stage": before}, after={"stage": to},
    )  # fmt: skip


def _lock(tx: Transaction, card: Card) -> Partnership | None:
    query = _of_card(tx, number_of(card)).with_for_update()
    return tx.session.exec(query.execution_options(populate_existing=True)).first()


def _of_card(tx: Transaction, card_id: int) -> SelectOfScalar[Partnership]:
    return (
        select(Partnership)
        .where(Partnership.workspace_id == tx.workspace_id, Partnership.card_id == card_id)
        .order_by(col(Partnership.id).desc())
    )


def _anything_logged(tx: Transaction, partnership: Partnership) -> bool:
    said = (partnership.deliverables, partnership.usage_rights, partnership.exclusive_of)
    if any(said) or partnership.is_paid is not None:
        return True
    return any(
        tx.session.exec(
            select(
                exists().where(
                    col(table.workspace_id) == tx.workspace_id,
                    col(table.partnership_id) == partnership.id,
                )
            )
        ).one()
        for table in _LOGGED
    )


def _delete(tx: Transaction, partnership: Partnership) -> None:
    audit.record(
        tx, "take back", "partnership", partnership.id or 0,
        before={"card": partnership.card_id, "stage": partnership.stage},
    )  # fmt: skip
    for table in (StageChange, Partnership):
        key = StageChange.partnership_id if table is StageChange else Partnership.id
        tx.session.execute(
            delete(table).where(
                col(table.workspace_id) == tx.workspace_id, col(key) == partnership.id
            )
        )
    tx.session.expunge(partnership)


def _note_stage(
    tx: Transaction,
    partnership: Partnership,
    before: Stage | None,
    after: Stage,
    person_id: int | None,
) -> None:
    tx.session.add(
        StageChange(
            workspace_id=tx.workspace_id,
            partnership_id=partnership.id or 0,
            from_stage=before.value if before else None,
            to_stage=after.value,
            person_id=person_id,
            at=tx.now,
        )
    )
