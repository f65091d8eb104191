"""Who is in the workspace, and how Slack describes them."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_name

Json = dict[str, Any]

TEAM_ID = "T0PLAYGRND"
OTHER_TEAM_ID = "T0ELSEWHER"
TEAM_NAME = "Field & Co"
TEAM_DOMAIN = "field-and-co"
APP_ID = "A0PLAYGRND"
BOT_USER_ID = "U0BOTUSER01"
BOT_ID = "B0BOTUSER01"
SLACKBOT_ID = "USLACKBOT"
CAN_USE_APPS = ("owner", "member", "guest")


@dataclass
class User:
    """A member of the workspace.

    role: owner, member, guest, stranger (of another organisation), bot, app (the bot
    under test) or slackbot. tz: an IANA name. color: hex, without #.
    """

    id: str
    name: str
    real_name: str
    display_name: str
    role: str = "member"
    tz: str = "Europe/London"
    locale: str = "en-GB"
    color: str = "4bbe2e"
    deleted: bool = False

    @property
    def is_bot(self) -> bool:
        """Robo and the app; Slackbot is none, as in Slack."""
        return self.role in ("bot", "app")

    @property
    def team_id(self) -> str:
        """The workspace that the person belongs to."""
        return OTHER_TEAM_ID if self.role == "stranger" else TEAM_ID

    def tz_label(self, now: float | None = None) -> str:
        """The timezone's name at that moment, such as British Summer Time."""
        zone = ZoneInfo(self.tz)
        moment = dt.datetime.now(zone) if now is None else dt.datetime.fromtimestamp(now, zone)
        return get_timezone_name(moment, locale="en_GB")

    def as_slack(self, now: float) -> Json:
        """The user object of `users.info`; `now` decides on summer time."""
        moment = dt.datetime.fromtimestamp(now, ZoneInfo(self.tz))
        offset = moment.utcoffset() or dt.timedelta()
        names = {
            "real_name": self.real_name,
            "real_name_normalized": self.real_name,
            "display_name": self.display_name,
            "display_name_normalized": self.display_name,
        }
        profile: Json = {**names, "team": self.team_id, "avatar_hash": "g" + self.id.lower()}
        described: Json = {
            "id": self.id,
            "team_id": self.team_id,
            "name": self.name,
            "deleted": self.deleted,
            "profile": profile,
            "is_bot": self.is_bot,
            "is_app_user": False,
            "updated": int(now),
        }
        if self.deleted:
            return described
        described |= {
            "color": self.color,
            "real_name": self.real_name,
            "tz": self.tz,
            "tz_label": self.tz_label(now),
            "tz_offset": int(offset.total_seconds()),
            "is_admin": self.role == "owner",
            "is_owner": self.role == "owner",
            "is_primary_owner": self.role == "owner",
            "is_restricted": self.role == "guest",
            "is_ultra_restricted": False,
            "is_email_confirmed": True,
            "who_can_share_contact_card": "EVERYONE",
        }
        if self.role == "stranger":  # Slack sets it where no channel with the app is shared
            described["is_stranger"] = False
        if self.is_bot:
            profile["bot_id"] = bot_id(self)
            profile["api_app_id"] = APP_ID if self.role == "app" else "A0ROBO00001"
        return described


def bot_id(user: User) -> str | None:
    """The B… id of a bot user; `None` for a person."""
    return "B" + user.id[1:] if user.is_bot else None


def seeded_people(bot_name: str) -> list[User]:
    """The people that every playground starts with; their ids never change."""
    bot_handle = bot_name.lower().replace(" ", "_")
    return [
        User("U0OLIVIA001", "olivia", "Olivia Owner", "Olivia", "owner", color="9f69e7"),
        User("U0ANA000001", "ana", "Ana Approver", "Ana", color="4bbe2e"),
        User(
            "U0BEN000001", "ben", "Ben Approver", "Ben", "member", "America/New_York", "en-US",
            "e7392d",
        ),
        User(
            "U0CARLA0001", "carla", "Carla Member", "Carla", "member", "Europe/Madrid", "es-ES",
            "3c989f",
        ),
        User("U0GUS000001", "gus", "Gus Guest", "Gus", "guest", color="674b1b"),
        User(
            "U0SAM000001", "sam", "Sam Stranger", "Sam", "stranger", "America/Los_Angeles",
            "en-US", "e96699",
        ),
        User("U0ROBO00001", "robo", "Robo", "Robo", "bot", "Etc/UTC", "en-US", "757575"),
        User(
            BOT_USER_ID, bot_handle, bot_name, bot_name, "app", "America/Los_Angeles", "en-US",
            "2b6df0",
        ),
        User(SLACKBOT_ID, "slackbot", "Slackbot", "Slackbot", "slackbot", "Etc/UTC", "en-US"),
    ]  # fmt: skip
