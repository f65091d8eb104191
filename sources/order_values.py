"""Values of orders as shops write them in JSON: numbers of orders, amounts, instants."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from domain.creator import Money
from domain.money import MoneyError, currencies, rounded, to_minor
from sources.webhooks import Malformed

MOST = 2_000
LONGEST_ID = 80


def identifier(value: Any, what: str) -> str:
    """A shop's own number of something, as text.

    Raises:
        Malformed: there is none.
    """
    if isinstance(value, bool) or not isinstance(value, int | str) or not str(value).strip():
        raise Malformed(f"no {what}")
    text = str(value).strip()
    if len(text) > LONGEST_ID or not text.isprintable():
        raise Malformed(f"a strange {what}")
    return text


def amount(value: Any) -> Decimal:
    """An amount, which may be negative.

    Raises:
        Malformed: it is none.
    """
    try:
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise InvalidOperation
        found = Decimal(str(value).strip())
    except InvalidOperation:
        raise Malformed("an amount that is none") from None
    if not found.is_finite():
        raise Malformed("an amount that is none")
    return found


def money(value: Any, currency: Any) -> Money:
    """An amount with its currency, in whole minor units.

    Raises:
        Malformed: it is none, or absurd.
    """
    code = str(currency or "").strip().upper()
    if code not in currencies():
        raise Malformed("an unknown currency")
    try:
        found = rounded(Money(amount=amount(value), currency=code))
        to_minor(found)
    except (MoneyError, InvalidOperation):
        raise Malformed("an absurd amount") from None
    return found


def instant(value: Any, what: str, *, utc: bool = False) -> dt.datetime:
    """An instant. utc: where no zone is written, it is UTC.

    Raises:
        Malformed: it is none, or has no zone.
    """
    try:
        found = dt.datetime.fromisoformat(str(value or "").strip())
    except ValueError:
        raise Malformed(f"no {what}") from None
    if found.tzinfo is None:
        if not utc:
            raise Malformed(f"{what} without a zone")
        found = found.replace(tzinfo=dt.UTC)
    if not dt.datetime(2000, 1, 1, tzinfo=dt.UTC) < found < dt.datetime(2200, 1, 1, tzinfo=dt.UTC):
        raise Malformed(f"{what} of another age")
    return found.astimezone(dt.UTC)


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """The objects in a list, as many as an order can have; of what is no list, none."""
    for one in (value if isinstance(value, list) else [])[:MOST]:
        if isinstance(one, dict):
            yield one


def inner(value: Any, *names: str) -> dict[str, Any]:
    """An object inside an object, {} where there is none."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def text(value: Any) -> str:
    """Text, "" for anything else."""
    return value.strip() if isinstance(value, str) else ""
