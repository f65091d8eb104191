"""What a shop says of an order, whichever shop it is; and how two things it says go together."""

import datetime as dt
from collections.abc import Iterable
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict

from domain.creator import Money

LONGEST_MARK = 120
MOST_MARKS = 20


class MarkKind(StrEnum):
    """What on an order may lead to a creator.

    CODE: a promo code. VISIT: the name of one of our tracking links, from `utm_content`. LINK: a
    short link of another service.
    """

    CODE = "code"
    VISIT = "visit"
    LINK = "link"


class Mark(BaseModel):
    """Something on an order that may lead to a creator. at: when a link was used, if it is told."""

    model_config = ConfigDict(frozen=True)

    kind: MarkKind
    text: str
    at: dt.datetime | None = None

    @property
    def key(self) -> str:
        """What tells it from others: shops read codes and links without regard to case."""
        return mark_key(self.text)


class Refund(BaseModel):
    """Money that went back, without tax and shipping where the shop tells them apart.

    refund_key: the shop's own number of the refund.
    """

    model_config = ConfigDict(frozen=True)

    what: Literal["refund"] = "refund"
    order_key: str
    refund_key: str
    amount: Money
    at: dt.datetime


class Order(BaseModel):
    """One order as a shop states it; nothing in it tells who the customer is.

    order_key: the shop's own number. name: as people read it, "#1001". stated_at: when it stood so.
    gross: what was paid for goods after discounts, before refunds. refunded: the sum of all refunds
    where single ones are not told. by_file: a file said so; it states only what it has columns for,
    so it adds to what a webhook said and takes nothing back.
    """

    model_config = ConfigDict(frozen=True)

    what: Literal["order"] = "order"
    order_key: str
    name: str = ""
    ordered_at: dt.datetime
    stated_at: dt.datetime
    paid: bool
    cancelled_at: dt.datetime | None = None
    gross: Money
    marks: tuple[Mark, ...] = ()
    refunds: tuple[Refund, ...] = ()
    refunded: Money | None = None
    is_test: bool = False
    by_file: bool = False


class LinkUse(BaseModel):
    """A link of another service was clicked, or brought a sign-up."""

    model_config = ConfigDict(frozen=True)

    what: Literal["link"] = "link"
    kind: Literal["click", "lead"]
    marks: tuple[Mark, ...]
    at: dt.datetime


Fact = Order | Refund | LinkUse


def mark_key(text: str) -> str:
    """A code or link as it is compared: without case and space around it."""
    return text.strip().casefold()[:LONGEST_MARK]


def marks_of(kind: MarkKind, texts: Iterable[str]) -> tuple[Mark, ...]:
    """Codes as a shop lists them, each once, in its order."""
    each = {mark_key(text): text.strip()[:LONGEST_MARK] for text in texts if text.strip()}
    return tuple(Mark(kind=kind, text=text) for text in list(each.values())[:MOST_MARKS])


def newest(known: Order | None, said: Order) -> Order:
    """What a shop, or files, say of an order by now, in whatever order they said it.

    The newest word stands whole; of two of the same second the one that is further on.
    """
    return said if known is None else max(known, said, key=_rank)


def as_it_stands(shop: Order | None, file: Order | None) -> Order:
    """What a shop said of an order, with what only a file knew of it.

    Raises:
        ValueError: neither said anything.
    """
    if shop is None or file is None:
        found = shop or file
        if found is None:
            raise ValueError("nobody said anything of this order")
        return found
    stated = [one for one in (shop.refunded, file.refunded) if one is not None]
    alike = [one for one in stated if one.currency == shop.gross.currency]
    return shop.model_copy(
        update={
            "paid": shop.paid or file.paid,
            "cancelled_at": shop.cancelled_at or file.cancelled_at,
            "refunded": max(alike, key=lambda one: one.amount, default=None),
            "name": shop.name or file.name,
            "marks": _each_once((*shop.marks, *file.marks)),
        }
    )


def _each_once(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    found: dict[tuple[MarkKind, str], Mark] = {}
    for mark in marks:
        found.setdefault((mark.kind, mark.key), mark)
    return tuple(found.values())


def _rank(order: Order) -> tuple[dt.datetime, bool, bool, str]:
    """The newest first; the rest only so that the order of arrival never matters."""
    return order.stated_at, order.cancelled_at is not None, order.paid, order.model_dump_json()
