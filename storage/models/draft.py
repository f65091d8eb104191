"""Drafts that creators send in before anything goes live."""

import datetime as dt

from sqlalchemy import UniqueConstraint
from sqlmodel import SQLModel

from storage.models.columns import instant, key, may_refer, refers, workspace_key


class Draft(SQLModel, table=True):
    """One version of what a creator wants to post, put before the approvers on a card.

    version: from 1, for each partnership. link: where it can be seen, "" = a file. file_id,
    file_name: as it was handed over in Slack. disclosed: whether the caption says that it is
    advertising; None = that could not be told. card_id: where it is decided.
    """

    __tablename__ = "drafts"
    __table_args__ = (UniqueConstraint("workspace_id", "partnership_id", "version"),)

    id: int | None = key()
    workspace_id: int = workspace_key()
    partnership_id: int = refers("partnerships.id")
    card_id: int | None = may_refer("cards.id")
    version: int = 1
    link: str = ""
    file_id: str = ""
    file_name: str = ""
    caption: str = ""
    disclosed: bool | None = None
    person_id: int | None = may_refer("people.id", index=False)
    created_at: dt.datetime = instant()
