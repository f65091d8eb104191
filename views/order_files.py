"""Orders handed over as a file: the form, and what came of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from domain.attribution import Outcome
from domain.wording import counted
from views import elements
from views.elements import escape
from views.message import Message

SHOP, NEW_SHOP, FILE = "shop", "new_shop", "file"
FILE_TYPES = ("csv", "xlsx", "zip", "tsv", "txt", "text")
LONGEST_NAME = 60
_SHOWN = 5
_WORDS = {
    Outcome.ATTRIBUTED: "counted for creators",
    Outcome.UNKNOWN: "with a code that nobody knows",
    Outcome.OUTSIDE: "outside the 30 days",
    Outcome.NOBODYS: "with a code that is no creator's",
    Outcome.NOT_PAID: "not paid",
    Outcome.TEST: "tests",
    "": "without a code, left out",
}


def ask(shops: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Which file, and of which shop? shops: numbers with names."""
    known = (
        [
            elements.choice_field(
                SHOP, "Shop", shops, optional=True, placeholder="Choose the shop",
                initial=shops[0][0] if len(shops) == 1 else None,
            )
        ]
        if shops
        else []
    )  # fmt: skip
    return elements.modal(
        "Add orders",
        "orders_form",
        [
            *known,
            elements.text_field(
                NEW_SHOP, "Or a shop that is not connected" if shops else "Name of the shop",
                optional=True, longest=LONGEST_NAME, placeholder="Aqua Skin shop",
            ),
            elements.file_field(
                FILE, "Export of orders", FILE_TYPES,
                hint="Shopify's or WooCommerce's, or any with order number, date, code and amount. "
                "Orders that are known already are not counted twice.",
            ),
        ],
        submit="Add",
    )  # fmt: skip


def started(name: str) -> dict[str, Any]:
    """What the form becomes once the file is taken."""
    text = f"*{escape(name, 100)}* is being read. You get a message when it is counted."
    return elements.modal("Add orders", "orders_started", [elements.section(text)], close="Done")


def done(
    name: str,
    shop: str,
    counts: Mapping[str, int],
    unread: int,
    examples: Sequence[str],
    file_id: int,
) -> Message:
    """What came of a file. counts: orders by outcome, "" = without a code. examples: of rows."""
    total = sum(counts.values())
    lead = f"✅ *{escape(name, 100)}* ({escape(shop, 60)}): {counted(total, 'order')} read."
    said = [
        f"{counts[outcome]:,} {words}" for outcome, words in _WORDS.items() if counts.get(outcome)
    ]
    lines = [lead, *(f"• {one}" for one in said)]
    if unread:
        lines.append(f"⚠️ {counted(unread, 'row')} can't be read:")
        lines += [f"• {escape(one, 200)}" for one in examples[:_SHOWN]]
    if counts.get(Outcome.UNKNOWN):
        lines.append("`/influencer sales` says whose a code is.")
    text = "\n".join(lines)
    blocks = elements.sections(lines)
    if total - counts.get("", 0):
        blocks.append(elements.actions(_undo(name, file_id)))
    return Message(text=text, blocks=blocks)


def _undo(name: str, file_id: int) -> Any:
    ask = elements.confirm(
        "Undo",
        "Its orders count no longer, unless a shop or another file told of them too.",
        "Undo",
        "Keep",
    )
    return elements.button(
        "Undo", "orders_undo", str(file_id), confirm=ask, label=f"Undo {elements.clean(name, 50)}"
    )


def undoing(name: str) -> Message:
    """The message about a file that is being taken back."""
    text = f"*{escape(name, 100)}* is being taken back. You get a message when that is done."
    return Message(text=text, blocks=[elements.section(text)])


def undone(name: str, gone: int, stay: int) -> Message:
    """What taking a file back came to. stay: orders of which somebody else told too."""
    text = f"↩️ *{escape(name, 100)}* was taken back: {counted(gone, 'order')} gone."
    if stay:
        stays = counted(stay, "order stays as it was", "orders stay as they were")
        text += f" {stays} told by a shop or another file."
    return Message(text=text, blocks=[elements.section(text)])


def not_read(name: str, why: str) -> Message:
    """A file that holds no orders, or can't be had."""
    text = f"*{escape(name, 100)}* was not counted: {escape(why, 600)}"
    return Message(text=text, blocks=[elements.section(text)])
