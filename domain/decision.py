"""What a team decided about a creator before, in the words in which it is recalled."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from domain.shortlist import CardState


class Category(StrEnum):
    """Why somebody thinks so of a creator."""

    OFF_BRAND = "off-brand"
    TOO_DEAR = "too dear"
    AUDIENCE = "audience"
    SEEN_TOO_OFTEN = "seen too often"
    OTHER = "other"


REOPENED = "reopened"
"""The category of the line with which a card was reopened."""


@dataclass(frozen=True)
class EarlierDecision:
    """What became of a creator on one shortlist. at: when it was decided, or last spoken of.

    category, reason: the last reason given ("too dear", one line), "" where none was.
    """

    creator_id: int
    card_id: int
    shortlist_id: int
    state: CardState
    at: dt.datetime
    brief: str
    decided_by: tuple[str, ...] = ()
    category: str = ""
    reason: str = ""

    def describe(self, today: dt.date) -> str:
        """ "rejected in March for Spring Glow: fake comments"; plain text, not escaped."""
        said = f"{_STATE_WORDS[self.state]} {month(self.at.date(), today)}"
        if self.brief:
            said += f" for {self.brief}"
        why = self.reason or self.category
        return f"{said}: {why}" if why else said


_STATE_WORDS = {
    CardState.OPEN: "on a shortlist since",
    CardState.SPLIT: "split votes since",
    CardState.APPROVED: "approved in",
    CardState.REJECTED: "rejected in",
    CardState.WITHDRAWN: "withdrawn in",
}


def month(day: dt.date, today: dt.date) -> str:
    """ "March"; with the year where it is not this year's."""
    return f"{day:%B}" if day.year == today.year else f"{day:%B %Y}"


def reason_line(category: str, text: str) -> str:
    """A category with its line: "too dear: asks twice the budget"."""
    return f"{category}: {text}" if text else category
