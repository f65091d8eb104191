"""Which creators proved to be one person, and which may be."""

import datetime as dt
from typing import Any

from sqlalchemy import Index, UniqueConstraint
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


class Merge(SQLModel, table=True):
    """Two creators who are one person: what `merged_id` had is with `kept_id` until separated.

    person_id: who said so, None = the links between their profiles did. why: the evidence, as
    people read it. import_id: the import whose links told it. before, after: name and owner of the
    kept creator. moved: by table, numbers of the rows that went over (of lists: the lists'), so
    that they can go back. lasting: their profiles proved to be one account, so it can't be undone.
    """

    __tablename__ = "merges"

    id: int | None = key()
    workspace_id: int = workspace_key()
    kept_id: int = refers("creators.id")
    merged_id: int = refers("creators.id")
    person_id: int | None = may_refer("people.id", index=False)
    why: str = ""
    import_id: int | None = Field(default=None, sa_type=Identifier, index=True)
    before: dict[str, Any] = json_object()
    after: dict[str, Any] = json_object()
    moved: dict[str, Any] = json_object()
    lasting: bool = Field(default=False, sa_column_kwargs={"server_default": "0"})
    created_at: dt.datetime = instant()
    separated_at: dt.datetime | None = maybe_instant()
    separated_by: int | None = may_refer("people.id", index=False)


class ProfilePair(SQLModel, table=True):
    """Two profiles that may be one person's. first_id is the smaller number.

    state: "proposed", or "refused" (somebody said no, or separated them: they are never joined
    without a person again). why: the evidence, as people read it. import_id: whose file told it.
    """

    __tablename__ = "profile_pairs"
    __table_args__ = (UniqueConstraint("workspace_id", "first_id", "second_id"),)

    id: int | None = key()
    workspace_id: int = workspace_key()
    first_id: int = refers("profiles.id")
    second_id: int = refers("profiles.id")
    state: str = "proposed"
    why: str = ""
    import_id: int | None = Field(default=None, sa_type=Identifier, index=True)
    person_id: int | None = may_refer("people.id", index=False)
    created_at: dt.datetime = instant()
    decided_at: dt.datetime | None = maybe_instant()


class ProfileLink(SQLModel, table=True):
    """What a profile links to. target: "instagram:anna", or "page:linktr.ee/anna".

    verified: the platform has checked that the target links back.
    """

    __tablename__ = "profile_links"
    __table_args__ = (
        Index("ix_profile_links_target", "workspace_id", "target"),
        {"sqlite_with_rowid": False},
    )

    profile_id: int = Field(
        sa_type=Identifier, foreign_key="profiles.id", primary_key=True, ondelete="CASCADE"
    )
    target: str = Field(primary_key=True)
    workspace_id: int = workspace_key()
    verified: bool = False
