"""Shops that tell of orders: the list, connecting one, its secret, where it has to call."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from views import elements
from views.elements import escape, moment
from views.message import Blocks

SOURCE, NAME, SECRET = "source", "name", "secret"
LONGEST_NAME = 60
LONGEST_SECRET = 200
BY_FILE = "file"
_TOPICS = {
    "shopify": "the events *Order payment*, *Order cancellation* and *Refund create*, as JSON",
    "woocommerce": "the topics *Order created* and *Order updated* (a webhook each, same secret)",
    "dub": "the events *sale.created*, *lead.created* and *link.clicked*",
}
_SECRETS = {
    "shopify": "Shopify shows it under Settings → Notifications → Webhooks, or as the app's "
    "client secret.",
    "woocommerce": "You choose it when you add the webhook in WooCommerce: the same in both.",
    "dub": "Dub shows it once the webhook is made.",
}


class ShopLine(BaseModel):
    """A shop as it is listed. title: of its kind. address: where it calls, "" = nowhere."""

    model_config = ConfigDict(frozen=True)

    id: int
    source: str
    title: str
    name: str
    address: str = ""
    has_secret: bool = False
    is_off: bool = False
    heard_at: dt.datetime | None = None
    tested_at: dt.datetime | None = None
    refused_at: dt.datetime | None = None


def shops(lines: Sequence[ShopLine], *, reachable: bool) -> dict[str, Any]:
    """The modal of owners: all shops, and how each is doing."""
    blocks: Blocks = []
    if not reachable:
        blocks.append(
            elements.section(
                "Shops can't reach this bot: it runs in Socket Mode, or `PUBLIC_URL` is not set. "
                "Orders come in as files: `/influencer sales`, *Add orders*."
            )
        )
    if not lines:
        blocks.append(elements.section("No shop is connected yet."))
    for line in lines:
        blocks += _shop(line)
    if reachable:
        blocks.append(
            elements.actions(elements.button("Connect a shop", "shop_new", style="primary"))
        )
    return elements.modal("Shops", "shops_shown", blocks, close="Done")


def connect(kinds: Mapping[str, str]) -> dict[str, Any]:
    """The form of a new shop. kinds: titles by name."""
    return elements.modal(
        "Connect a shop",
        "shop_form",
        [
            elements.radio_field(SOURCE, "What is it?", list(kinds.items())),
            elements.text_field(
                NAME, "Name", longest=LONGEST_NAME, placeholder="Aqua Skin shop",
                hint="As reports call it.",
            ),
            _secret_field(optional=True, hint="You can enter it later, once the shop shows it."),
        ],
        submit="Connect",
    )  # fmt: skip


def ask_for_secret(line: ShopLine) -> dict[str, Any]:
    """The form of a shop's secret."""
    return elements.modal(
        "Signing secret",
        "shop_secret_form",
        [
            elements.section(f"*{escape(line.name)}* · {line.title}"),
            _secret_field(optional=False, hint=_SECRETS.get(line.source, "")),
            elements.context("It replaces the one that is there, and is never shown again."),
        ],
        submit="Save",
        private_metadata=str(line.id),
    )


def connected(line: ShopLine) -> dict[str, Any]:
    """What to do in the shop, once it is connected."""
    blocks: Blocks = [
        elements.section(f"✅ *{escape(line.name)}* is connected. Now, in {line.title}:"),
        elements.section(
            f"1. Add a webhook with {_TOPICS.get(line.source, 'its orders')}, to this address:\n"
            f"`{escape(line.address)}`"
        ),
    ]
    if line.has_secret:
        blocks.append(elements.section("2. Place a test order or send a test: it shows up here."))
    else:
        blocks.append(
            elements.section(
                "2. Come back with its signing secret: `/influencer settings`, *Shops*, *Secret*. "
                f"{_SECRETS.get(line.source, '')} Until then everything it sends is refused."
            )
        )
    return elements.modal("Shop connected", "shop_saved", blocks, close="Done")


def secret_saved(line: ShopLine) -> dict[str, Any]:
    """What the form of the secret becomes once it is stored."""
    text = f"✅ The secret of *{escape(line.name)}* is saved. Send a test from {line.title} now."
    return elements.modal("Secret saved", "shop_saved", [elements.section(text)], close="Done")


def _secret_field(*, optional: bool, hint: str) -> dict[str, Any]:
    return elements.text_field(
        SECRET, "Signing secret", optional=optional, longest=LONGEST_SECRET, hint=hint
    )


def _shop(line: ShopLine) -> Blocks:
    number = str(line.id)
    said = [f"*{escape(line.name)}* · {line.title}{' · turned off' if line.is_off else ''}"]
    if line.source == BY_FILE:
        return [elements.section(f"{said[0]}\norders come in as files")]
    said.append(_state(line))
    if line.address and not line.is_off:
        said.append(f"`{escape(line.address)}`")
    secret = "Change secret" if line.has_secret else "Secret"
    turn = ("Turn on", "shop_on") if line.is_off else ("Turn off", "shop_off")
    return [
        elements.section("\n".join(said)),
        elements.actions(
            elements.button(
                secret, f"shop_secret:{number}", number, label=f"Signing secret of {line.name}"
            ),
            elements.button(
                turn[0], f"{turn[1]}:{number}", number, label=f"{turn[0]}: {line.name}"
            ),
        ),
    ]


def _state(line: ShopLine) -> str:
    if not line.has_secret:
        return "⚠️ waits for its signing secret: everything it sends is refused"
    said = [f"heard {moment(line.heard_at)}"] if line.heard_at else ["no order heard yet"]
    if line.tested_at:
        said.append(f"test received {moment(line.tested_at)}")
    if line.refused_at and (line.heard_at is None or line.refused_at > line.heard_at):
        said.append(f"⚠️ wrong signature {moment(line.refused_at)}: is the secret right?")
    return " · ".join(said)
