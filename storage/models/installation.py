"""What a workspace granted when it installed the app, and the OAuth states that were used."""

import datetime as dt

from sqlmodel import Field, SQLModel

from storage.models.columns import Identifier, instant, maybe_instant


class Installation(SQLModel, table=True):
    """The bot's tokens in one workspace, or in all of an organisation.

    whole_org: for every workspace of the enterprise; its row in `workspaces` has no team then.
    bot_token, refresh_token: as `storage.sealing` keeps them, "" = none (any more). expires_at:
    when the bot token ends, None = never. number: how often it was installed; what was learned of
    an earlier installation says nothing of a later one. leased_until: somebody gets new tokens
    until then (real time). lost: why Slack gives no new tokens; only a new installation helps.
    """

    __tablename__ = "installations"

    workspace_id: int = Field(
        sa_type=Identifier, foreign_key="workspaces.id", primary_key=True, ondelete="CASCADE"
    )
    whole_org: bool = False
    number: int = 1
    bot_token: str = ""
    refresh_token: str = ""
    expires_at: dt.datetime | None = maybe_instant(index=True)
    scopes: str = ""
    installed_at: dt.datetime = instant()
    leased_until: dt.datetime | None = maybe_instant()
    lost: str | None = None


class UsedState(SQLModel, table=True):
    """An OAuth state that came back: never again. It has no workspace: none is known yet."""

    __tablename__ = "used_states"

    digest: str = Field(primary_key=True)
    expires_at: dt.datetime = instant()
