"""Comments under posts of partnerships, for thirty days, and how many said what, for good."""

import datetime as dt

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.models.columns import UtcDateTime, key, maybe_instant, refers, workspace_key


class Comment(SQLModel, table=True):
    """What somebody wrote under a post; who that was is not kept.

    seen_key: tells it from others (`domain.comments.CommentSeen`). verdict: a
    `domain.comments.Verdict`. keep_until: when it is deleted.
    """

    __tablename__ = "comments"
    __table_args__ = (UniqueConstraint("workspace_id", "post_id", "seen_key"),)

    id: int | None = key()
    workspace_id: int = workspace_key()
    post_id: int = refers("posts.id")
    seen_key: str
    text: str
    verdict: str
    keep_until: dt.datetime = Field(sa_type=UtcDateTime, index=True)


class PostFeedback(SQLModel, table=True):
    """How many comments of a post said what, and when it is asked for more.

    first_at: of the first reading; a month later there is none any more. next_at: None = done.
    """

    __tablename__ = "post_feedback"
    __table_args__ = (UniqueConstraint("workspace_id", "post_id"),)

    id: int | None = key()
    workspace_id: int = workspace_key()
    post_id: int = refers("posts.id")
    source: str
    positive: int = Field(default=0)
    neutral: int = Field(default=0)
    negative: int = Field(default=0)
    not_scored: int = Field(default=0)
    left_out: int = Field(default=0)
    first_at: dt.datetime | None = maybe_instant()
    next_at: dt.datetime | None = maybe_instant(index=True)
    failures: int = Field(default=0)
