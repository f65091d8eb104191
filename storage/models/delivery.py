"""What came from Slack, what goes back, and work for later."""

import datetime as dt
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.models.columns import (
    Identifier,
    UtcDateTime,
    instant,
    json_object,
    key,
    maybe_instant,
    workspace_key,
)


class Delivery(SQLModel, table=True):
    """Something Slack delivered and that was acted on; a repeat gets the same answer."""

    __tablename__ = "deliveries"

    workspace_id: int = Field(
        sa_type=Identifier, foreign_key="workspaces.id", primary_key=True, ondelete="CASCADE"
    )
    key: str = Field(primary_key=True)
    received_at: dt.datetime = Field(sa_type=UtcDateTime, index=True)
    answer: dict[str, Any] = json_object()


class OutboxMessage(SQLModel, table=True):
    """One call to Slack that a transaction decided on.

    lane: what keeps its order (a channel, a person's Home). method: the Web API method, or
    "response_url". message_key: ours and unique; goes into Slack metadata. reply_to, changes: the
    message_key of the thread's root, or of the message to update. about: what it shows, for
    example "card:12". state: "waiting", "sending", "unknown" (sent, not answered), "sent",
    "failed", "parked". payload: arguments; payload["fallback_blocks"] is the plainer form.
    unknown_since: real time since which nobody knows whether Slack took it; None = it is known.
    look_since: when it may have been posted already, in a time that a restored database knows
    nothing of; None = not before created_at.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("workspace_id", "message_key"),
        Index("ix_outbox_lane", "workspace_id", "lane", "state", "id"),
        Index("ix_outbox_due", "state", "due_at"),
        Index("ix_outbox_posted", "workspace_id", "channel_id", "ts"),
        Index("ix_outbox_about", "workspace_id", "about"),
    )

    id: int | None = key()
    workspace_id: int = workspace_key()
    lane: str
    method: str
    message_key: str
    about: str = ""
    reply_to: str | None = None
    changes: str | None = None
    payload: dict[str, Any] = json_object()
    state: str = "waiting"
    attempts: int = 0
    due_at: dt.datetime = instant()
    leased_until: dt.datetime | None = maybe_instant()
    channel_id: str | None = None
    ts: str | None = None
    error: str | None = None
    created_at: dt.datetime = instant()
    settled_at: dt.datetime | None = maybe_instant()
    unknown_since: dt.datetime | None = maybe_instant()
    look_since: dt.datetime | None = maybe_instant()


class Job(SQLModel, table=True):
    """Work for later. state: "waiting", "running", "done", "failed".

    asked_at: when a person asked for it; None = the clock did, which does by itself what is due.
    attempts: how often it was taken up, of which its worker was killed times_left times.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        UniqueConstraint("workspace_id", "job_key"),
        Index("ix_jobs_due", "state", "due_at"),
    )

    id: int | None = key()
    workspace_id: int = workspace_key()
    kind: str
    job_key: str
    payload: dict[str, Any] = json_object()
    state: str = "waiting"
    attempts: int = 0
    due_at: dt.datetime = instant()
    leased_until: dt.datetime | None = maybe_instant()
    error: str | None = None
    created_at: dt.datetime = instant()
    asked_at: dt.datetime | None = maybe_instant()
    times_left: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
