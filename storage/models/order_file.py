"""Files of orders that people handed over, and what each said of which order."""

import datetime as dt
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import SQLModel

from storage.models.columns import (
    instant,
    json_object,
    key,
    may_refer,
    maybe_instant,
    refers,
    workspace_key,
)


class OrderFile(SQLModel, table=True):
    """A file of orders. job: the number of the job that reads it. undone_at: it was taken back."""

    __tablename__ = "order_files"
    __table_args__ = (UniqueConstraint("workspace_id", "job"),)

    id: int | None = key()
    workspace_id: int = workspace_key()
    shop_id: int = refers("shops.id")
    job: str
    name: str
    person_id: int | None = may_refer("people.id", index=False)
    created_at: dt.datetime = instant()
    undone_at: dt.datetime | None = maybe_instant()


class OrderFileRow(SQLModel, table=True):
    """What a file said of an order: `domain.orders.Order` as JSON.

    file_id: None = what files said before they were told apart.
    """

    __tablename__ = "order_file_rows"
    __table_args__ = (UniqueConstraint("order_id", "file_id"),)

    id: int | None = key()
    workspace_id: int = workspace_key()
    file_id: int | None = may_refer("order_files.id", ondelete="CASCADE")
    order_id: int = refers("shop_orders.id", index=False)
    said: dict[str, Any] = json_object()
