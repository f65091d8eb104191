"""A text to send to a creator, by whoever reads it; and the texts that a team keeps."""

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict

from domain.outreach import (
    FIELDS,
    FIRST_SUBJECT,
    FIRST_TEXT,
    LONGEST_NAME,
    LONGEST_SUBJECT,
    LONGEST_TEXT,
)
from domain.wording import listed
from views import elements
from views.elements import escape
from views.message import Blocks, Message

ALL_BRANDS = "0"


class Draft(BaseModel):
    """A text with everything filled in that is known. handle: "@anna".

    missing: names of fields of which nothing is known. email, profile_url: "" = not known.
    others: number and name of further texts. may_mark: nobody wrote to them yet.
    """

    model_config = ConfigDict(frozen=True)

    partnership_id: int
    handle: str
    name: str
    subject: str
    text: str
    missing: tuple[str, ...] = ()
    email: str = ""
    profile_url: str = ""
    others: tuple[tuple[str, str], ...] = ()
    may_mark: bool = True


class TextLine(BaseModel):
    """A kept text as it is listed. brand: "" = for all brands."""

    model_config = ConfigDict(frozen=True)

    id: int
    name: str
    text: str
    brand: str = ""


def draft(view: Draft) -> Message:
    """The text in a block of its own, to copy, with links to mail and profile."""
    number = str(view.partnership_id)
    lead = f"*{escape(view.name, 60)}* for *{escape(view.handle, 60)}*"
    if view.subject:
        lead += f"\nSubject: {escape(view.subject, 200)}"
    blocks: Blocks = [elements.section(lead), _code(view.text)]
    if view.missing:
        missing = listed([f"{FIELDS[one]}" for one in view.missing])
        blocks.append(elements.section(f"⚠️ Not known, so please fill in: {missing}."))
    blocks.append(elements.section(_links(view)))
    row: list[Any] = []
    if view.may_mark:
        row.append(
            elements.button(
                "Mark as contacted", f"outreach_sent:{number}", number, style="primary",
                label=f"Mark {view.handle} as contacted",
            )
        )  # fmt: skip
    if view.others:
        row.append(
            elements.select(f"outreach_other:{number}", view.others, placeholder="Another text")
        )
    if row:
        blocks.append(elements.actions(*row))
    plain = f"{view.name} for {view.handle}: {view.text}"
    return Message(text=escape(plain, 2_500), blocks=blocks)


def in_modal(message: Message) -> dict[str, Any]:
    """The same on top of a partnership's details."""
    blocks = message.blocks or [elements.section(message.text)]
    return elements.modal("Write to them", "outreach_text", blocks, close="Done")


def texts(lines: Sequence[TextLine]) -> Message:
    """All texts that the team keeps."""
    blocks: Blocks = [elements.header("Texts to creators")]
    for line in lines[:20]:
        brand = f" · {escape(line.brand, 60)}" if line.brand else " · all brands"
        blocks.append(
            elements.section(f"*{escape(line.name, 60)}*{brand}\n{escape(line.text, 150)}")
        )
        blocks.append(
            elements.actions(
                elements.button("Edit", f"text_edit:{line.id}", str(line.id),
                                label=f"Edit {line.name}"),
                elements.button("Delete", f"text_delete:{line.id}", str(line.id),
                                label=f"Delete {line.name}"),
            )
        )  # fmt: skip
    if not lines:
        blocks.append(elements.section("None of your own yet: *Write* on the board uses ours."))
    if len(lines) > 20:
        blocks.append(elements.context(f"… and {len(lines) - 20} more"))
    blocks.append(elements.actions(elements.button("New text", "text_new", "new")))
    names = ", ".join(escape(line.name, 60) for line in lines[:20]) or "none yet"
    return Message(text=f"Texts to creators: {names}", blocks=blocks)


def form(
    brands: Sequence[tuple[str, str]],
    metadata: dict[str, Any],
    *,
    name: str = "",
    subject: str = FIRST_SUBJECT,
    text: str = FIRST_TEXT,
    brand: str = ALL_BRANDS,
) -> dict[str, Any]:
    """A text with its fields. brands: (number, name) of those the person sees."""
    known = ", ".join(f"{{{one}}}" for one in FIELDS)
    blocks = [
        elements.text_field("name", "Name", initial=name, longest=LONGEST_NAME,
                            placeholder="First message"),
        elements.choice_field("brand", "For", [(ALL_BRANDS, "All brands"), *brands],
                              initial=brand),
        elements.text_field("subject", "Subject of an e-mail", initial=subject, optional=True,
                            longest=LONGEST_SUBJECT),
        elements.text_field("text", "Text", initial=text, multiline=True, longest=LONGEST_TEXT,
                            hint=f"Filled in: {known}"),
    ]  # fmt: skip
    return elements.modal(
        "Text to creators", "text_form", blocks, submit="Save",
        private_metadata=json.dumps(metadata),
    )  # fmt: skip


def _links(view: Draft) -> str:
    links = []
    if view.email:
        address = quote(view.email, safe="@+.-_")
        links.append(f"<mailto:{address}?subject={quote(view.subject)}|Write an e-mail>")
    if view.profile_url:
        links.append(f"<{view.profile_url}|Open the profile>")
    sent = "Copy the text and send it yourself; I never write to creators."
    return " · ".join([*links, sent])


def _code(text: str) -> dict[str, Any]:
    """Text that is shown as it is, to be copied."""
    words = elements.cut("\n".join(elements.clean(line) for line in text.splitlines()), 2_900)
    inside = {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": words}]}
    return {"type": "rich_text", "elements": [inside]}
