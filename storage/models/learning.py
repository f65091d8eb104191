"""What a workspace's own creators taught about niches."""

import datetime as dt
from typing import Any

from sqlmodel import Field, SQLModel

from storage.models.columns import Identifier, big_number, json_list, json_object, maybe_instant


class Learning(SQLModel, table=True):
    """The words that often go with a niche among a workspace's creators: one row a workspace.

    words: niche by word. version: how many times they were counted, computed_at: when last, None =
    never. creators: among how many. changed: words whose creators are still to be judged anew.
    vocabulary: fingerprint of the vocabulary by which index rows are judged; reread_from: the
    profile from which on they are still to be judged by it, None = all are.
    """

    __tablename__ = "learnings"

    workspace_id: int = Field(
        sa_type=Identifier, foreign_key="workspaces.id", primary_key=True, ondelete="CASCADE"
    )
    words: dict[str, Any] = json_object()
    version: int = 0
    creators: int = 0
    computed_at: dt.datetime | None = maybe_instant()
    changed: list[str] = json_list()
    vocabulary: str = ""
    reread_from: int | None = big_number()
