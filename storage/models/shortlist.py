"""Briefs, shortlists, the cards people vote on, and the votes."""

import datetime as dt
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.models.columns import (
    Identifier,
    big_number,
    instant,
    json_list,
    json_object,
    key,
    may_refer,
    maybe_date,
    maybe_instant,
    maybe_json,
    refers,
    workspace_key,
)


class Brief(SQLModel, table=True):
    """What a campaign looks for. `version` grows with every edit; `content` holds the lists.

    content keys: product, niches, must_have, never, tiers, platforms, countries, languages,
    required_tags, hashtags, link, deliverables, weights, client.
    """

    __tablename__ = "briefs"

    id: int | None = key()
    workspace_id: int = workspace_key()
    brand_id: int | None = may_refer("brands.id")
    name: str
    name_key: str
    version: int = 1
    content: dict[str, Any] = json_object()
    starts_on: dt.date | None = maybe_date()
    ends_on: dt.date | None = maybe_date()
    budget: int | None = big_number()
    currency: str | None = None
    goal: str | None = None
    target: int | None = big_number()
    created_by: int | None = may_refer("people.id", index=False)
    created_at: dt.datetime = instant()
    updated_at: dt.datetime = instant()
    archived_at: dt.datetime | None = maybe_instant()


class Shortlist(SQLModel, table=True):
    """Creators put before approvers. state: "open", "decided", "cancelled".

    has_outsiders: whether guests or people of other organisations read the channel, None = not
    known: then nothing is shown there that outsiders may not read.
    kind: "team"; "client" = what a team's list (first_id) approved, before the client; "draft" =
    one draft of a partnership. asks_client: what this team's list approves goes to the client.
    channel_id: "" = the client is not in Slack, and answers are recorded on their behalf.
    sees: what else the client may read, of `domain.client_review.Tick`.
    """

    __tablename__ = "shortlists"

    id: int | None = key()
    workspace_id: int = workspace_key()
    brief_id: int | None = may_refer("briefs.id")
    brand_id: int | None = may_refer("brands.id", index=False)
    brief_version: int = 1
    name: str = ""
    channel_id: str
    has_outsiders: bool | None = None
    in_thread: bool = True
    quorum: int = 1
    asker_id: int = refers("people.id")
    state: str = Field(default="open", index=True)
    kind: str = Field(default="team", sa_column_kwargs={"server_default": "team"})
    first_id: int | None = Field(default=None, sa_type=Identifier, index=True)
    asks_client: bool | None = None
    sees: list[str] | None = maybe_json()
    created_at: dt.datetime = instant()
    decided_at: dt.datetime | None = maybe_instant()


class ShortlistApprover(SQLModel, table=True):
    """A person whose vote counts on a shortlist."""

    __tablename__ = "shortlist_approvers"

    shortlist_id: int = Field(
        sa_type=Identifier, foreign_key="shortlists.id", primary_key=True, ondelete="CASCADE"
    )
    person_id: int = Field(
        sa_type=Identifier, foreign_key="people.id", primary_key=True, ondelete="CASCADE"
    )
    workspace_id: int = workspace_key()


class Card(SQLModel, table=True):
    """One creator before the approvers.

    state: one of `domain.shortlist.CardState`. round: grows when reopened or put back. fit: the
    `domain.fit.Fit` the card was posted with, as JSON; profile: the `ProfileSnapshot` it was
    computed from; brief_version: of the brief then.
    decided_by: Slack ids of the winning side, or of the asker who decided a split.
    first_id: of a client's card, the team's. on_behalf_of: whose answer somebody else recorded,
    "" = nobody's.
    """

    __tablename__ = "cards"
    __table_args__ = (UniqueConstraint("workspace_id", "shortlist_id", "creator_id"),)

    id: int | None = key()
    workspace_id: int = workspace_key()
    shortlist_id: int = refers("shortlists.id")
    creator_id: int = refers("creators.id")
    profile_id: int = refers("profiles.id")
    state: str = "open"
    round: int = 1
    fit: dict[str, Any] = json_object()
    profile: dict[str, Any] = json_object()
    brief_version: int = 1
    decided_by: list[str] = json_list()
    decided_at: dt.datetime | None = maybe_instant()
    first_id: int | None = Field(default=None, sa_type=Identifier, index=True)
    on_behalf_of: str = Field(default="", sa_column_kwargs={"server_default": ""})
    created_at: dt.datetime = instant()


class CardVote(SQLModel, table=True):
    """All that one person did on a card.

    ballot: `domain.votes.Ballot` as JSON. vote: what counts now ("approve", "reject", "maybe"),
    None when nothing does. earlier_vote: from before a reopening, listed only. waiting: the
    person's status is not known yet; waiting_acts are cast once it is. told: names of private
    notices already given ("not counted", "contradiction").
    """

    __tablename__ = "votes"
    __table_args__ = (UniqueConstraint("workspace_id", "card_id", "person_id"),)

    id: int | None = key()
    workspace_id: int = workspace_key()
    card_id: int = refers("cards.id")
    person_id: int = refers("people.id")
    ballot: dict[str, Any] = json_object()
    vote: str | None = None
    earlier_vote: str | None = None
    waiting: bool = Field(default=False, index=True)
    waiting_acts: list[dict[str, Any]] = json_list()
    told: list[str] = json_list()
    acted_at: dt.datetime = instant()


class Reason(SQLModel, table=True):
    """Why somebody decided as they did: shown on the card and wherever the creator is found.

    category: "off-brand", "too dear", "audience", "seen too often", "other", or "reopened".
    """

    __tablename__ = "reasons"

    id: int | None = key()
    workspace_id: int = workspace_key()
    card_id: int = refers("cards.id")
    creator_id: int = refers("creators.id")
    brand_id: int | None = may_refer("brands.id", index=False)
    person_id: int | None = may_refer("people.id", index=False)
    category: str
    text: str = ""
    created_at: dt.datetime = instant()
