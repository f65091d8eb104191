"""The client's step: what the team approved is decided once more, by the client's people.

    team:   open ──▶ approved ──sent──▶ client: open ──▶ approved ─▶ agreed
              └────▶ rejected                     └────▶ rejected
    A manager may record the client's answer on their behalf. Reopening the team's card calls the
    client's back: it is withdrawn, and open again once the team's was approved and sent anew. Each
    step may be reopened; earlier votes count when given anew.

A creator is agreed on when both steps approved, and only then. All functions are pure.
"""

from collections.abc import Collection
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from domain.shortlist import (
    UNDECIDED,
    Card,
    CardState,
    NotAllowed,
    call_back,
    put_back,
    reopen,
)
from domain.votes import Vote

LONGEST_NAME = 60
NAME_THE_CLIENT = "Please say whose answer this is."


class Tick(StrEnum):
    """What else the client may read. All of it is left out unless it is ticked."""

    COST = "cost"
    CONTACT = "contact"
    VOTES = "votes"
    REASONS = "reasons"
    WEAKNESSES = "weaknesses"
    OTHER_BRANDS = "other brands"


class ClientReview(BaseModel):
    """What a brief asks for. channel: "" = the client is not in Slack and gets a file.

    approvers: Slack ids, guests and people of other organisations among them.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    channel: str = ""
    approvers: tuple[str, ...] = ()
    quorum: int = 1
    sees: tuple[Tick, ...] = ()


class Step(StrEnum):
    """Where a creator stands between the team and the client."""

    WITH_TEAM = "with the team"
    TO_SEND = "to be sent to the client"
    WITH_CLIENT = "with the client"
    AGREED = "agreed"
    REFUSED = "refused"


class Review(BaseModel):
    """One creator's two cards; client is None until they were sent."""

    model_config = ConfigDict(frozen=True)

    team: Card
    client: Card | None = None

    @property
    def step(self) -> Step:
        """Where the creator stands."""
        client = None if self.client is None else self.client.state
        return step_of(self.team.state, client)


def step_of(team: CardState, client: CardState | None) -> Step:
    """Where a creator stands whom a client is asked about. client: None = not sent yet."""
    if team == CardState.REJECTED:
        return Step.REFUSED
    if team != CardState.APPROVED:
        return Step.WITH_TEAM
    if client is None or client == CardState.WITHDRAWN:
        return Step.TO_SEND
    if client in UNDECIDED:
        return Step.WITH_CLIENT
    return Step.AGREED if client == CardState.APPROVED else Step.REFUSED


def send(review: Review, client: Card) -> Review:
    """Before the client; one that was called back is open again, with votes to be given anew.

    client: a new card with the client's approvers and quorum; used where there is none yet.

    Raises:
        NotAllowed: the team has not approved it, or the client has it already.
    """
    if review.step != Step.TO_SEND:
        raise NotAllowed(f"This creator is {review.step}; there is nothing to send.")
    known = client if review.client is None else put_back(review.client)
    return review.model_copy(update={"client": known})


def reopen_team(review: Review, by: str, managers: Collection[str], reason: str) -> Review:
    """Open the team's step again; whatever the client has or said is called back.

    Raises:
        NotAllowed: as `reopen`.
    """
    team = reopen(review.team, by, managers, reason)
    client = None if review.client is None else call_back(review.client)
    return Review(team=team, client=client)


def reopen_client(review: Review, by: str, managers: Collection[str], reason: str) -> Review:
    """Open the client's step again; the team's decision stands.

    Raises:
        NotAllowed: as `reopen`, or there is no client's step.
    """
    if review.client is None:
        raise NotAllowed("The client has not been asked yet.")
    return review.model_copy(update={"client": reopen(review.client, by, managers, reason)})


def answer(card: Card, by: str, managers: Collection[str], client: str, vote: Vote) -> Card:
    """A client's card as the asker or a manager records the answer on the client's behalf.

    client: whose answer it is, as people call them.

    Raises:
        NotAllowed: it is decided, the person may not, or nobody is named.
    """
    if card.state not in UNDECIDED:
        raise NotAllowed(f"This card is {card.state}; there is nothing to answer.")
    if by != card.asker and by not in managers:
        raise NotAllowed("Whoever asked for this shortlist, and managers, record answers.")
    name = " ".join(client.split())
    if not name:
        raise NotAllowed(NAME_THE_CLIENT)
    if vote == Vote.MAYBE:
        raise NotAllowed("An answer is yes or no.")
    state = CardState.APPROVED if vote == Vote.APPROVE else CardState.REJECTED
    return card.model_copy(
        update={"state": state, "decided_by": (by,), "on_behalf_of": name[:LONGEST_NAME]}
    )
