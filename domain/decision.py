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
    reasons: all that were given, oldest first, each with the name of who gave it ("" = unknown).
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
    reasons: tuple[tuple[str, str], ...] = ()

    @property
    def why(self) -> str:
        """The last reason given: "too dear: asks twice the budget"; "" where none was."""
        return recalled(self.category, self.reason)

    def describe(self, today: dt.date) -> str:
        """ "rejected in March for Spring Glow: fake comments"; plain text, not escaped.

        Of several reasons the last one, saying that there are more.
        """
        more = f" ({len(self.reasons)} reasons, see details)" if len(self.reasons) > 1 else ""
        said = f"{self._what(today)}{more}"
        return f"{said}: {self.why}" if self.why else said

    def describe_in_full(self, today: dt.date) -> str:
        """The same with every reason: "…: too dear: asks 9k (Ana); audience (Ben)"."""
        lines = [f"{why} ({name})" if name else why for name, why in self.reasons]
        return f"{self._what(today)}: {'; '.join(lines)}" if lines else self.describe(today)

    def _what(self, today: dt.date) -> str:
        said = f"{_STATE_WORDS[self.state]} {month(self.at.date(), today)}"
        return f"{said} for {self.brief}" if self.brief else said


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


def recalled(category: str, text: str) -> str:
    """The same as it is recalled elsewhere: a line that fits no category stands for itself."""
    return text if text and category == Category.OTHER else reason_line(category, text)
