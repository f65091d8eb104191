"""A browser that installs the app, and the Slack app of many workspaces."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from bot.oauth import COOKIE
from playground.grants import Place
from playground.people import APP_ID, BOT_USER_ID
from tests.slack import Slack

CLIENT = "1234567890.987654321", "a-client-secret-of-the-tests"
OTHER = Place("T0OTHER0001", "Other & Sons")
ORG = Place("", "", "E0GRID00001", "Big Org", whole_org=True)


@dataclass
class Browser:
    """It keeps the one cookie, as a browser on an https address does."""

    base: str
    cookie: str = ""
    sent: list[httpx.Response] = field(default_factory=list)

    def get(self, url: str) -> httpx.Response:
        """Open an address; does not follow where it leads."""
        headers = {"Cookie": f"{COOKIE}={self.cookie}"} if self.cookie else {}
        answer = httpx.get(url, headers=headers, follow_redirects=False, trust_env=False)
        self.sent.append(answer)
        if set_cookie := answer.headers.get("set-cookie"):
            self.cookie = set_cookie.partition("=")[2].partition(";")[0]
        return answer

    def begin(self) -> str:
        """Open the bot's install page; gives Slack's address that it leads to."""
        answer = self.get(f"{self.base}/slack/install")
        assert answer.status_code == 302, answer.text
        return str(answer.headers["location"])


def browser(slack: Slack) -> Browser:
    """Somebody's browser, new."""
    return Browser(slack.bot.settings.public_url)


def install(slack: Slack, who: str = "olivia", place: Place | None = None) -> httpx.Response:
    """Install the app from beginning to end; gives the page at the end."""
    here = browser(slack)
    done = here.get(slack.workspace.authorize(here.begin(), who, place))
    slack.settle()
    return done


def state_of(url: str) -> str:
    """The state in an address of Slack's."""
    return parse_qs(urlsplit(url).query)["state"][0]


def start(database_url: str, folder: Path, **settings: Any) -> Slack:
    """A bot for many workspaces, installed in none."""
    started = Slack.start(database_url, folder, client=CLIENT, **settings)
    started.workspace.grants.teams[ORG.enterprise_id] = {"T0GRIDTEAM1", "T0GRIDTEAM2"}
    return started


def event(kind: str, at: float, place: Place | None = None, **more: Any) -> dict[str, Any]:
    """An event about the app itself, as Slack sends it. at: when it happened."""
    where = place or Place()
    about = {
        "enterprise_id": where.enterprise_id or None,
        "team_id": where.team_id or None,
        "user_id": BOT_USER_ID,
        "is_bot": True,
        "is_enterprise_install": where.whole_org,
    }
    return {
        "token": "playground",
        "team_id": where.team_id or None,
        "enterprise_id": where.enterprise_id or None,
        "api_app_id": APP_ID,
        "event": {"type": kind, "event_ts": f"{at:.6f}", **more},
        "type": "event_callback",
        "event_id": f"Ev{kind}{at}{where.team_id}",
        "event_time": int(at),
        "authorizations": [about],
        "is_ext_shared_channel": False,
    }
