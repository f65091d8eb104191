"""WooCommerce's webhooks: order.created, order.updated, order.deleted, order.restored.

An order says all of itself each time, refunds included; `order.created` comes for drafts too, so
the status tells what is paid. When a webhook is saved, an unsigned hello is sent.
"""

import base64
import datetime as dt
import re
from decimal import Decimal
from typing import Any

from domain.creator import Money
from domain.orders import Fact, Mark, MarkKind, Order, Refund, marks_of
from sources.order_values import amount, identifier, instant, money, objects, text
from sources.webhooks import Headers, Hook, Service, digest, key_of, read_object, same

UNPAID = frozenset(
    {"pending", "failed", "on-hold", "checkout-draft", "draft", "auto-draft", "trash", ""}
)
PAID = frozenset({"processing", "completed", "refunded"})
_HELLO = re.compile(rb"webhook_id=\d{1,12}")
_META = "_wc_order_attribution_"


def is_signed(secret: str, headers: Headers, body: bytes) -> bool:
    """Whether the bytes were signed with this secret."""
    expected = base64.b64encode(digest(secret, body)).decode()
    return same(expected, headers.get("x-wc-webhook-signature", ""))


def is_hello(headers: Headers, body: bytes) -> bool:
    """The unsigned form that is sent when a webhook is saved; without an answer it is not."""
    return _HELLO.fullmatch(body.strip()) is not None


def read(headers: Headers, body: bytes) -> Hook:
    """What was sent.

    Raises:
        Malformed: it is not what WooCommerce sends.
    """
    topic = key_of(headers, "x-wc-webhook-topic").lower()
    delivery = key_of(headers, "x-wc-webhook-delivery-id")
    facts: tuple[Fact, ...] = ()
    if topic in ("order.created", "order.updated", "order.restored"):
        facts = (_order(read_object(body)),)
    return Hook(topic=topic, delivery_key=delivery, event_key="", facts=facts)


def _order(said: dict[str, Any]) -> Order:
    number = identifier(said.get("id"), "order")
    status = text(said.get("status")).removeprefix("wc-")
    stated_at = _instant(said, "date_modified")
    was_paid = bool(said.get("date_paid_gmt") or said.get("date_paid"))
    paid = status in PAID or (was_paid and status not in UNPAID)
    total = money(said.get("total"), said.get("currency"))
    goods = _goods(said, total)
    return Order(
        order_key=number,
        name=f"#{text(said.get('number')) or number}"[:40],
        ordered_at=_instant(said, "date_created"),
        stated_at=stated_at,
        paid=paid,
        cancelled_at=stated_at if paid and status == "cancelled" else None,
        gross=goods,
        marks=(
            *marks_of(
                MarkKind.CODE, [text(one.get("code")) for one in objects(said.get("coupon_lines"))]
            ),
            *_visit(said),
        ),
        refunds=tuple(
            Refund(
                order_key=number,
                refund_key=identifier(one.get("id"), "refund"),
                amount=_of_goods(abs(amount(one.get("total"))), goods, total),
                at=stated_at,
            )
            for one in objects(said.get("refunds"))
        ),
    )


def _goods(said: dict[str, Any], total: Money) -> Money:
    """What was paid for goods after discounts: the total without tax and shipping."""
    rest = [amount(said.get(name) or 0) for name in ("total_tax", "shipping_total")]
    left = total.amount - sum(rest, Decimal(0))
    return money(str(max(left, Decimal(0))), total.currency)


def _of_goods(back: Decimal, goods: Money, total: Money) -> Money:
    """The part of a refund that is of goods; what is told has tax and shipping in it."""
    share = goods.amount / total.amount if total.amount > 0 else Decimal(1)
    return money(str((back * share).quantize(Decimal("0.0001"))), goods.currency)


def _visit(said: dict[str, Any]) -> tuple[Mark, ...]:
    """The tracking link that WooCommerce's own attribution names, and when it was used."""
    meta = {
        text(one.get("key")).removeprefix(_META): text(one.get("value"))
        for one in objects(said.get("meta_data"))
        if text(one.get("key")).startswith(_META)
    }
    content = meta.get("utm_content", "")
    if not content:
        return ()
    return (Mark(kind=MarkKind.VISIT, text=content[:120], at=_began(meta, said)),)


def _began(meta: dict[str, str], said: dict[str, Any]) -> dt.datetime | None:
    """When the visit began; the shop writes it in UTC, without saying so."""
    try:
        began = dt.datetime.fromisoformat(meta.get("session_start_time", ""))
    except ValueError:
        return None
    at = began if began.tzinfo else began.replace(tzinfo=dt.UTC)
    return min(at, _instant(said, "date_created"))


def _instant(said: dict[str, Any], name: str) -> dt.datetime:
    return instant(said.get(f"{name}_gmt") or said.get("date_created_gmt"), name, utc=True)


SERVICE = Service("woocommerce", "WooCommerce", is_signed, read, is_hello)
