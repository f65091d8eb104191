"""Dub's webhooks: sale.created, lead.created, link.clicked. Dub tells of no refunds."""

import datetime as dt
from typing import Any

from domain.creator import Money
from domain.money import from_minor
from domain.orders import Fact, LinkUse, Mark, MarkKind, Order
from domain.tracking_link import content_of
from sources.order_values import identifier, inner, instant, money, text
from sources.webhooks import Headers, Hook, Malformed, Service, digest, read_object, same

SALE, LEAD, CLICK = "sale.created", "lead.created", "link.clicked"


def is_signed(secret: str, headers: Headers, body: bytes) -> bool:
    """Whether the bytes were signed with this secret."""
    return same(digest(secret, body).hex(), headers.get("dub-signature", ""))


def read(headers: Headers, body: bytes) -> Hook:
    """What was sent.

    Raises:
        Malformed: it is not what Dub sends.
    """
    said = read_object(body)
    topic, number = text(said.get("event")), identifier(said.get("id"), "event")
    data = inner(said, "data")
    at = instant(said.get("createdAt"), "createdAt", utc=True)
    facts: tuple[Fact, ...] = ()
    if topic == SALE:
        facts = (_sale(data, number, at),)
    elif topic in (LEAD, CLICK):
        marks = _marks(data, None)
        kind = "lead" if topic == LEAD else "click"
        if marks:
            facts = (LinkUse.model_validate({"kind": kind, "marks": marks, "at": at}),)
    return Hook(topic=topic, delivery_key=number, event_key="", facts=facts)


def _sale(data: dict[str, Any], number: str, at: dt.datetime) -> Order:
    sale = inner(data, "sale")
    invoice = text(sale.get("invoiceId"))
    return Order(
        order_key=(f"invoice:{invoice}" if invoice else number)[:80],
        ordered_at=at,
        stated_at=at,
        paid=True,
        gross=_amount(sale),
        marks=_marks(data, _used(data, at)),
    )


def _amount(sale: dict[str, Any]) -> Money:
    """Dub counts in the smallest unit of the currency."""
    units = sale.get("amount")
    if isinstance(units, bool) or not isinstance(units, int) or units < 0:
        raise Malformed("an amount that is none")
    currency = (text(sale.get("currency")) or "usd").upper()
    money(0, currency)  # a currency that there is
    found = from_minor(units, currency)
    return money(str(found.amount), currency)


def _marks(data: dict[str, Any], at: dt.datetime | None) -> tuple[Mark, ...]:
    """Whose link it was: by our own name in it, and by its short address."""
    link = inner(data, "link")
    named = (
        text(link.get("utm_content"))
        or text(link.get("utmContent"))
        or content_of(text(link.get("url")))
        or text(link.get("externalId"))
    )
    short = text(link.get("shortLink")).partition("://")[2] or text(link.get("shortLink"))
    if not short and link.get("domain") and link.get("key"):
        short = f"{text(link.get('domain'))}/{text(link.get('key'))}"
    found = [Mark(kind=MarkKind.VISIT, text=named[:120], at=at)] if named else []
    if short:
        found.append(Mark(kind=MarkKind.LINK, text=short[:120], at=at))
    return tuple(found)


def _used(data: dict[str, Any], at: dt.datetime) -> dt.datetime | None:
    """When the link was clicked that led to the sale."""
    said = inner(data, "click").get("timestamp")
    try:
        return min(instant(said, "click", utc=True), at)
    except Malformed:
        return None


SERVICE = Service("dub", "Dub", is_signed, read)
