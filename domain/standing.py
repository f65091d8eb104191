"""Whose votes count on a shortlist, and the sentence for those whose don't."""

from collections.abc import Collection
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

NOT_AN_APPROVER = (
    "Thank you for your view. Only the approvers named on this shortlist vote; "
    "whoever posted it can add you."
)
IS_A_BOT = "Votes by bots and apps are not counted."
IS_A_GUEST = "Votes by guests are not counted; a full member of the workspace can vote for you."
IS_A_STRANGER = "Votes by people of other organisations are not counted on this shortlist."
IS_DEACTIVATED = "Votes by deactivated accounts are not counted."


class Person(BaseModel):
    """Who acts. The flags are Slack's (`users.info`); `None` is not known yet."""

    model_config = ConfigDict(frozen=True)

    id: str
    is_bot: bool | None = None
    is_guest: bool | None = None
    is_stranger: bool | None = None
    is_deactivated: bool | None = None


class StandingKind(StrEnum):
    """What becomes of a person's vote."""

    COUNTS = "counts"
    IGNORED = "ignored"
    WAITS = "waits"


class Standing(BaseModel):
    """Whether a vote counts. reason: the sentence for that person when it is ignored."""

    model_config = ConfigDict(frozen=True)

    kind: StandingKind
    reason: str = ""


def standing(person: Person, approvers: Collection[str], *, outsiders: bool = False) -> Standing:
    """Whether a person's vote counts, is ignored (with the reason), or waits to be known.

    outsiders: guests and people of other organisations count where they are named, as on the
    cards of a client. A vote waits only where the person is named as an approver and one of the
    flags is not known: look the person up and ask again.
    """
    barred = (
        (person.is_bot, IS_A_BOT),
        *(
            ()
            if outsiders
            else ((person.is_stranger, IS_A_STRANGER), (person.is_guest, IS_A_GUEST))
        ),
        (person.is_deactivated, IS_DEACTIVATED),
    )
    for applies, reason in barred:
        if applies:
            return Standing(kind=StandingKind.IGNORED, reason=reason)
    if person.id not in approvers:
        return Standing(kind=StandingKind.IGNORED, reason=NOT_AN_APPROVER)
    if any(applies is None for applies, _ in barred):
        return Standing(kind=StandingKind.WAITS)
    return Standing(kind=StandingKind.COUNTS)
