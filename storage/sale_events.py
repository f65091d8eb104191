"""What shops and files said, each thing once, until it is counted."""

import datetime as dt
from collections.abc import Sequence

from pydantic import TypeAdapter
from sqlalchemy import delete, update
from sqlmodel import col, select

from domain.orders import Fact
from storage import deliveries
from storage.models import SaleEvent
from storage.transaction import Transaction

WAITING, COUNTED = "waiting", "counted"
KEPT = dt.timedelta(days=30)
"""A repeat that comes later than this finds its order as it is, and changes nothing either."""

_FACT: TypeAdapter[Fact] = TypeAdapter(Fact)


def receive(tx: Transaction, shop_id: int, fact: Fact, delivery_key: str, event_key: str) -> bool:
    """Keep what was said; says False where it was said before."""
    return deliveries.insert_ignoring(
        tx,
        SaleEvent,
        {
            "workspace_id": tx.workspace_id,
            "shop_id": shop_id,
            "delivery_key": delivery_key or None,
            "event_key": event_key or None,
            "fact": fact.model_dump(mode="json"),
            "state": WAITING,
            "received_at": tx.now,
        },
    )


def waiting(tx: Transaction, limit: int) -> list[SaleEvent]:
    """What is still to be counted, the oldest first."""
    return list(
        tx.session.exec(
            select(SaleEvent)
            .where(SaleEvent.workspace_id == tx.workspace_id, SaleEvent.state == WAITING)
            .order_by(col(SaleEvent.id))
            .limit(limit)
            .with_for_update()
        )
    )


def fact_of(event: SaleEvent) -> Fact:
    """What was said."""
    return _FACT.validate_python(event.fact)


def counted(tx: Transaction, events: Sequence[SaleEvent]) -> None:
    """All that they say is counted now; what they said is in the orders."""
    tx.session.execute(
        update(SaleEvent)
        .where(
            col(SaleEvent.workspace_id) == tx.workspace_id,
            col(SaleEvent.id).in_([one.id for one in events]),
        )
        .values(state=COUNTED, fact={})
    )


def forget_old(tx: Transaction) -> None:
    """Delete what was counted long ago."""
    tx.session.execute(
        delete(SaleEvent).where(
            col(SaleEvent.workspace_id) == tx.workspace_id,
            col(SaleEvent.state) == COUNTED,
            col(SaleEvent.received_at) < tx.now - KEPT,
        )
    )
