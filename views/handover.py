"""Passing work on to a colleague: the form, and what was passed on."""

import datetime as dt
import json
from typing import Any

from pydantic import BaseModel, ConfigDict

from domain.wording import counted, listed
from views import elements
from views.elements import escape
from views.message import Message


class Summary(BaseModel):
    """What is open, by kind: how many. stays: what the colleague may not see or can't take."""

    model_config = ConfigDict(frozen=True)

    partnerships: int = 0
    votes: int = 0
    shortlists: int = 0
    creators: int = 0
    digests: int = 0
    overdue: tuple[str, ...] = ()
    stays: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """ "2 partnerships, votes on 1 shortlist and 1 shortlist of their own"."""
        said = [
            *([counted(self.partnerships, "partnership")] if self.partnerships else []),
            *([f"votes on {counted(self.votes, 'shortlist')}"] if self.votes else []),
            *([f"{counted(self.shortlists, 'shortlist')} to run"] if self.shortlists else []),
            *([f"{counted(self.creators, 'creator')} to look after"] if self.creators else []),
            *([counted(self.digests, "digest")] if self.digests else []),
        ]
        return listed(said) or "nothing"


def form(
    giver: str | None, summary: str, *, for_others: bool, kept: dict[str, Any]
) -> dict[str, Any]:
    """Asks to whom and until when. giver: Slack id to begin with. summary: of what is open."""
    whose = [elements.person_field("giver", "Whose work", initial=giver)] if for_others else []
    return elements.modal(
        "Hand over",
        "handover_form",
        [
            *([elements.section(summary)] if summary else []),
            *whose,
            elements.person_field("taker", "To whom"),
            elements.date_field(
                "until", "Until and including", optional=True,
                hint="Then everything that is still open goes back. Empty: for good.",
            ),
        ],
        submit="Hand over",
        private_metadata=json.dumps(kept),
    )  # fmt: skip


def passed(giver: str, taker: str, until: dt.date | None, summary: Summary) -> str:
    """What was passed on, in mrkdwn."""
    when = f" until {elements.day(until)}" if until else " for good"
    lines = [
        f"{escape(giver, 60)} → {escape(taker, 60)}{when}: {summary.words}.",
        *(f"• {escape(one, 200)}" for one in summary.overdue),
        *(f"⚠️ {escape(one, 200)}" for one in summary.stays),
    ]
    return "\n".join(lines)


def done(text: str) -> dict[str, Any]:
    """What the form becomes."""
    return elements.modal("Handed over", "handover_done", [elements.section(text)], close="Done")


def returned(taker: str, giver: str, summary: Summary) -> str:
    """What went back, in mrkdwn."""
    return f"Back from {escape(taker, 60)} to {escape(giver, 60)}: {summary.words}."


def offer(name: str, number: int, summary: Summary) -> Message:
    """Asks owners what becomes of the work of somebody whose account was deactivated."""
    said = (
        f"{escape(name, 60)}'s Slack account was deactivated. Still open: {summary.words}. "
        "Who takes it on?"
    )
    button = elements.button(
        "Hand over", f"handover_offer:{number}", str(number), style="primary",
        label=f"Hand over the work of {name}",
    )  # fmt: skip
    return Message(text=said, blocks=[elements.section(said), elements.actions(button)])
