"""What posts of profiles brought, what was expected of planned ones, and weights that follow."""

import datetime as dt
from typing import Any

from sqlalchemy import Index, Text
from sqlmodel import Field, SQLModel

from storage.models.columns import (
    Identifier,
    big_number,
    index_where_set,
    instant,
    json_list,
    json_object,
    key,
    may_refer,
    maybe_instant,
    refers,
    workspace_key,
)


class RecentPost(SQLModel, table=True):
    """A post of a profile with its counts as they were last seen; None is unknown, never 0.

    source: as in `Snapshot`. import_id: the file that told it, None = its platform did.
    may_derive: whether anything may be worked out from it. keep_until: when it must be gone by
    its platform's terms.
    """

    __tablename__ = "recent_posts"
    __table_args__ = (
        Index("ix_recent_posts_profile", "workspace_id", "profile_id"),
        index_where_set("ix_recent_posts_keep_until", "keep_until"),
        index_where_set("ix_recent_posts_import_id", "import_id"),
    )

    id: int | None = key()
    workspace_id: int = workspace_key()
    profile_id: int = refers("profiles.id")
    import_id: int | None = Field(default=None, sa_type=Identifier)
    url: str = Field(sa_type=Text)
    published_at: dt.datetime | None = maybe_instant()
    views: int | None = big_number()
    likes: int | None = big_number()
    comments: int | None = big_number()
    shares: int | None = big_number()
    source: str = ""
    may_derive: bool = True
    seen_at: dt.datetime = instant()
    keep_until: dt.datetime | None = maybe_instant()


class ForecastRow(SQLModel, table=True):
    """What was expected of planned posts at one moment; written once, never changed.

    card_id, partnership_id: what it was made for. profile_id: the account it was made from first.
    occasion: "shortlisted", "agreed" or "terms changed". model: version of the rules. inputs:
    what was planned, and how many posts, similar accounts and outcomes it rests on. content: a
    `domain.forecast.Forecast` as JSON. sources: whose figures it was worked out from.
    keep_until: as in `RecentPost`.
    """

    __tablename__ = "forecasts"
    __table_args__ = (index_where_set("ix_forecasts_keep_until", "keep_until"),)

    id: int | None = key()
    workspace_id: int = workspace_key()
    card_id: int | None = may_refer("cards.id")
    partnership_id: int | None = may_refer("partnerships.id")
    profile_id: int = refers("profiles.id")
    occasion: str
    made_at: dt.datetime = instant()
    model: str
    inputs: dict[str, Any] = json_object()
    content: dict[str, Any] = json_object()
    sources: list[str] = json_list()
    keep_until: dt.datetime | None = maybe_instant()


class WeightChange(SQLModel, table=True):
    """New weights of the fit that finished partnerships speak for, and what became of them.

    state: "proposed", "accepted", "declined" or "taken back". before, after: by part, how many
    times its usual weight it has. evidence: `domain.fit_learning.Evidence` as JSON.
    """

    __tablename__ = "weight_changes"

    id: int | None = key()
    workspace_id: int = workspace_key()
    state: str = Field(default="proposed", index=True)
    before: dict[str, Any] = json_object()
    after: dict[str, Any] = json_object()
    evidence: dict[str, Any] = json_object()
    proposed_at: dt.datetime = instant()
    decided_by: int | None = may_refer("people.id", index=False)
    decided_at: dt.datetime | None = maybe_instant()
