"""Promo codes and tracking links: of a partnership, and what a brief's creators offer."""

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from domain.creator import Money
from domain.money import format_money
from domain.promo_code import LONGEST, LONGEST_OFFER
from domain.tracking_link import LONGEST_TARGET
from domain.wording import counted, listed
from views import elements
from views.elements import Block, escape
from views.message import Blocks

CODE, UNTIL, TARGET, SHORT = "code", "until", "target", "short_link"
OFFER, ISSUE = "offer", "issue"
YES = "yes"


class CodeLine(BaseModel):
    """A code that leads to a partnership. until: its last day, None = no end."""

    model_config = ConfigDict(frozen=True)

    code: str
    until: dt.date | None = None


class LinkLine(BaseModel):
    """A tracking link. address: as creators are given it; target: where it leads."""

    model_config = ConfigDict(frozen=True)

    address: str
    target: str


class SoldLine(BaseModel):
    """What shops counted of a partnership."""

    model_config = ConfigDict(frozen=True)

    orders: int = 0
    revenue: tuple[Money, ...] = ()
    clicks: int | None = None
    leads: int = 0
    by_link: int = 0
    shops: tuple[str, ...] = ()


class CodesView(BaseModel):
    """Codes and links of one partnership. code: the newest, or one proposed (is_new).

    redirects: whether links go by this server, which counts clicks. short: of another service.
    """

    model_config = ConfigDict(frozen=True)

    handle: str
    heading: str
    code: str = ""
    is_new: bool = False
    until: dt.date | None = None
    target: str = ""
    short: str = ""
    codes: tuple[CodeLine, ...] = ()
    links: tuple[LinkLine, ...] = ()
    sold: SoldLine | None = None
    redirects: bool = False
    metadata: dict[str, Any] = {}


def form(view: CodesView) -> dict[str, Any]:
    """The modal of a partnership's codes and links."""
    blocks: Blocks = [elements.plain_context(elements.clean(view.heading, 300)), *given(view)]
    blocks += [
        elements.text_field(
            CODE, "Promo code", initial=view.code, optional=True, longest=LONGEST,
            hint=(
                "A proposal; change it as you like. Create the same code in your shop."
                if view.is_new
                else "A new code is added; the old one goes on counting. Empty takes it away."
            ),
        ),
        elements.date_field(
            UNTIL, "Last day of the code", initial=view.until, optional=True,
            hint="Orders up to 30 days later are still counted.",
        ),
        elements.text_field(
            TARGET, "Tracking link leads to", initial=view.target, optional=True,
            longest=LONGEST_TARGET, placeholder="https://shop.example.com/serum",
        ),
        elements.text_field(
            SHORT, "Short link of another service", initial=view.short, optional=True,
            longest=120, placeholder="dub.sh/anna", hint="Dub, for example: its sales are counted.",
        ),
    ]  # fmt: skip
    return elements.modal(
        f"Codes of {view.handle}",
        "codes_form",
        blocks,
        submit="Save",
        close="Close",
        private_metadata=json.dumps(view.metadata),
    )


def given(view: CodesView) -> Blocks:
    """The codes and links that are there, ready to be copied, and what they brought."""
    said = [_code(one) for one in view.codes]
    said += [f"Link: `{_copied(one.address)}`" for one in view.links]
    blocks = elements.sections(said) if said else []
    if view.links and not view.redirects:
        blocks.append(
            elements.context(
                "Clicks are counted by your shop's own statistics: nobody outside can reach this "
                "bot, so the link leads straight to the shop."
            )
        )
    if view.sold is not None:
        blocks.append(elements.section(f"*Counted so far:* {sold_words(view.sold)}"))
    return blocks


def done(view: CodesView) -> dict[str, Any]:
    """What the form becomes once it is stored."""
    blocks: Blocks = [elements.section("✅ Saved. Give this to the creator:"), *given(view)]
    if view.codes:
        blocks.append(
            elements.context("Create the code in your shop too: I only recognise it on orders.")
        )
    if not (view.codes or view.links):
        blocks = [elements.section("✅ Saved. There is no code and no link now.")]
    return elements.modal(f"Codes of {view.handle}", "codes_saved", blocks, close="Done")


def selling(codes: Sequence[CodeLine], links: Sequence[LinkLine], sold: SoldLine | None) -> str:
    """Codes, links and what they brought, for a partnership in full; "" where there is none."""
    said = [f"`{_copied(one.code)}`" for one in codes]
    said += [f"`{_copied(one.address)}`" for one in links]
    lines = [f"*Codes & links:* {' · '.join(said)}"] if said else []
    if sold is not None:
        lines.append(f"*Counted by shops:* {sold_words(sold)}")
    return "\n".join(lines)


def sold_words(sold: SoldLine) -> str:
    """ "12 orders, €480.00 (Shopify), 3 of them by link, 310 clicks"."""
    said = []
    if sold.orders or sold.shops:
        amounts = " + ".join(format_money(one) for one in sold.revenue)
        shops = f" ({escape(listed(list(sold.shops)), 80)})" if sold.shops else ""
        said.append(f"{counted(sold.orders, 'order')}{f', {amounts}' if amounts else ''}{shops}")
        if sold.by_link:
            said.append(f"{sold.by_link} of them by link")
    if sold.clicks is not None:
        said.append(counted(sold.clicks, "click"))
    if sold.leads:
        said.append(counted(sold.leads, "sign-up"))
    return ", ".join(said) or "nothing yet"


def offer_form(name: str, offer: str, *, is_issued: bool, link: str, metadata: str) -> Block:
    """The modal of what a brief's creators offer."""
    leads = (
        f"Links lead to {link}"
        if link
        else "The brief has no link yet, so approvals make a code only."
    )
    return elements.modal(
        "Codes & links",
        "offer_form",
        [
            elements.plain_context(elements.clean(name, 200)),
            elements.text_field(
                OFFER, "What followers get", initial=offer, optional=True, longest=LONGEST_OFFER,
                placeholder="15 %", hint="Its number ends the codes: ANNA15.",
            ),
            elements.checkboxes_field(
                ISSUE, "When a creator is approved",
                [(YES, "Make a promo code and a tracking link")],
                initial=[YES] if is_issued else [],
            ),
            elements.plain_context(elements.clean(leads, 300)),
        ],
        submit="Save",
        private_metadata=metadata,
    )  # fmt: skip


def offer_saved(name: str) -> Block:
    """What that form becomes once it is stored."""
    text = f"✅ *{escape(name, 100)}*: saved. Creators approved from now on follow it."
    return elements.modal("Codes & links", "offer_saved", [elements.section(text)], close="Done")


def _code(line: CodeLine) -> str:
    until = f", until {elements.day(line.until)}" if line.until else ""
    return f"Code: `{_copied(line.code)}`{until}"


def _copied(text: str) -> str:
    """Inside a code span, where it can be copied as it is."""
    return escape(text).replace("`", "")
