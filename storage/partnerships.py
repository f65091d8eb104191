"""Partnerships: begun, moved, priced, found and summed up. Approvals begin most of them."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, exists, func, not_, or_, true
from sqlmodel import col, select

from domain.agreement import ANSWERS, QUIET, SOON
from domain.creator import Money
from domain.money import from_minor, to_minor
from domain.partnership import PIPELINE, Stage
from domain.partnership_form import COST_FIELDS, PartnershipDraft
from storage import approvals, audit, creators, partnership_posts
from storage.models import (
    Brief,
    Cost,
    Deliverable,
    Partnership,
    Person,
    StageChange,
)
from storage.transaction import Transaction

COST_KINDS = dict(zip(COST_FIELDS, ("fee", "product", "shipping", "boost", "other"), strict=True))
"""Kinds of cost as they are stored, by field of `domain.partnership.Costs`."""
_ORDER = {stage.value: place for place, stage in enumerate((*PIPELINE, Stage.DECLINED))}
_OVER = (Stage.DONE.value, Stage.DECLINED.value)


@dataclass(frozen=True)
class Asked:
    """Which partnerships to list. hidden: brands that this person may not see.

    overdue_on: only those with something overdue on this day of theirs.
    """

    hidden: Collection[int] = ()
    owner_id: int | None = None
    brand_id: int | None = None
    stage: Stage | None = None
    overdue_on: dt.date | None = None


def get(tx: Transaction, partnership_id: int, hidden: Collection[int] = ()) -> Partnership | None:
    """The partnership with this number, unless it is of a hidden brand.

    In a writing transaction nobody else changes it until that ends.
    """
    query = select(Partnership).where(
        Partnership.workspace_id == tx.workspace_id,
        Partnership.id == partnership_id,
        seen(hidden),
    )
    if tx.writable:
        query = query.with_for_update().execution_options(populate_existing=True)
    return tx.session.exec(query).one_or_none()


def of_creator(tx: Transaction, creator_id: int, hidden: Collection[int] = ()) -> list[Partnership]:
    """Partnerships with a creator: those that go on first, then the last changed first."""
    return list(
        tx.session.exec(
            select(Partnership)
            .where(
                Partnership.workspace_id == tx.workspace_id,
                Partnership.creator_id == creator_id,
                seen(hidden),
            )
            .order_by(
                case((col(Partnership.stage).in_(_OVER), 1), else_=0),
                col(Partnership.updated_at).desc(),
                col(Partnership.id).desc(),
            )
        )
    )


def page(tx: Transaction, asked: Asked, offset: int, limit: int) -> list[Partnership]:
    """Partnerships by stage in the order of the pipeline, in each the last changed first."""
    return list(
        tx.session.exec(
            select(Partnership)
            .where(*_asked(tx, asked))
            .order_by(
                case(_ORDER, value=col(Partnership.stage), else_=len(_ORDER)),
                col(Partnership.updated_at).desc(),
                col(Partnership.id).desc(),
            )
            .offset(offset)
            .limit(limit)
        )
    )


def count_by_stage(tx: Transaction, asked: Asked) -> dict[Stage, int]:
    """How many partnerships stand at each stage, in the order of the pipeline."""
    rows = tx.session.exec(
        select(Partnership.stage, func.count())
        .where(*_asked(tx, asked))
        .group_by(col(Partnership.stage))
    )
    counts = dict(rows.all())
    return {Stage(stage): counts[stage] for stage in _ORDER if stage in counts}


def create(
    tx: Transaction,
    creator_id: int,
    profile_id: int | None,
    brief: Brief | None,
    owner_id: int | None,
    stage: Stage,
) -> Partnership:
    """A partnership that no shortlist began, owned by whoever logs it."""
    creator_id = creators.lock_current(tx, creator_id)
    made = Partnership(
        workspace_id=tx.workspace_id,
        creator_id=creator_id,
        profile_id=profile_id,
        brief_id=brief.id if brief else None,
        brand_id=brief.brand_id if brief else None,
        owner_id=owner_id,
        stage=stage.value,
        created_at=tx.now,
        updated_at=tx.now,
    )
    tx.session.add(made)
    tx.session.flush()
    tx.session.add(
        StageChange(
            workspace_id=tx.workspace_id,
            partnership_id=made.id or 0,
            to_stage=stage.value,
            person_id=owner_id,
            at=tx.now,
        )
    )
    after = {"creator": creator_id, "brief": made.brief_id, "stage": stage.value}
    audit.record(tx, "begin", "partnership", made.id or 0, after=after)
    return made


def change(
    tx: Transaction, partnership: Partnership, draft: PartnershipDraft, person_id: int | None
) -> None:
    """Apply what a person changed; the partnership must be locked and the move allowed.

    draft.owner: a Slack id, which the caller has turned into `partnership.owner_id`.

    Raises:
        PostHasResults: a post that was taken out has results.
    """
    if draft.stage is not None and draft.stage != partnership.stage:
        approvals.move(tx, partnership, draft.stage, person_id)
    if draft.deliverables is not None:
        _note(tx, partnership, "deliverables", partnership.deliverables, draft.deliverables)
        partnership.deliverables = draft.deliverables
    for field, money in draft.costs.items():
        _set_cost(tx, partnership, COST_KINDS[field], money)
    for url in draft.removed:
        partnership_posts.remove(tx, partnership, url)
    for link in draft.added:
        partnership_posts.add(tx, partnership, link.url, link.platform, draft.posted_on)
    partnership.updated_at = tx.now
    tx.session.add(partnership)
    tx.session.flush()


def hand_over(tx: Transaction, partnership: Partnership, owner: Person) -> None:
    """Give a partnership another owner."""
    if partnership.owner_id != owner.id:
        _note(tx, partnership, "owner", partnership.owner_id, owner.id)
        partnership.owner_id = owner.id
        tx.session.add(partnership)


def stage_changes(tx: Transaction, partnership_id: int) -> list[StageChange]:
    """The moves of a partnership, oldest first."""
    return list(
        tx.session.exec(
            select(StageChange)
            .where(
                StageChange.workspace_id == tx.workspace_id,
                StageChange.partnership_id == partnership_id,
            )
            .order_by(col(StageChange.id))
        )
    )


def _asked(tx: Transaction, asked: Asked) -> list[ColumnElement[bool]]:
    conditions = [col(Partnership.workspace_id) == tx.workspace_id, seen(asked.hidden)]
    if asked.owner_id is not None:
        conditions.append(col(Partnership.owner_id) == asked.owner_id)
    if asked.brand_id is not None:
        conditions.append(col(Partnership.brand_id) == asked.brand_id)
    if asked.stage is not None:
        conditions.append(col(Partnership.stage) == asked.stage.value)
    if asked.overdue_on is not None:
        conditions.append(_is_overdue(asked.overdue_on))
    return conditions


def _is_overdue(today: dt.date) -> ColumnElement[bool]:
    """Whether `domain.agreement.due` finds anything overdue on this day."""

    def quiet_for(days: dt.timedelta) -> ColumnElement[bool]:
        begins = dt.datetime.combine(today - days, dt.time(), dt.UTC)
        return col(Partnership.updated_at) < begins

    late = exists().where(
        col(Deliverable.workspace_id) == col(Partnership.workspace_id),
        col(Deliverable.partnership_id) == col(Partnership.id),
        col(Deliverable.done_on).is_(None),
        col(Deliverable.due_on) < today,
    )
    stage, again = col(Partnership.stage), col(Partnership.follow_up_on)
    answers = stage.in_([one.value for one in ANSWERS])
    return or_(
        and_(stage != Stage.DECLINED.value, late),
        and_(answers, again < today),
        and_(
            stage.not_in(_OVER),
            not_(and_(answers, again.is_not(None))),
            or_(
                and_(stage == Stage.APPROVED.value, quiet_for(SOON)),
                and_(stage != Stage.APPROVED.value, quiet_for(QUIET)),
            ),
        ),
    )


def seen(hidden: Collection[int]) -> ColumnElement[bool]:
    """Whether a partnership is not of a hidden brand."""
    if not hidden:
        return true()
    return or_(col(Partnership.brand_id).is_(None), col(Partnership.brand_id).not_in(hidden))


def _set_cost(tx: Transaction, partnership: Partnership, kind: str, money: Money | None) -> None:
    row = tx.session.exec(
        select(Cost).where(
            Cost.workspace_id == tx.workspace_id,
            Cost.partnership_id == partnership.id,
            Cost.kind == kind,
        )
    ).one_or_none()
    before = f"{from_minor(row.amount, row.currency).amount} {row.currency}" if row else None
    if money is None:
        if row is not None:
            tx.session.delete(row)
    else:
        amount, currency = to_minor(money), money.currency
        row = row or Cost(
            workspace_id=tx.workspace_id, partnership_id=partnership.id or 0, kind=kind,
            amount=amount, currency=currency, updated_at=tx.now,
        )  # fmt: skip
        row.amount, row.currency, row.updated_at = amount, currency, tx.now
        tx.session.add(row)
    _note(tx, partnership, kind, before, f"{money.amount} {money.currency}" if money else None)


def _note(
    tx: Transaction, partnership: Partnership, what: str, before: object, after: object
) -> None:
    audit.record(
        tx, "change", "partnership", partnership.id or 0, before={what: before}, after={what: after}
    )
