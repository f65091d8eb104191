"""Orders as a shop exports them: columns told by their headers, rows put together by order."""

import datetime as dt
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from domain.creator import Money
from domain.money import MoneyError, rounded, to_minor
from domain.orders import MarkKind, Order, mark_key, marks_of
from domain.text import fold
from domain.values import Problem, is_missing
from domain.written_dates import day_first, either_date, written_date
from domain.written_money import currency_code, money

MOST_ROWS = 200_000
BY_NAME = "name:"
"""Begins the key of an order that a file knows only by its name, "#1001"."""

NO_ORDER = "no order number"
CUT_NUMBER = "the order number was cut short by a spreadsheet: export it as text"
NO_DATE = "no date of the order"
NO_AMOUNT = "no amount of the order"
NO_CURRENCY = "no currency: add a column with it, or set the usual one in /influencer settings"

_SPELLINGS: Mapping[str, list[str]] = tomllib.loads(
    Path(__file__).with_name("order_spellings.toml").read_text(encoding="utf-8")
)
_NEEDED = {"code": "the promo code", "ordered_at": "the date of the order"}
_WORD = re.compile(r"[^\W_]+")
_CUT = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d+")
_ZONE = re.compile(r"\s+(?=[+-]\d{2}:?\d{2}$)|\s*(?:UTC|GMT)$")
_SEVERAL = re.compile(r"[,;|]\s*|\s{1,3}(?=[A-Z0-9])")
_UNPAID = frozenset(
    {"pending", "pendingpayment", "authorized", "partiallypaid", "voided", "unpaid", "failed"}
    | {"onhold", "checkoutdraft", "draft", "trash", "expired"}
)
_OFF = frozenset({"cancelled", "canceled", "voided"})
_ALL_BACK = "refunded"
NOON = dt.time(12)


class Unread(NamedTuple):
    """A row that says of no order. row: its number in the file."""

    row: int
    why: str


class NoOrders(ValueError):
    """The file holds no orders; the text is the sentence for the person."""


@dataclass(frozen=True)
class OrderColumns:
    """Which column holds what, by place. month_first: how dates such as 03/04/2026 are read."""

    places: Mapping[str, int]
    month_first: bool = False

    def cell(self, row: Sequence[str], name: str) -> str:
        """What a row has of something, "" where it has nothing."""
        place = self.places.get(name)
        text = row[place].strip() if place is not None and place < len(row) else ""
        return "" if is_missing(text) else text


def find_columns(headers: Sequence[str], sample: Iterable[Sequence[str]]) -> OrderColumns:
    """Which column holds what, by its header.

    Raises:
        NoOrders: what is needed is not there, or dates can be read two ways.
    """
    spelt = ["".join(_WORD.findall(fold(header))) for header in headers]
    places = {}
    for name, words in _SPELLINGS.items():
        found = next((word for word in words if word in spelt), None)
        if found is not None:
            places[name] = spelt.index(found)
    if "order_id" not in places and "name" not in places:
        raise NoOrders("No column holds the order's number, for example “Id” or “Order ID”.")
    if "goods" not in places and "total" not in places:
        raise NoOrders("No column holds an amount, for example “Subtotal” or “Order Total”.")
    for name, what in _NEEDED.items():
        if name not in places:
            raise NoOrders(f"No column holds {what}. An export of orders has one.")
    dates = [row[places["ordered_at"]] for row in sample if places["ordered_at"] < len(row)]
    either = either_date([_without_time(text) for text in dates])
    if either:
        raise NoOrders(
            f"Dates such as {either} can be read two ways, and no other tells which. Export with "
            "dates like 2026-11-02."
        )
    return OrderColumns(places, day_first([_without_time(text) for text in dates]) is False)


def read_orders(
    columns: OrderColumns,
    rows: Iterable[tuple[int, Sequence[str]]],
    zone: ZoneInfo,
    currency: str | None,
    now: dt.datetime,
) -> Iterator[Order | Unread]:
    """The orders of a file; rows that only go on with an order (its further lines) are part of it.

    Args:
        columns: as found.
        rows: with their numbers.
        zone: of times that name none.
        currency: of amounts that name none.
        now: when the file was handed over; what it says stands as of then.
    """
    found: dict[str, Order] = {}
    names: set[str] = set()
    for number, row in rows:
        name = columns.cell(row, "name")
        if _goes_on(columns, row) and (name in names or _key(columns, row) in found):
            continue
        read = _row(columns, row, zone, currency, now)
        if isinstance(read, str):
            yield Unread(number, read)
            continue
        if name:
            names.add(name)
        known = found.get(read.order_key)
        found[read.order_key] = _with_codes(known, read) if known else read
    yield from found.values()


def _row(
    columns: OrderColumns,
    row: Sequence[str],
    zone: ZoneInfo,
    currency: str | None,
    now: dt.datetime,
) -> Order | str:
    """The order of a row, or why there is none."""
    key = _key(columns, row)
    if not key:
        return NO_ORDER
    if _CUT.fullmatch(columns.cell(row, "order_id")):
        return CUT_NUMBER
    ordered_at = _instant(columns.cell(row, "ordered_at"), columns, zone)
    if ordered_at is None:
        return NO_DATE
    code = currency_code(columns.cell(row, "currency")) or currency
    goods, total = (_money(columns.cell(row, name), code) for name in ("goods", "total"))
    gross = goods or total
    if gross is None:
        return NO_AMOUNT if code else NO_CURRENCY
    status = "".join(_WORD.findall(fold(columns.cell(row, "status")))).removeprefix("wc")
    cancelled = _instant(columns.cell(row, "cancelled_at"), columns, zone)
    if cancelled is None and status in _OFF:
        cancelled = max(ordered_at, now)
    name = columns.cell(row, "name")
    return Order(
        order_key=key,
        name=name[:40] if name.startswith("#") else _named(key, name),
        ordered_at=ordered_at,
        stated_at=now,
        paid=_is_paid(columns, row, status),
        cancelled_at=cancelled,
        gross=gross,
        marks=marks_of(MarkKind.CODE, _SEVERAL.split(columns.cell(row, "code"))),
        refunded=_refunded(columns, row, code, gross, total)
        or (gross if status == _ALL_BACK else None),
        by_file=True,
    )


def _key(columns: OrderColumns, row: Sequence[str]) -> str:
    number = columns.cell(row, "order_id").lstrip("#").removesuffix(".0").strip()
    if number:
        return number[:80]
    name = columns.cell(row, "name")
    return f"{BY_NAME}{mark_key(name)}"[:80] if name else ""


def _named(key: str, name: str) -> str:
    """The name that webhooks have of it too."""
    return name[:40] if name else ("" if key.startswith(BY_NAME) else f"#{key}"[:40])


def _goes_on(columns: OrderColumns, row: Sequence[str]) -> bool:
    """Whether a row is a further line of its order, where that is known: it has no amount again."""
    return not (columns.cell(row, "goods") or columns.cell(row, "total"))


def _with_codes(known: Order, more: Order) -> Order:
    """An order whose rows name a code each."""
    texts = [mark.text for mark in (*known.marks, *more.marks)]
    return known.model_copy(update={"marks": marks_of(MarkKind.CODE, texts)})


def _is_paid(columns: OrderColumns, row: Sequence[str], status: str) -> bool:
    """As the status says; where there is none, a date of payment, else every order of the file."""
    was_paid = bool(columns.cell(row, "paid_at"))
    if status in _OFF:
        return was_paid
    return status not in _UNPAID if status else (was_paid or "paid_at" not in columns.places)


def _refunded(
    columns: OrderColumns,
    row: Sequence[str],
    currency: str | None,
    gross: Money,
    total: Money | None,
) -> Money | None:
    """The part of a refund that is of goods: what is written has tax and shipping in it."""
    back = _money(columns.cell(row, "refunded").lstrip("-−"), currency)
    if back is None or back.currency != gross.currency:
        return None
    share = Decimal(1)
    if total is not None and total.amount > 0 and total.currency == gross.currency:
        share = min(gross.amount / total.amount, Decimal(1))
    return rounded(Money(amount=back.amount * share, currency=gross.currency))


def _money(text: str, currency: str | None) -> Money | None:
    if not text:
        return None
    found = money(text, currency)
    if found is None or isinstance(found, Problem):
        return None
    try:
        to_minor(rounded(found))
    except MoneyError:
        return None
    return rounded(found)


def _instant(text: str, columns: OrderColumns, zone: ZoneInfo) -> dt.datetime | None:
    """An instant; a day alone means its noon, so that no edge of a window cuts it."""
    if not text:
        return None
    bare = _ZONE.sub(lambda found: "+00:00" if found[0].strip() else "", text)
    try:
        found = dt.datetime.fromisoformat(bare)
        if len(bare) <= len("2026-11-02"):
            found = dt.datetime.combine(found.date(), NOON)
    except ValueError:
        day = written_date(text, not columns.month_first)
        if not isinstance(day, dt.date):
            return None
        found = dt.datetime.combine(day, NOON)
    return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(dt.UTC)


def _without_time(text: str) -> str:
    return text.strip().split(" ")[0].split(",")[0]
