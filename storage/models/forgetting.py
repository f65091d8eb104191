"""Creators who were forgotten: that it was asked for, how far it is, and what keeps them away."""

import datetime as dt
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.models.columns import (
    Identifier,
    instant,
    json_object,
    key,
    may_refer,
    maybe_instant,
    refers,
    workspace_key,
)


class ForgetSecret(SQLModel, table=True):
    """What a workspace's hashes of forgotten people are made with, as `storage.sealing` keeps it.

    With ENCRYPTION_KEYS nobody learns from the database alone whom the hashes are of.
    """

    __tablename__ = "forget_secrets"

    workspace_id: int = Field(
        sa_type=Identifier, foreign_key="workspaces.id", primary_key=True, ondelete="CASCADE"
    )
    secret: str


class Forgetting(SQLModel, table=True):
    """One creator who is being, or was, forgotten. Whom it was is in it only while it is at work.

    creator_id: of the row that stands for them afterwards, or stood. person_id: who asked, None =
    the command line. state: "working", "done" or "allowed" (they may be brought in again). named:
    `domain.forgetting.Names` and row numbers, emptied at the end. step, after: what is to be done
    next. counts: what went. to_clear: what people have to clear by hand.
    """

    __tablename__ = "forgettings"

    id: int | None = key()
    workspace_id: int = workspace_key()
    creator_id: int = Field(sa_type=Identifier, index=True)
    person_id: int | None = may_refer("people.id", index=False)
    state: str = Field(default="working", index=True)
    named: dict[str, Any] = json_object()
    step: str = ""
    after: int = Field(default=0, sa_type=Identifier)
    counts: dict[str, Any] = json_object()
    to_clear: dict[str, Any] = json_object()
    asked_at: dt.datetime = instant()
    finished_at: dt.datetime | None = maybe_instant()
    allowed_at: dt.datetime | None = maybe_instant()


class ForgottenKey(SQLModel, table=True):
    """The keyed hash of one handle, id, email address, code or post of somebody forgotten."""

    __tablename__ = "forgotten_keys"
    __table_args__ = (UniqueConstraint("workspace_id", "key_hash"),)

    id: int | None = key()
    workspace_id: int = workspace_key()
    forgetting_id: int = refers("forgettings.id")
    key_hash: str
