"""The live sources as a test asks them: real sources, real HTTP, platforms on this machine."""

import datetime as dt
import json
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import yaml

from domain.look_up import Account, Answers, LookUpQuery
from domain.quota import DailyBudget
from sources.live import LiveSettings, LiveSources
from sources.network import Network
from tests.web import LOOPBACK, Web

NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
NOWHERE = f"http://{LOOPBACK}:9/"


class Ledger:
    """A quota that knows how much is left."""

    def __init__(self, **left: int) -> None:
        self.left = left
        self.spent: Counter[str] = Counter()
        self._lock = threading.Lock()

    def spend(self, budget: DailyBudget, units: int) -> bool:
        with self._lock:
            name = budget.bucket.rpartition(".")[2]
            if self.spent[name] + units > self.left.get(name, budget.units):
                return False
            self.spent[name] += units
            return True


def live(
    quota: Ledger | None = None, network: Network | None = None, **settings: Any
) -> LiveSources:
    """Live sources of which only those reach anything whose address is given."""
    given: dict[str, Any] = {"bluesky_base_url": NOWHERE, "mastodon_servers": (), **settings}
    return LiveSources(LiveSettings(**given), lambda: NOW, quota or Ledger(), network=network)


def bluesky(here: Web) -> dict[str, Any]:
    return {"bluesky_base_url": f"{here.url}/"}


def mastodon(*here: Web) -> dict[str, Any]:
    return {"mastodon_servers": tuple(one.url for one in here)}


def youtube(here: Web, **more: Any) -> dict[str, Any]:
    return {"youtube_base_url": f"{here.url}/", "youtube_api_key": "AIzaTest", **more}


def instagram(here: Web) -> dict[str, Any]:
    return {
        "instagram_base_url": f"{here.url}/v24.0/",
        "instagram_token": "EAATest",
        "instagram_user_id": "17841400000000000",
    }


def words(*phrases: str, **more: Any) -> LookUpQuery:
    return LookUpQuery(words=phrases, **more)


def handles(answers: Answers) -> list[str]:
    return [account.snapshot.handle for account in answers.accounts]


def only(answers: Answers) -> Account:
    (account,) = answers.accounts
    return account


def recorded(folder: Path, name: str) -> Any:
    """A recorded answer."""
    return json.loads((folder / "api" / name).read_text(encoding="utf-8"))


def cassette(folder: Path, name: str, part: str) -> Any:
    """The first answer of a recorded conversation with Mastodon whose address has this in it."""
    file = folder / "api/mastodon.py/tests" / name
    for exchange in yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)["interactions"]:
        if part in exchange["request"]["uri"] and exchange["response"]["status"]["code"] == 200:
            return json.loads(exchange["response"]["body"]["string"])
    raise AssertionError(f"{name} has no answer to {part}")
