"""Creators, their profiles with dated snapshots, and what makes them findable."""

import datetime as dt
from typing import Any

from sqlalchemy import Index, UniqueConstraint
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
    maybe_date,
    maybe_instant,
    refers,
    workspace_key,
)


class Creator(SQLModel, table=True):
    """The human. `import_id`: the import that brought them, None when a person or bot did.

    found_on: the platform where a look-up found them while nobody kept them; None = in the list.
    merged_into: the creator who proved to be the same person and has all they had. forgotten_at:
    since when this row only stands for somebody removed, in totals of campaigns.
    """

    __tablename__ = "creators"
    __table_args__ = (
        index_where_set("ix_creators_found_on", "found_on"),
        index_where_set("ix_creators_merged_into", "merged_into"),
        {"sqlite_autoincrement": True},  # a number is never given out twice
    )

    id: int | None = key()
    workspace_id: int = workspace_key()
    name: str = ""
    owner_id: int | None = may_refer("people.id")
    import_id: int | None = Field(default=None, sa_type=Identifier, index=True)
    found_on: str | None = None
    merged_into: int | None = Field(default=None, sa_type=Identifier)
    forgotten_at: dt.datetime | None = maybe_instant()
    created_at: dt.datetime = instant()


class Profile(SQLModel, table=True):
    """One account of a creator on one platform; handle_key is the case-folded handle."""

    __tablename__ = "profiles"
    __table_args__ = (
        UniqueConstraint("workspace_id", "platform", "handle_key"),
        Index("ix_profiles_handle", "workspace_id", "handle_key"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = key()
    workspace_id: int = workspace_key()
    creator_id: int = refers("creators.id")
    platform: str
    handle: str
    handle_key: str
    import_id: int | None = Field(default=None, sa_type=Identifier, index=True)
    created_at: dt.datetime = instant()


class Snapshot(SQLModel, table=True):
    """What one source said of a profile, appended and never overwritten.

    content: `domain.creator.ProfileSnapshot` as JSON without unknowns. as_of: when it was true,
    None = date unknown. seen_at: when the same content was last brought in, seen_import_id: by
    which later import. keep_until: when it must be gone by its platform's terms.
    """

    __tablename__ = "snapshots"
    __table_args__ = (
        UniqueConstraint("workspace_id", "profile_id", "content_hash", "import_id"),
        index_where_set("ix_snapshots_keep_until", "keep_until"),
    )

    id: int | None = key()
    workspace_id: int = workspace_key()
    profile_id: int = refers("profiles.id")
    import_id: int | None = Field(default=None, sa_type=Identifier, index=True)
    seen_import_id: int | None = Field(default=None, sa_type=Identifier, index=True)
    as_of: dt.date | None = maybe_date()
    seen_at: dt.datetime = instant()
    keep_until: dt.datetime | None = maybe_instant()
    source: str = ""
    content_hash: str
    content: dict[str, Any] = json_object()


class NicheRow(SQLModel, table=True):
    """A profile under one niche, with all that filters and ranks it: search reads only this.

    niche: vocabulary id, or "*" once for every profile. relevance and *_part: 0-10,000, None
    unknown. rate: engagement ratio. as_of: days since 1970-01-01, None unknown. fee: minor units.
    since_import, until_import: the import that brought or replaced the row (0 = none); a row is
    seen when since_import is not a running import and until_import is 0 or a running import.
    Clustered by its key, so that one niche is one stretch of the file.
    """

    __tablename__ = "niche_rows"
    __table_args__ = (
        Index("ix_niche_rows_profile", "workspace_id", "profile_id"),
        {"sqlite_with_rowid": False},
    )

    workspace_id: int = Field(
        sa_type=Identifier, foreign_key="workspaces.id", primary_key=True, ondelete="CASCADE"
    )
    niche: str = Field(primary_key=True)
    profile_id: int = Field(sa_type=Identifier, primary_key=True)
    since_import: int = Field(default=0, sa_type=Identifier, primary_key=True)
    until_import: int = Field(default=0, sa_type=Identifier)
    creator_id: int = Field(sa_type=Identifier)
    relevance: int
    platform: str
    followers: int | None = big_number()
    rate: float | None = None
    rate_definition: str | None = None
    country: str | None = None
    language: str | None = None
    audience_country: str | None = None
    audience_language: str | None = None
    fee: int | None = big_number()
    fee_currency: str | None = None
    as_of: int | None = None
    added_on: int = 0
    engagement_part: int | None = None
    authenticity_part: int | None = None
    cost_part: int | None = None


class WordRow(SQLModel, table=True):
    """A word of a profile's name, handle, bio or categories, as `domain.text.words` splits it."""

    __tablename__ = "word_rows"
    __table_args__ = (
        Index("ix_word_rows_profile", "workspace_id", "profile_id"),
        {"sqlite_with_rowid": False},
    )

    workspace_id: int = Field(
        sa_type=Identifier, foreign_key="workspaces.id", primary_key=True, ondelete="CASCADE"
    )
    word: str = Field(primary_key=True)
    profile_id: int = Field(sa_type=Identifier, primary_key=True)
    since_import: int = Field(default=0, sa_type=Identifier, primary_key=True)
    until_import: int = Field(default=0, sa_type=Identifier)
    relevance: int


class PoolQuantiles(SQLModel, table=True):
    """How one measure is spread over all profiles of a platform: 101 quantiles.

    measure: "engagement:<rate definition>", the same with "@<size band>", "cost:<currency>",
    "likes_to_comments", …
    """

    __tablename__ = "pool_quantiles"
    __table_args__ = (UniqueConstraint("workspace_id", "platform", "measure"),)

    id: int | None = key()
    workspace_id: int = workspace_key()
    platform: str
    measure: str
    quantiles: list[float] = json_list()
    size: int = 0
    computed_at: dt.datetime = instant()


class Relationship(SQLModel, table=True):
    """How working with a creator went so far, 0-10,000, for one brand (0 = no brand)."""

    __tablename__ = "relationships"
    __table_args__ = (UniqueConstraint("workspace_id", "creator_id", "brand_id"),)

    id: int | None = key()
    workspace_id: int = workspace_key()
    creator_id: int = refers("creators.id")
    brand_id: int = Field(default=0, sa_type=Identifier)
    value: int


class Tag(SQLModel, table=True):
    """A word that a person put on a creator, or an import that had it in a column."""

    __tablename__ = "tags"
    __table_args__ = (UniqueConstraint("workspace_id", "tag_key", "creator_id"),)

    id: int | None = key()
    workspace_id: int = workspace_key()
    creator_id: int = refers("creators.id")
    tag: str
    tag_key: str
    person_id: int | None = may_refer("people.id", index=False)
    import_id: int | None = Field(default=None, sa_type=Identifier, index=True)
    created_at: dt.datetime = instant()


class Note(SQLModel, table=True):
    """What a person (or an imported file) wrote about a creator; seen as its brand is."""

    __tablename__ = "notes"

    id: int | None = key()
    workspace_id: int = workspace_key()
    creator_id: int = refers("creators.id")
    brand_id: int | None = may_refer("brands.id", ondelete="CASCADE")
    person_id: int | None = may_refer("people.id", index=False)
    import_id: int | None = Field(default=None, sa_type=Identifier, index=True)
    text: str
    created_at: dt.datetime = instant()


class Restriction(SQLModel, table=True):
    """A creator who is blocked, or not to be written to (kinds of `domain.restriction`).

    until: the last day it holds, None = for good. lifted_at: when somebody ended it.
    """

    __tablename__ = "restrictions"

    id: int | None = key()
    workspace_id: int = workspace_key()
    creator_id: int = refers("creators.id")
    kind: str
    reason: str
    until: dt.date | None = maybe_date()
    person_id: int | None = may_refer("people.id", index=False)
    created_at: dt.datetime = instant()
    lifted_at: dt.datetime | None = maybe_instant()
    lifted_by: int | None = may_refer("people.id", index=False)


class QuotedFee(SQLModel, table=True):
    """A price for one post that a person typed: it stands above any imported fee.

    brand_id: seen as that brand is, and nothing follows from it; None = everybody's.
    """

    __tablename__ = "quoted_fees"

    id: int | None = key()
    workspace_id: int = workspace_key()
    profile_id: int = refers("profiles.id")
    brand_id: int | None = may_refer("brands.id", ondelete="CASCADE")
    amount: int = Field(sa_type=Identifier)
    currency: str
    person_id: int | None = may_refer("people.id", index=False)
    created_at: dt.datetime = instant()


class CreatorList(SQLModel, table=True):
    """A named list; each import is one."""

    __tablename__ = "lists"
    __table_args__ = (UniqueConstraint("workspace_id", "name_key"),)

    id: int | None = key()
    workspace_id: int = workspace_key()
    name: str
    name_key: str
    import_id: int | None = Field(default=None, sa_type=Identifier, index=True)
    created_by: int | None = may_refer("people.id", index=False)
    created_at: dt.datetime = instant()


class ListMember(SQLModel, table=True):
    """A creator on a list. import_id: the import that put them there, None = a person."""

    __tablename__ = "list_members"
    __table_args__ = ({"sqlite_with_rowid": False},)

    list_id: int = Field(
        sa_type=Identifier, foreign_key="lists.id", primary_key=True, ondelete="CASCADE"
    )
    creator_id: int = Field(
        sa_type=Identifier,
        foreign_key="creators.id",
        primary_key=True,
        ondelete="CASCADE",
        index=True,
    )
    workspace_id: int = workspace_key()
    import_id: int | None = Field(default=None, sa_type=Identifier)


class ImportRun(SQLModel, table=True):
    """One file brought in.

    kind: "creators" or "results" (of partnerships). state: "reading", "review" (a person looks at
    the columns), "queued", "storing" (rows are written and no query sees them), "published",
    "undoing", "undone"; "clearing" (what was written goes again, unseen), then "failed" or
    "cancelled".
    file: name of the kept copy in the data folder. rows_done: profiles already written, so that
    an import that dies is taken up again there. indexed_to: the last of the profiles it brought
    whose index rows are written (`storage.import_index`). report: `domain.importing.ImportReport`
    as JSON. holder, leased_until: which worker stores, clears or undoes it, and until when (real
    time) nobody else may. finished_at: when nothing was left to tidy up.
    """

    __tablename__ = "imports"

    id: int | None = key()
    workspace_id: int = workspace_key()
    person_id: int | None = may_refer("people.id", index=False)
    list_id: int | None = may_refer("lists.id", index=False)
    file_name: str
    file: str = ""
    kind: str = Field(default="creators", sa_column_kwargs={"server_default": "creators"})
    state: str = Field(default="reading", index=True)
    mapping: dict[str, Any] = json_object()
    as_of: dt.date | None = maybe_date()
    view_id: str | None = None
    rows_done: int = 0
    indexed_to: int = Field(default=0, sa_type=Identifier, sa_column_kwargs={"server_default": "0"})
    report: dict[str, Any] = json_object()
    holder: str = ""
    leased_until: dt.datetime | None = maybe_instant()
    created_at: dt.datetime = instant()
    published_at: dt.datetime | None = maybe_instant()
    finished_at: dt.datetime | None = maybe_instant()
    undone_at: dt.datetime | None = maybe_instant()
