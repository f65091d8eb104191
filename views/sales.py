"""Orders counted from shops, codes that nobody knows, and whose they are."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from domain.creator import Money
from domain.money import format_money
from domain.wording import counted
from views import elements
from views.elements import escape
from views.message import Blocks, Message

WHOSE, HANDLE, NOBODYS = "whose", "handle", "nobodys"
LISTED = 12


class UnknownLine(BaseModel):
    """A code that nobody knows. kind: "code" or "link". day: of the last order with it."""

    model_config = ConfigDict(frozen=True)

    kind: str
    code: str
    orders: int
    revenue: tuple[Money, ...] = ()
    day: dt.date


class SalesView(BaseModel):
    """What the overview shows. Counts are of orders with a code or link in so many days."""

    model_config = ConfigDict(frozen=True)

    days: int
    by_code: int = 0
    by_link: int = 0
    unknown_orders: int = 0
    outside: int = 0
    set_aside: int = 0
    not_paid: int = 0
    tests: int = 0
    shops: tuple[str, ...] = ()
    unknown: tuple[UnknownLine, ...] = ()
    unknown_codes: int = 0
    may_manage: bool = False
    may_connect: bool = False
    note: str = ""


def overview(view: SalesView) -> Message:
    """What shops told of lately, and the codes that nobody knows."""
    blocks: Blocks = [elements.header("Sales counted from shops")]
    if view.note:
        blocks.append(elements.section(view.note))
    if not view.shops:
        blocks.append(
            elements.section(
                "No shop tells of orders yet. An owner connects Shopify, WooCommerce or Dub under "
                "*Shops*, or a manager adds an export of orders."
            )
        )
    else:
        blocks.append(elements.section(_counts(view)))
        blocks.append(elements.context(f"From {escape(', '.join(view.shops), 300)}"))
    if view.unknown:
        blocks += [elements.divider(), elements.section("*Codes that nobody knows*")]
        blocks += [_unknown(line, view) for line in view.unknown[:LISTED]]
        more = view.unknown_codes - len(view.unknown[:LISTED])
        if more > 0:
            blocks.append(elements.context(f"… and {counted(more, 'more code')}"))
    buttons = []
    if view.may_manage:
        buttons.append(elements.button("Add orders", "orders_add"))
    if view.may_connect:
        buttons.append(elements.button("Shops", "shops_open", label="Connect and manage shops"))
    if buttons:
        blocks.append(elements.actions(*buttons))
    note = f"{view.note} " if view.note else ""
    return Message(text=f"{note}{_counts(view).replace('*', '')}", blocks=blocks)


def assign(line: UnknownLine, choices: Sequence[tuple[str, str]], metadata: str) -> dict[str, Any]:
    """Whose is this code? choices: numbers of partnerships with how they are named."""
    blocks: Blocks = [elements.section(_line(line))]
    if choices:
        blocks.append(
            elements.choice_field(
                WHOSE, "Partnership", choices, optional=True, placeholder="Choose a partnership"
            )
        )
    blocks += [
        elements.text_field(
            HANDLE, "Or a creator's handle", optional=True, longest=100, placeholder="@anna",
            hint="Where the partnership is not in the list.",
        ),
        elements.checkboxes_field(NOBODYS, "Or", [("yes", "It is no creator's code")]),
        elements.context("All orders with it are counted anew, earlier ones too."),
    ]  # fmt: skip
    return elements.modal(
        "Whose code is it?", "sales_assign_form", blocks, submit="Save", private_metadata=metadata
    )


def _counts(view: SalesView) -> str:
    counted_orders = view.by_code + view.by_link
    total = counted_orders + view.unknown_orders + view.outside + view.set_aside
    if not total + view.not_paid + view.tests:
        return f"No order with a code or a tracking link in the last {view.days} days."
    how = []
    if view.by_code:
        how.append(f"{view.by_code} by code")
    if view.by_link:
        how.append(f"{view.by_link} by link")
    by = f" ({', '.join(how)})" if how else ""
    said = [
        f"*{counted(total, 'order')}* with a code or link in the last {view.days} days",
        f"{counted_orders} counted for creators{by}",
    ]
    rest = (
        (view.unknown_orders, "with a code that nobody knows"),
        (view.outside, "outside the 30 days"),
        (view.set_aside, "with a code that is no creator's"),
        (view.not_paid, "not paid"),
    )
    said += [f"{number} {words}" for number, words in rest if number]
    if view.tests:
        said.append(counted(view.tests, "test order"))
    return " · ".join(said)


def _unknown(line: UnknownLine, view: SalesView) -> dict[str, Any]:
    button = elements.button(
        "Assign to…", f"sales_assign:{line.kind}:{line.code}"[:250], f"{line.kind}:{line.code}",
        label=f"Say whose code {line.code} is",
    )  # fmt: skip
    return elements.section(_line(line), accessory=button if view.may_manage else None)


def _line(line: UnknownLine) -> str:
    amounts = " + ".join(format_money(one) for one in line.revenue)
    code = escape(line.code, 120).replace("`", "")
    said = [f"`{code}`", counted(line.orders, "order"), *([amounts] if amounts else [])]
    return " · ".join([*said, f"last on {elements.day(line.day)}"])
