"""Workspaces, the people in them, and the brands they work for."""

import datetime as dt
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.models.columns import (
    Identifier,
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


class Workspace(SQLModel, table=True):
    """One Slack workspace, keyed on enterprise ("" where there is none) and team.

    removed_at: when the app was removed. purging_at: since when its data is being deleted; its
    Slack ids are free for a new row then. backed_up_at: when a backup was begun that holds this
    row. restored_at: when the database was last put back, as it had been at restored_from: what
    happened between these two is not known here, and its messages stand in Slack.
    """

    __tablename__ = "workspaces"
    __table_args__ = (UniqueConstraint("enterprise_id", "team_id"),)

    id: int | None = key()
    enterprise_id: str = ""
    team_id: str
    name: str = ""
    url: str = ""
    bot_user_id: str | None = None
    bot_id: str | None = None
    app_id: str | None = None
    installer_slack_id: str | None = None
    settings: dict[str, Any] = json_object()
    refused_blocks: list[str] = json_list()
    welcomed_at: dt.datetime | None = maybe_instant()
    removed_at: dt.datetime | None = maybe_instant()
    purging_at: dt.datetime | None = maybe_instant()
    backed_up_at: dt.datetime | None = maybe_instant()
    restored_at: dt.datetime | None = maybe_instant()
    restored_from: dt.datetime | None = maybe_instant()
    created_at: dt.datetime = instant()


class Person(SQLModel, table=True):
    """A Slack account in a workspace.

    refreshed_at: when Slack was last asked who this is; None = status not known yet.
    role: "owner", "manager" or None (every full member).
    """

    __tablename__ = "people"
    __table_args__ = (UniqueConstraint("workspace_id", "slack_user_id"),)

    id: int | None = key()
    workspace_id: int = workspace_key()
    slack_user_id: str
    name: str = ""
    real_name: str = ""
    is_bot: bool = False
    is_guest: bool = False
    is_stranger: bool = False
    is_deleted: bool = False
    is_slack_admin: bool = False
    role: str | None = None
    timezone: str = "UTC"
    refreshed_at: dt.datetime | None = maybe_instant()
    nudge_every_days: int = 1
    nudge_snoozed_until: dt.datetime | None = maybe_instant()
    nudged_on: dt.date | None = maybe_date()


class Brand(SQLModel, table=True):
    """A client or own brand. `limited`: only its members see what belongs to it.

    stages: how it names the stages of its partnerships and which it skips, as
    `domain.stage_plan.StagePlan` in JSON; None = as everybody.
    """

    __tablename__ = "brands"
    __table_args__ = (UniqueConstraint("workspace_id", "name_key"),)

    id: int | None = key()
    workspace_id: int = workspace_key()
    name: str
    name_key: str
    limited: bool = False
    stages: dict[str, Any] | None = maybe_json()
    created_by: int | None = may_refer("people.id", index=False)
    created_at: dt.datetime = instant()


class BrandMember(SQLModel, table=True):
    """A person who sees a limited brand."""

    __tablename__ = "brand_members"

    brand_id: int = Field(
        sa_type=Identifier, foreign_key="brands.id", primary_key=True, ondelete="CASCADE"
    )
    person_id: int = Field(
        sa_type=Identifier, foreign_key="people.id", primary_key=True, ondelete="CASCADE"
    )
    workspace_id: int = workspace_key()


class SavedSearch(SQLModel, table=True):
    """A search a person ran; `name` is set once they saved it."""

    __tablename__ = "saved_searches"
    __table_args__ = (UniqueConstraint("workspace_id", "person_id", "text"),)

    id: int | None = key()
    workspace_id: int = workspace_key()
    person_id: int = refers("people.id")
    text: str
    name: str | None = None
    used_at: dt.datetime = instant()


class Nudge(SQLModel, table=True):
    """Something to tell one person privately, gathered into one message a working day."""

    __tablename__ = "nudges"
    __table_args__ = (UniqueConstraint("workspace_id", "dedupe_key"),)

    id: int | None = key()
    workspace_id: int = workspace_key()
    person_id: int = refers("people.id")
    dedupe_key: str
    text: str
    created_at: dt.datetime = instant()
    sent_at: dt.datetime | None = maybe_instant()


class AuditEntry(SQLModel, table=True):
    """Who did what to which object: written once, never edited."""

    __tablename__ = "audit"

    id: int | None = key()
    workspace_id: int = workspace_key()
    at: dt.datetime = instant()
    actor: str = ""
    action: str
    object_kind: str = Field(index=True)
    object_id: int = Field(default=0, sa_type=Identifier, index=True)
    before: dict[str, Any] = json_object()
    after: dict[str, Any] = json_object()
    delivery: str | None = None
