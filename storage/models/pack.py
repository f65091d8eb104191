"""Packs: what a search of a large workspace reads, and what changed since it was made."""

import datetime as dt

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.models.columns import Identifier, key, maybe_instant, workspace_key


class Pack(SQLModel, table=True):
    """Which pack of a workspace is read. version: 0 while none was ever finished.

    epoch: of the youngest building, which becomes its version; changes are written down under the
    epoch in which they are made, so a pack has seen those of all epochs before its own. size:
    profiles in it. working_at: when its builder last gave a sign of life (real time).
    """

    __tablename__ = "packs"

    workspace_id: int = Field(
        sa_type=Identifier, foreign_key="workspaces.id", primary_key=True, ondelete="CASCADE"
    )
    version: int = 0
    epoch: int = 0
    size: int = 0
    working_at: dt.datetime | None = maybe_instant()
    built_at: dt.datetime | None = maybe_instant()


class PackPiece(SQLModel, table=True):
    """A stretch of one packed array. name: "column:followers", "niche:vegan", "about" (JSON)."""

    __tablename__ = "pack_pieces"
    __table_args__ = (UniqueConstraint("workspace_id", "version", "name", "place"),)

    id: int | None = key()
    workspace_id: int = workspace_key()
    version: int
    name: str
    place: int
    content: bytes


class PackChange(SQLModel, table=True):
    """What changed in what a search finds; triggers of the database write it.

    kind: "profile", "import" (published or gone: its rows are seen otherwise now) or
    "relationship" (of a creator). Rows are only ever added to an epoch, so their number tells
    whether there is anything new. No foreign key: rows come while a workspace is deleted.
    """

    __tablename__ = "pack_changes"
    __table_args__ = (
        Index("ix_pack_changes_epoch", "workspace_id", "epoch"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = key()
    workspace_id: int = Field(sa_type=Identifier)
    epoch: int
    kind: str
    subject_id: int = Field(sa_type=Identifier)
