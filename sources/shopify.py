"""Shopify's webhooks: orders/paid, orders/cancelled, refunds/create.

Signed with the secret of the app, or of the shop's notifications. Headers are not signed, so what
keeps a replay from counting is what is in the body: numbers of orders and refunds.
"""

import base64
from decimal import Decimal
from typing import Any

from domain.creator import Money
from domain.orders import Fact, Mark, MarkKind, Order, Refund, marks_of
from domain.tracking_link import content_of
from sources.order_values import amount, identifier, inner, instant, money, objects, text
from sources.webhooks import Headers, Hook, Malformed, Service, digest, key_of, read_object, same

ORDERS = ("orders/paid", "orders/cancelled", "orders/updated", "orders/create")
REFUNDS = "refunds/create"
PAID = ("paid", "partially_refunded", "refunded")


def is_signed(secret: str, headers: Headers, body: bytes) -> bool:
    """Whether the bytes were signed with this secret."""
    expected = base64.b64encode(digest(secret, body)).decode()
    return same(expected, headers.get("x-shopify-hmac-sha256", ""))


def read(headers: Headers, body: bytes) -> Hook:
    """What was sent.

    Raises:
        Malformed: it is not what Shopify sends.
    """
    topic = key_of(headers, "x-shopify-topic").lower()
    said = read_object(body)
    is_test = headers.get("x-shopify-test", "").lower() == "true" or said.get("test") is True
    facts: tuple[Fact, ...] = ()
    about = ""
    if topic in ORDERS:
        order = _order(said, topic)
        about, facts = order.order_key, (order,)
    elif topic == REFUNDS:
        refund = _refund(said, identifier(said.get("order_id"), "order"), None)
        about, facts = identifier(said.get("id"), "refund"), (refund,) if refund else ()
    event = key_of(headers, "x-shopify-event-id")
    return Hook(
        topic=topic,
        delivery_key=key_of(headers, "x-shopify-webhook-id"),
        # one act of a merchant may send several topics under one event
        event_key=f"{event}:{topic}:{about}" if event else "",
        facts=() if is_test else facts,
        is_test=is_test,
    )


def _order(said: dict[str, Any], topic: str) -> Order:
    number = identifier(said.get("id"), "order")
    cancelled = said.get("cancelled_at")
    currency = text(said.get("currency"))
    found = (_refund(one, number, currency) for one in objects(said.get("refunds")))
    refunds = tuple(one for one in found if one is not None)
    codes = [text(one.get("code")) for one in objects(said.get("discount_codes"))]
    visit = content_of(text(said.get("landing_site")))
    visits = (Mark(kind=MarkKind.VISIT, text=visit[:120]),) if visit else ()
    ordered_at = instant(said.get("created_at"), "created_at")
    return Order(
        order_key=number,
        name=text(said.get("name"))[:40],
        ordered_at=ordered_at,
        stated_at=instant(said.get("updated_at") or said.get("created_at"), "updated_at"),
        paid=topic == "orders/paid" or text(said.get("financial_status")) in PAID,
        cancelled_at=instant(cancelled, "cancelled_at") if cancelled else None,
        gross=_gross(said, refunds),
        marks=(*marks_of(MarkKind.CODE, codes), *visits),
        refunds=refunds,
        is_test=said.get("test") is True,
    )


def _gross(said: dict[str, Any], refunds: tuple[Refund, ...]) -> Money:
    """Goods after discounts, in the shop's own currency, before what went back."""
    now = inner(said, "current_subtotal_price_set", "shop_money")
    if now:
        left = money(now.get("amount"), now.get("currency_code"))
        back = [one.amount.amount for one in refunds if one.amount.currency == left.currency]
        return money(str(left.amount + sum(back, Decimal(0))), left.currency)
    first = inner(said, "subtotal_price_set", "shop_money")
    if first:
        return money(first.get("amount"), first.get("currency_code"))
    return money(said.get("subtotal_price") or said.get("total_price"), said.get("currency"))


def _refund(said: dict[str, Any], order: str, currency: str | None) -> Refund | None:
    """What went back for goods; where only a sum was paid back, that sum. None = nothing did."""
    total, code = Decimal(0), currency
    found = False
    for line in objects(said.get("refund_line_items")):
        shop = inner(line, "subtotal_set", "shop_money")
        total += abs(amount(shop.get("amount", line.get("subtotal") or 0)))
        code, found = text(shop.get("currency_code")) or code, True
    for change in objects(said.get("order_adjustments")):
        shop = inner(change, "amount_set", "shop_money")
        if text(change.get("kind") or "refund_discrepancy") == "refund_discrepancy":
            total -= amount(shop.get("amount", change.get("amount") or 0))
            found = True
        code = text(shop.get("currency_code")) or code
    paid_back = [
        one
        for one in objects(said.get("transactions"))
        if text(one.get("kind")) == "refund" and text(one.get("status")) in ("success", "")
    ]
    if not found:
        total = sum((abs(amount(one.get("amount") or 0)) for one in paid_back), Decimal(0))
    code = code or next((text(one.get("currency")) for one in paid_back), "")
    if total <= 0:
        return None
    if not code:
        raise Malformed("a refund without a currency")
    return Refund(
        order_key=order,
        refund_key=identifier(said.get("id"), "refund"),
        amount=money(str(total), code),
        at=instant(said.get("processed_at") or said.get("created_at"), "date of a refund"),
    )


SERVICE = Service("shopify", "Shopify", is_signed, read)
