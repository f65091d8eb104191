"""Creators looked up where they are: what was asked, what stays known of it, and at what cost."""

import datetime as dt
from typing import Any

from sqlalchemy import Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.models.columns import (
    UtcDateTime,
    instant,
    json_list,
    json_object,
    key,
    may_refer,
    maybe_instant,
    refers,
    workspace_key,
)


class LookUp(SQLModel, table=True):
    """One question to the platforms, asked by a person.

    asked_key: the same for questions that ask the platforms the same, whoever asks. text: the
    search as it was typed. response_url: where the person is told. answers: by platform, what it
    said (`storage.look_ups.PlatformAnswer` as JSON). state: "waiting", "asking", "done".
    """

    __tablename__ = "look_ups"
    __table_args__ = (Index("ix_look_ups_asked", "workspace_id", "asked_key"),)

    id: int | None = key()
    workspace_id: int = workspace_key()
    person_id: int | None = may_refer("people.id", index=False)
    asked_key: str
    text: str
    platforms: list[str] = json_list()
    channel_id: str = ""
    response_url: str = ""
    state: str = "waiting"
    answers: dict[str, Any] = json_object()
    created_at: dt.datetime = instant()
    asking_since: dt.datetime | None = maybe_instant()
    finished_at: dt.datetime | None = maybe_instant()


class LiveAccount(SQLModel, table=True):
    """What ties a profile to its account on a platform that is asked now and then.

    native_id: the account's own, which stays when its handle changes; "" = not known yet.
    look_up_id: the question that first brought it; None = it was in the list before. seen_at: when
    its platform last showed it. refresh_at: when it is asked for again; refresh_by:
    the latest for that by the platform's terms. gone_since: when it was first found missing.
    former_handles: those it had before, the oldest first.
    """

    __tablename__ = "live_accounts"
    __table_args__ = (
        UniqueConstraint("workspace_id", "profile_id"),
        Index("ix_live_accounts_native", "workspace_id", "platform", "native_id"),
        Index("ix_live_accounts_due", "workspace_id", "platform", "refresh_at"),
    )

    id: int | None = key()
    workspace_id: int = workspace_key()
    profile_id: int = refers("profiles.id")
    platform: str
    native_id: str = ""
    look_up_id: int | None = may_refer("look_ups.id")
    seen_at: dt.datetime | None = maybe_instant()
    refresh_at: dt.datetime = instant()
    refresh_by: dt.datetime | None = maybe_instant()
    gone_since: dt.datetime | None = maybe_instant()
    former_handles: list[str] = json_list()


class QuotaUse(SQLModel, table=True):
    """What was spent of a platform's daily quota. It is the operator's, so of no workspace.

    bucket: "youtube:search", … day: a date where the platform counts its days.
    """

    __tablename__ = "quota_uses"

    bucket: str = Field(primary_key=True)
    day: dt.date = Field(primary_key=True)
    used: int = 0


class SourceHealth(SQLModel, table=True):
    """When a platform last answered and last did not, whoever asked. It is of no workspace.

    failure: what it was, in a sentence. closed_until: it asked not to be called before.
    """

    __tablename__ = "source_health"

    source: str = Field(primary_key=True)
    succeeded_at: dt.datetime | None = maybe_instant()
    failed_at: dt.datetime | None = maybe_instant()
    failure: str = ""
    closed_until: dt.datetime | None = maybe_instant()


class SourceAnswer(SQLModel, table=True):
    """An answer that a platform rations, kept for all who ask the same. It is of no workspace."""

    __tablename__ = "source_answers"

    key: str = Field(primary_key=True)
    value: str = Field(sa_type=Text)
    keep_until: dt.datetime = Field(sa_type=UtcDateTime, index=True)
