"""What owners are asked about a message of which nobody knows whether Slack took it."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from views import elements
from views.elements import actions, button, escape, moment, section
from views.message import Message

KINDS = {
    "card": "a creator’s card",
    "summary": "the summary of a shortlist",
    "digest": "the weekly digest",
    "draft_file": "the file of a draft",
}
LINK = "link"


@dataclass(frozen=True)
class UnconfirmedView:
    """One such message. kind: "card"; thread: link to the message it answers, "" for none."""

    outbox_id: int
    kind: str
    channel_id: str
    since: dt.datetime
    thread: str = ""
    may_not_look: bool = False


def ask(view: UnconfirmedView) -> Message:
    """Asks whether it is there."""
    said = (
        f"Slack did not confirm {_named(view)}, so I don’t know if it is there and don’t send it "
        "again by myself. Messages that came after it were sent. Please look, and tell me."
    )
    blocks = [
        section(said),
        actions(
            button("It’s there", f"unconfirmed_there:{view.outbox_id}", str(view.outbox_id)),
            button("Send again", f"unconfirmed_again:{view.outbox_id}", str(view.outbox_id)),
        ),
    ]
    if view.may_not_look:
        blocks.append(
            elements.context(
                "With the scope `channels:history` (`groups:history` for private channels) I look "
                "for such messages myself."
            )
        )
    return Message(text=said, blocks=blocks)


def decided(view: UnconfirmedView, who: str, *, there: bool) -> Message:
    """Replaces the question once somebody answered it."""
    did = "found it there" if there else "had it sent again"
    said = f"Slack did not confirm {_named(view)}. {escape(who or 'Somebody')} {did}."
    return Message(text=said, blocks=[section(said)])


def there_modal(view: UnconfirmedView) -> dict[str, Any]:
    """Asks for the message's link, by which it can be kept up to date."""
    return elements.modal(
        "It’s there",
        "unconfirmed_there",
        [
            elements.plain_section(
                "With its link I know which message it is: reactions on it count, and I can keep "
                "it up to date. Without it, what belongs under it can’t be posted."
            ),
            elements.text_field(
                LINK,
                "Link to the message",
                optional=True,
                hint="Point at the message, choose More actions (⋯), then Copy link.",
                placeholder="https://…slack.com/archives/…",
                longest=300,
            ),
        ],
        submit="Done",
        private_metadata=str(view.outbox_id),
    )


def _named(view: UnconfirmedView) -> str:
    kind = KINDS.get(view.kind, "a message of mine")
    place = f"<#{view.channel_id}>"
    if view.thread:
        place = f"<{view.thread}|this thread> in {place}"
    return f"{kind} in {place} ({moment(view.since)})"
