"""Drafts that creators send in before anything goes live."""

import datetime as dt

from sqlalchemy import UniqueConstraint
from sqlmodel import SQLModel

from storage.models.columns import instant, key, may_refer, refers, workspace_key


class Draft(SQLModel, table=True):
    """One version of what a creator wants to post, put before the approvers on a card.

    version: from 1, for each partnership. link: where it can be seen, "" = a file. file_id,
    file_name: of Slack's; shared_at stays None until it stands in the card's thread.
    disclosed: whether the caption says that it is paid for; None = no caption to judge.
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
