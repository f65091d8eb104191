"""Partnerships, their posts and results, and the digests that sum them up."""

import datetime as dt
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.models.columns import (
    Identifier,
    big_number,
    instant,
    json_object,
    key,
    may_refer,
    maybe_date,
    maybe_instant,
    refers,
    workspace_key,
)


class Partnership(SQLModel, table=True):
    """Working with one creator on one brief; stages are those of `domain.partnership`.

    is_paid: None = not said yet. follow_up_on: when to write again if they did not answer.
    exclusive_of: what the creator may not advertise elsewhere until exclusive_until; "" = nothing.
    """

    __tablename__ = "partnerships"

    id: int | None = key()
    workspace_id: int = workspace_key()
    creator_id: int = refers("creators.id")
    profile_id: int | None = may_refer("profiles.id")
    brief_id: int | None = may_refer("briefs.id")
    brand_id: int | None = may_refer("brands.id")
    card_id: int | None = may_refer("cards.id")
    owner_id: int | None = may_refer("people.id")
    stage: str = Field(default="approved", index=True)
    deliverables: str = ""
    is_paid: bool | None = None
    follow_up_on: dt.date | None = maybe_date()
    usage_rights: str = Field(default="", sa_column_kwargs={"server_default": ""})
    usage_until: dt.date | None = maybe_date()
    exclusive_of: str = Field(default="", sa_column_kwargs={"server_default": ""})
    exclusive_until: dt.date | None = maybe_date()
    created_at: dt.datetime = instant()
    updated_at: dt.datetime = instant()


class StageChange(SQLModel, table=True):
    """A move of a partnership from one stage to another."""

    __tablename__ = "stage_changes"

    id: int | None = key()
    workspace_id: int = workspace_key()
    partnership_id: int = refers("partnerships.id")
    from_stage: str | None = None
    to_stage: str
    person_id: int | None = may_refer("people.id", index=False)
    at: dt.datetime = instant()


class Deliverable(SQLModel, table=True):
    """Something the creator owes: so many of a kind, by a day. done_on: None = still owed."""

    __tablename__ = "deliverables"

    id: int | None = key()
    workspace_id: int = workspace_key()
    partnership_id: int = refers("partnerships.id")
    kind: str
    amount: int = 1
    platform: str | None = None
    due_on: dt.date | None = maybe_date()
    done_on: dt.date | None = maybe_date()
    created_at: dt.datetime = instant()


class OutreachText(SQLModel, table=True):
    """A text to write to creators with; its fields are those of `domain.outreach`.

    brand_id: None = for all brands.
    """

    __tablename__ = "outreach_texts"
    __table_args__ = (UniqueConstraint("workspace_id", "brand_id", "name_key"),)

    id: int | None = key()
    workspace_id: int = workspace_key()
    brand_id: int | None = may_refer("brands.id", ondelete="CASCADE")
    name: str
    name_key: str
    subject: str = ""
    text: str
    person_id: int | None = may_refer("people.id", index=False)
    updated_at: dt.datetime = instant()


class Handover(SQLModel, table=True):
    """What one person passed on to another. until: the day it goes back, None = for good.

    moved: {"partnerships": [id], "votes": [shortlist id], "shortlists": [shortlist id]}.
    """

    __tablename__ = "handovers"

    id: int | None = key()
    workspace_id: int = workspace_key()
    giver_id: int = refers("people.id")
    taker_id: int = refers("people.id")
    by_id: int | None = may_refer("people.id", index=False)
    until: dt.date | None = maybe_date()
    moved: dict[str, Any] = json_object()
    created_at: dt.datetime = instant()
    returned_at: dt.datetime | None = maybe_instant()


class Cost(SQLModel, table=True):
    """One part of what a partnership costs, in minor units of its currency.

    kind: "fee", "product", "shipping", "boost", "other".
    """

    __tablename__ = "costs"
    __table_args__ = (UniqueConstraint("workspace_id", "partnership_id", "kind"),)

    id: int | None = key()
    workspace_id: int = workspace_key()
    partnership_id: int = refers("partnerships.id")
    kind: str
    amount: int = Field(sa_type=Identifier)
    currency: str
    updated_at: dt.datetime = instant()


class Post(SQLModel, table=True):
    """A published post of a partnership. import_id: the file of results that named it first.

    link_key: the same for all links to this post (`domain.post_link`), None = not worked out yet.
    is_short: the link stands for another one, which is to be found out.
    account: who published it, as link or platform say. native_id: the platform's own. read_at,
    next_read_at: when its platform was asked last and is asked next; failures: how often in vain
    since. absent: why the platform shows it no more (`domain.post_reading.Absence`), since
    absent_since. disclosure: a `domain.disclosure.Verdict`, with its reason and, where a person
    said it, by whom. lacks: what the brief asks for and the text has not. alerted_at: when the
    owner was told that it is not disclosed.
    """

    __tablename__ = "posts"
    __table_args__ = (UniqueConstraint("workspace_id", "partnership_id", "url"),)

    id: int | None = key()
    workspace_id: int = workspace_key()
    partnership_id: int = refers("partnerships.id")
    platform: str | None = None
    url: str
    posted_on: dt.date | None = maybe_date()
    import_id: int | None = Field(default=None, sa_type=Identifier, index=True)
    created_at: dt.datetime = instant()
    link_key: str | None = Field(default=None, index=True)
    is_short: bool = Field(default=False, sa_column_kwargs={"server_default": "0"})
    account: str = Field(default="", sa_column_kwargs={"server_default": ""})
    native_id: str = Field(default="", sa_column_kwargs={"server_default": ""})
    published_at: dt.datetime | None = maybe_instant()
    read_at: dt.datetime | None = maybe_instant()
    next_read_at: dt.datetime | None = maybe_instant(index=True)
    failures: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    absent: str = Field(default="", sa_column_kwargs={"server_default": ""})
    absent_since: dt.date | None = maybe_date()
    disclosure: str | None = None
    disclosure_reason: str = Field(default="", sa_column_kwargs={"server_default": ""})
    disclosure_by_id: int | None = Field(default=None, sa_type=Identifier)
    lacks: str = Field(default="", sa_column_kwargs={"server_default": ""})
    alerted_at: dt.datetime | None = maybe_instant()


class Result(SQLModel, table=True):
    """Totals to date, dated; a correction is a new row and the old one stays.

    post_id None: the figures are of the partnership as a whole. revenue, spend: minor units.
    spend_kind: which kind of cost the spend is, as `Cost.kind`. import_id: the file that brought
    it; seen_import_id: a later file that says the same. source: "typed", "import:file" or the
    platform that was asked ("bluesky"). keep_until: when it has to go, by that platform's terms.
    """

    __tablename__ = "results"

    id: int | None = key()
    workspace_id: int = workspace_key()
    partnership_id: int = refers("partnerships.id")
    post_id: int | None = may_refer("posts.id", ondelete="CASCADE")
    as_of: dt.date = Field()
    recorded_at: dt.datetime = instant()
    person_id: int | None = may_refer("people.id", index=False)
    source: str = "typed"
    impressions: int | None = big_number()
    reach: int | None = big_number()
    views: int | None = big_number()
    likes: int | None = big_number()
    comments: int | None = big_number()
    shares: int | None = big_number()
    saves: int | None = big_number()
    clicks: int | None = big_number()
    conversions: int | None = big_number()
    revenue: int | None = big_number()
    currency: str | None = None
    spend: int | None = big_number()
    spend_currency: str | None = None
    spend_kind: str | None = None
    import_id: int | None = Field(default=None, sa_type=Identifier, index=True)
    seen_import_id: int | None = Field(default=None, sa_type=Identifier)
    keep_until: dt.datetime | None = maybe_instant(index=True)


class Feedback(SQLModel, table=True):
    """What the audience said, in a person's words. rating: 1-5, or None."""

    __tablename__ = "feedback"

    id: int | None = key()
    workspace_id: int = workspace_key()
    partnership_id: int = refers("partnerships.id")
    rating: int | None = None
    note: str = ""
    person_id: int | None = may_refer("people.id", index=False)
    created_at: dt.datetime = instant()


class DigestSchedule(SQLModel, table=True):
    """When and where a weekly digest is posted. weekday: Monday = 0.

    state: "draft" (shown as a preview, not confirmed yet), "active", "paused". scope: {"brands":
    [id], "briefs": [id]}; empty = all but limited brands. since: when it was confirmed, changed or
    resumed; what was due before is not posted. changes_id: the schedule that a draft will change.
    has_outsiders: whether the channel is shared with another organisation, None = not asked yet.
    """

    __tablename__ = "digest_schedules"

    id: int | None = key()
    workspace_id: int = workspace_key()
    owner_id: int = refers("people.id")
    channel_id: str
    weekday: int = 0
    hour: int = 9
    minute: int = 0
    timezone: str
    scope: dict[str, Any] = json_object()
    state: str = Field(default="active", index=True)
    paused_because: str | None = None
    since: dt.datetime = instant()
    changes_id: int | None = Field(default=None, sa_type=Identifier)
    has_outsiders: bool | None = None
    created_at: dt.datetime = instant()


class DigestPeriod(SQLModel, table=True):
    """One week of one schedule: the unique row is the claim, so it is posted once.

    period: the posting day, local. covers: in words, the week and any that were passed over.
    """

    __tablename__ = "digest_periods"
    __table_args__ = (UniqueConstraint("workspace_id", "schedule_id", "period"),)

    id: int | None = key()
    workspace_id: int = workspace_key()
    schedule_id: int = refers("digest_schedules.id")
    period: dt.date = Field()
    due_at: dt.datetime = instant()
    covers: str = ""
    created_at: dt.datetime = instant()
