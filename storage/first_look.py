"""What nearly every look at a workspace begins with: who asks, and what is there at all.

One statement reads it, once in a reading transaction, so that nothing is asked of tables where the
workspace has no rows. In a transaction that writes any of it may change: there each module asks
for itself.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Exists, ScalarSelect, and_, bindparam, exists, func, or_
from sqlmodel import col, select

from storage.models import (
    Brand,
    Card,
    Creator,
    ImportRun,
    Learning,
    Partnership,
    Person,
    PoolQuantiles,
    QuotedFee,
    Relationship,
    Restriction,
    Workspace,
)
from storage.transaction import Transaction

HIDDEN = ("queued", "storing", "clearing")
"""States of an import of which nothing is seen."""
_KEPT = "first look"


@dataclass(frozen=True, slots=True)
class FirstLook:
    """Who asks (None: never seen before), the workspace's settings, and what there is any of.

    pools_at, pools: when the pools of measures were computed last, and how many there are.
    learned: how many times words were learned from its creators.
    """

    person: Person | None
    settings: Mapping[str, Any]
    pools_at: dt.datetime | None
    pools: int
    learned: int | None
    any_hidden_import: bool
    any_limited_brand: bool
    any_fee: bool
    any_card: bool
    any_merge: bool
    any_partnership: bool
    any_relationship: bool
    any_restriction: bool


def taken(tx: Transaction) -> FirstLook | None:
    """What this look began with; None in a transaction that writes."""
    if tx.writable:
        return None
    known: FirstLook | None = tx.session.info.get(_KEPT)
    if known is None:
        values = {"workspace_id": tx.workspace_id, "actor": tx.actor}
        row = tx.session.execute(_STATEMENT, values).one_or_none()
        if row is not None:
            known = FirstLook(*row)
            tx.session.info[_KEPT] = known
    return known


def _any(table: Any, *conditions: Any) -> Exists:
    return exists().where(col(table.workspace_id) == bindparam("workspace_id"), *conditions)


def _of_pools(what: Any) -> ScalarSelect[Any]:
    mine = col(PoolQuantiles.workspace_id) == bindparam("workspace_id")
    return select(what).select_from(PoolQuantiles).where(mine).scalar_subquery()


_COLUMNS: list[Any] = [
    Person,
    Workspace.settings,
    _of_pools(func.max(PoolQuantiles.computed_at)),
    _of_pools(func.count()),
    select(Learning.version)
    .where(col(Learning.workspace_id) == bindparam("workspace_id"))
    .scalar_subquery(),
    _any(ImportRun, or_(*(col(ImportRun.state) == state for state in HIDDEN))),
    _any(Brand, col(Brand.limited)),
    _any(QuotedFee),
    _any(Card),
    _any(Creator, col(Creator.merged_into).is_not(None)),
    _any(Partnership),
    _any(Relationship),
    _any(Restriction),
]
_STATEMENT: Any = (
    select(*_COLUMNS)
    .select_from(Workspace)
    .join(
        Person,
        and_(
            col(Person.workspace_id) == col(Workspace.id),
            col(Person.slack_user_id) == bindparam("actor"),
        ),
        isouter=True,
    )
    .where(col(Workspace.id) == bindparam("workspace_id"))
)
