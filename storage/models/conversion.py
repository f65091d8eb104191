"""Promo codes, tracking links, shops, and the orders that they tell of."""

import datetime as dt
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.models.columns import (
    Identifier,
    instant,
    json_object,
    key,
    may_refer,
    maybe_date,
    maybe_instant,
    maybe_json,
    refers,
    workspace_key,
)


class Shop(SQLModel, table=True):
    """A shop or link service that tells of orders.

    source: "shopify", "woocommerce", "dub", or "file" where orders come by files alone. token: in
    the address that it calls. secret: as `storage.sealing` keeps it, "" = none yet. heard_at,
    tested_at, refused_at: last signed word, last test, last word with a wrong signature.
    """

    __tablename__ = "shops"
    __table_args__ = (
        UniqueConstraint("token"),
        UniqueConstraint("workspace_id", "source", "name_key"),
    )

    id: int | None = key()
    workspace_id: int = workspace_key()
    source: str
    name: str
    name_key: str
    token: str
    secret: str = ""
    is_off: bool = False
    person_id: int | None = may_refer("people.id", index=False)
    created_at: dt.datetime = instant()
    heard_at: dt.datetime | None = maybe_instant()
    tested_at: dt.datetime | None = maybe_instant()
    refused_at: dt.datetime | None = maybe_instant()


class Offer(SQLModel, table=True):
    """What the creators of a brief offer: "15 %". is_issued: codes are made on approval."""

    __tablename__ = "offers"
    __table_args__ = (UniqueConstraint("workspace_id", "brief_id"),)

    id: int | None = key()
    workspace_id: int = workspace_key()
    brief_id: int = refers("briefs.id")
    words: str = ""
    is_issued: bool = False


class PromoCode(SQLModel, table=True):
    """A code, or a link of another service, that leads to a partnership.

    kind: "code" or "link". partnership_id: None = known to be no creator's. since: orders before
    don't count, None = all do. until: its last day, where the workspace is. looks: what it is
    easily taken for, the same for codes that look alike.
    """

    __tablename__ = "promo_codes"
    __table_args__ = (UniqueConstraint("workspace_id", "kind", "code_key"),)

    id: int | None = key()
    workspace_id: int = workspace_key()
    partnership_id: int | None = may_refer("partnerships.id", ondelete="CASCADE")
    kind: str = "code"
    code: str
    code_key: str
    looks: str = Field(default="", index=True)
    since: dt.datetime | None = maybe_instant()
    until: dt.date | None = maybe_date()
    created_at: dt.datetime = instant()


class TrackingLink(SQLModel, table=True):
    """A short name that leads to one address, which is fixed here."""

    __tablename__ = "tracking_links"
    __table_args__ = (UniqueConstraint("slug"),)

    id: int | None = key()
    workspace_id: int = workspace_key()
    partnership_id: int = refers("partnerships.id")
    slug: str
    target: str
    person_id: int | None = may_refer("people.id", index=False)
    created_at: dt.datetime = instant()


class LinkDay(SQLModel, table=True):
    """What a partnership's links brought on one local day; nothing of who it was.

    clicks: by our own links. other_clicks, leads: as another service told.
    """

    __tablename__ = "link_days"

    partnership_id: int = Field(
        sa_type=Identifier, foreign_key="partnerships.id", primary_key=True, ondelete="CASCADE"
    )
    day: dt.date = Field(primary_key=True)
    workspace_id: int = workspace_key()
    clicks: int = 0
    other_clicks: int = 0
    leads: int = 0


class SaleEvent(SQLModel, table=True):
    """Something that a shop or a file said, once, and whether it was counted yet.

    fact: `domain.orders.Fact` as JSON: no customer is in it. state: "waiting", "counted".
    """

    __tablename__ = "sale_events"
    __table_args__ = (
        UniqueConstraint("shop_id", "delivery_key"),
        UniqueConstraint("shop_id", "event_key"),
        Index("ix_sale_events_waiting", "workspace_id", "state", "id"),
    )

    id: int | None = key()
    workspace_id: int = workspace_key()
    shop_id: int = refers("shops.id", index=False)
    delivery_key: str | None = None
    event_key: str | None = None
    fact: dict[str, Any] = json_object()
    state: str = "waiting"
    received_at: dt.datetime = instant()


class ShopOrder(SQLModel, table=True):
    """One order of a shop. shop_said, file_said: `domain.orders.Order` as JSON, the newest word.

    outcome: of `domain.attribution.Outcome`. attributed_by: "code" or "link". stated_on: when a
    sum of refunds was first stated, and that sum in minor units.
    """

    __tablename__ = "shop_orders"
    __table_args__ = (
        UniqueConstraint("shop_id", "order_key"),
        Index("ix_shop_orders_name", "shop_id", "name"),
        Index("ix_shop_orders_outcome", "workspace_id", "outcome", "ordered_at"),
    )

    id: int | None = key()
    workspace_id: int = workspace_key()
    shop_id: int = refers("shops.id", index=False)
    order_key: str
    name: str = ""
    ordered_at: dt.datetime = instant()
    shop_said: dict[str, Any] | None = maybe_json()
    file_said: dict[str, Any] | None = maybe_json()
    partnership_id: int | None = may_refer("partnerships.id")
    outcome: str = ""
    attributed_by: str | None = None
    refunded_on: dt.datetime | None = maybe_instant()


class OrderMark(SQLModel, table=True):
    """A code or link on an order. kind: of `domain.orders.MarkKind`."""

    __tablename__ = "order_marks"
    __table_args__ = (
        UniqueConstraint("order_id", "kind", "mark_key"),
        Index("ix_order_marks_key", "workspace_id", "kind", "mark_key"),
    )

    id: int | None = key()
    workspace_id: int = workspace_key()
    order_id: int = refers("shop_orders.id", index=False)
    kind: str
    mark: str
    mark_key: str


class OrderRefund(SQLModel, table=True):
    """A refund, in minor units; it may be there before its order is."""

    __tablename__ = "order_refunds"
    __table_args__ = (UniqueConstraint("shop_id", "order_key", "refund_key"),)

    id: int | None = key()
    workspace_id: int = workspace_key()
    shop_id: int = refers("shops.id", index=False)
    order_key: str
    refund_key: str
    amount: int = Field(sa_type=Identifier)
    currency: str
    at: dt.datetime = instant()


class SaleEntry(SQLModel, table=True):
    """What an order adds to a local day of a partnership: orders 1, 0 or -1; minor units."""

    __tablename__ = "sale_entries"
    __table_args__ = (
        Index("ix_sale_entries_sum", "partnership_id", "day", "currency", "orders", "amount"),
    )

    id: int | None = key()
    workspace_id: int = workspace_key()
    order_id: int = refers("shop_orders.id")
    partnership_id: int = refers("partnerships.id", index=False)
    day: dt.date = Field()
    currency: str
    orders: int
    amount: int = Field(sa_type=Identifier)
