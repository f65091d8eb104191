"""Who is blocked or not to be written to, and the form that says so."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from domain.restriction import LONGEST_REASON, Kind, Restriction
from domain.wording import counted
from views import elements
from views.elements import escape
from views.message import Blocks, Message


class RestrictedLine(BaseModel):
    """A creator with a restriction. by: who set it, "" = not known."""

    model_config = ConfigDict(frozen=True)

    id: int
    handle: str
    restriction: Restriction
    by: str = ""


def listing(
    lines: Sequence[RestrictedLine], total: int, *, may_lift: bool, note: str = ""
) -> Message:
    """All restrictions in force, the newest first. note: what was just done, mrkdwn."""
    heading = f"{counted(total, 'restriction')} in force" if total else "Nobody is blocked"
    blocks: Blocks = [elements.header(heading)]
    if note:
        blocks.append(elements.section(note))
    for line in lines:
        lift = elements.button(
            "Lift", f"restriction_lift:{line.id}", str(line.id),
            label=f"Lift it for {line.handle}",
        )  # fmt: skip
        blocks.append(elements.section(_line(line), accessory=lift if may_lift else None))
    if total > len(lines):
        blocks.append(elements.context(f"… and {total - len(lines)} older"))
    if may_lift:
        blocks.append(elements.context("`/influencer block @anna` adds somebody."))
    said = "\n".join(_line(line).replace("*", "") for line in lines)
    return Message(text=f"{f'{note} ' if note else ''}{heading}\n{said}".rstrip(), blocks=blocks)


def form(handle: str, kept: str) -> dict[str, Any]:
    """Asks what is forbidden, why and until when."""
    blocks = [
        elements.radio_field(
            "kind", "What is it?",
            [
                (Kind.BLOCKED.value, "Blocked: no shortlist, no message"),
                (Kind.DO_NOT_CONTACT.value, "Do not contact: nobody writes to them"),
            ],
        ),
        elements.text_field(
            "reason", "Why?", longest=LONGEST_REASON,
            hint="Your team reads it wherever the creator shows up.",
        ),
        elements.date_field("until", "Last day it holds", optional=True,
                            hint="Empty: until somebody lifts it."),
    ]  # fmt: skip
    return elements.modal(
        f"Block {handle}", "restriction_form", blocks, submit="Save", private_metadata=kept
    )


def saved(handle: str, restriction: Restriction) -> str:
    """What is said once it is stored, in mrkdwn."""
    return f"✅ *{escape(handle, 60)}*: {escape(restriction.words, 300)}"


def _line(line: RestrictedLine) -> str:
    by = f" · set by {escape(line.by, 60)}" if line.by else ""
    return f"*{escape(line.handle, 60)}*\n{escape(line.restriction.words, 300)}{by}"
