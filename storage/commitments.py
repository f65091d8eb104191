"""Partnerships that bind creators: those that go on, and those with an exclusivity."""

from collections.abc import Collection

from sqlalchemy import bindparam, or_
from sqlmodel import col, select

from domain.commitment import Commitment
from domain.partnership import Stage
from domain.stage_plan import stage_plan
from storage import first_look
from storage.models import Brand, Partnership
from storage.transaction import Transaction

_OVER = (Stage.DONE.value, Stage.DECLINED.value)


def of_creators(
    tx: Transaction, creator_ids: Collection[int], hidden_brands: Collection[int]
) -> dict[int, list[Commitment]]:
    """By creator; of hidden brands without their name."""
    look = first_look.taken(tx)
    if not creator_ids or (look is not None and not look.any_partnership):
        return {}
    asked = {"workspace_id": tx.workspace_id, "creator_ids": list(creator_ids)}
    rows = tx.session.exec(_BINDING, params=asked)
    found: dict[int, list[Commitment]] = {}
    for row, brand in rows:
        is_hidden = row.brand_id in hidden_brands
        stage = Stage(row.stage)
        one = Commitment(
            brand_id=row.brand_id,
            brand=brand.name if brand and not is_hidden else "",
            is_hidden=is_hidden,
            stage=stage,
            stage_name=stage_plan(brand.stages if brand else None).name(stage),
            exclusive_of=row.exclusive_of,
            exclusive_until=row.exclusive_until,
        )
        found.setdefault(row.creator_id, []).append(one)
    return found


_BINDING = (
    select(Partnership, Brand)
    .outerjoin(Brand, col(Brand.id) == col(Partnership.brand_id))
    .where(
        col(Partnership.workspace_id) == bindparam("workspace_id"),
        col(Partnership.creator_id).in_(bindparam("creator_ids", expanding=True)),
        col(Partnership.stage) != Stage.DECLINED.value,
        or_(col(Partnership.stage).not_in(_OVER), col(Partnership.exclusive_of) != ""),
    )
    .order_by(col(Partnership.id))
)
