"""What would go with a creator, counted before anybody decides."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import SQLModel, col, func, select

from domain.partnership import Stage
from domain.shortlist import UNDECIDED
from storage import personal_rows
from storage.models import Card, ImportRun, Partnership, Profile
from storage.transaction import Transaction

COUNTED = {
    "snapshots": ("set of figures", "sets of figures"),
    "recent_posts": ("recent post", "recent posts"),
    "notes": ("note", "notes"),
    "tags": ("tag", "tags"),
    "list_members": ("place on a list", "places on lists"),
    "quoted_fees": ("fee", "fees"),
    "restrictions": ("restriction", "restrictions"),
    "reasons": ("reason", "reasons"),
    "posts": ("published post", "published posts"),
    "drafts": ("draft", "drafts"),
    "comments": ("comment", "comments"),
    "forecasts": ("forecast", "forecasts"),
    "promo_codes": ("promo code", "promo codes"),
    "tracking_links": ("tracking link", "tracking links"),
    "shop_orders": ("counted order", "counted orders"),
}
"""Tables whose rows are counted, with what one and several are in words."""


@dataclass(frozen=True)
class Preview:
    """What is known of a creator. accounts: (platform, handle). counts: by table.

    open_cards: before approvers now. running: partnerships that go on; over: those that are done.
    imports: files that wait or are being read just now, and may name them.
    """

    accounts: tuple[tuple[str, str], ...]
    counts: dict[str, int] = field(default_factory=dict)
    open_cards: int = 0
    cards: int = 0
    running: int = 0
    over: int = 0
    imports: int = 0


def of(tx: Transaction, creator_ids: Collection[int]) -> Preview:
    """Count all that hangs on these rows, which are one person."""
    numbers = personal_rows.leading(tx, creator_ids)
    accounts = tx.session.exec(
        select(Profile.platform, Profile.handle)
        .where(Profile.workspace_id == tx.workspace_id, col(Profile.id).in_(numbers["profiles"]))
        .order_by(col(Profile.platform))
    )
    states = _values(tx, Card, "state", numbers["cards"])
    stages = _values(tx, Partnership, "stage", numbers["partnerships"])
    over = [stage for stage in stages if stage in (Stage.DONE, Stage.DECLINED)]
    return Preview(
        accounts=tuple((platform, handle) for platform, handle in accounts),
        counts={
            name: len(personal_rows.rows(tx, table, numbers, *table.primary_key.columns))
            for name in COUNTED
            for table in [SQLModel.metadata.tables[name]]
        },
        open_cards=sum(state in UNDECIDED for state in states),
        cards=len(states),
        running=len(stages) - len(over),
        over=len(over),
        imports=tx.session.exec(
            select(func.count()).where(
                ImportRun.workspace_id == tx.workspace_id,
                col(ImportRun.state).in_(("reading", "review", "queued", "storing")),
            )
        ).one(),
    )


def _values(tx: Transaction, model: Any, column: str, numbers: list[int]) -> list[str]:
    return list(
        tx.session.exec(
            select(getattr(model, column)).where(
                model.workspace_id == tx.workspace_id, col(model.id).in_(numbers)
            )
        )
    )
