"""Creators whom the team does not want, or who do not want to be written to."""

import datetime as dt
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from domain.chosen_day import NO_DAY, chosen_day

LONGEST_REASON = 200


class Kind(StrEnum):
    """What a restriction forbids: everything, or writing to them."""

    BLOCKED = "blocked"
    DO_NOT_CONTACT = "do not contact"


class Restriction(BaseModel):
    """Why and until when. until: the last day it holds, None = for good."""

    model_config = ConfigDict(frozen=True)

    kind: Kind
    reason: str
    until: dt.date | None = None

    def holds(self, today: dt.date) -> bool:
        """Whether it holds on this day."""
        return self.until is None or today <= self.until

    @property
    def words(self) -> str:
        """ "Blocked until 3 March 2027: fake comments"; plain text, not escaped."""
        until = f" until {self.until.day} {self.until:%B %Y}" if self.until else ""
        return f"{self.kind.capitalize()}{until}: {self.reason}"


def read_restriction(
    kind: str, reason: str, until: str, today: dt.date
) -> Restriction | dict[str, str]:
    """A restriction as it was filled in, or a sentence for every field that is wrong."""
    wrong: dict[str, str] = {}
    said = " ".join(reason.split())
    if kind not in {one.value for one in Kind}:
        wrong["kind"] = "Please choose one."
    if not said:
        wrong["reason"] = "Please say why, so that others know."
    elif len(said) > LONGEST_REASON:
        wrong["reason"] = f"Please use at most {LONGEST_REASON} characters."
    day: dt.date | None = None
    if until:
        try:
            day = chosen_day(until)
        except ValueError:
            wrong["until"] = NO_DAY
        else:
            if day < today:
                wrong["until"] = "That day is over. Leave it empty for good."
    if wrong:
        return wrong
    return Restriction(kind=Kind(kind), reason=said, until=day)
