"""Sets the scene for tests of forgetting: somebody whose every text can be told from all others."""

import datetime as dt
import json
from collections.abc import Iterable
from typing import Any

import pytest
from sqlalchemy import JSON, LargeBinary, select
from sqlmodel import SQLModel

from domain.creator import Figures, Money, Platform, ProfileSnapshot, ToldPost
from domain.niche import default_vocabulary
from storage import index, profile_store, profiles
from tests.slack import Slack

ON_SQLITE = pytest.mark.parametrize("beginning", ["sqlite"], indirect=True)
"""For what is the same on both databases and takes a while."""
CANARY = "zqcanar"
HANDLE = "zqcanary_anna"
NAME = "Zqcanaria Vogelsang"
EMAIL = "zqcanary@mail.example"
CODE = "ZQCANARY15"


def profile(platform: Platform = Platform.INSTAGRAM, **more: Any) -> ProfileSnapshot:
    """What a source says of them; everything in it has the canary's letters."""
    said: dict[str, Any] = {
        "platform": platform,
        "handle": HANDLE,
        "display_name": NAME,
        "url": f"https://www.{platform}.com/{HANDLE}/",
        "bio": f"Skincare by {NAME}, write to {EMAIL}",
        "categories": ("Skincare",),
        "country": "DE",
        "email": EMAIL,
        "figures": Figures(followers=12_345, fee=Money(amount=900, currency="EUR")),
        "as_of": dt.date(2026, 11, 2),
        "source": "invented for a test",
        "extra": {"Manager": f"{NAME}'s sister"},
        "post_texts": (f"#ad from {HANDLE}",),
        "told_posts": (ToldPost(f"https://instagram.com/{HANDLE}/p/X1"),),
        **more,
    }
    return ProfileSnapshot(**said)


def store(slack: Slack, *found: ProfileSnapshot) -> list[int]:
    """Store profiles as a source does; gives how many were left out."""
    with slack.writing() as tx:
        done = profile_store.store(tx, list(found), default_vocabulary(), index.pools(tx))
        return [done.forgotten]


def creator_of(slack: Slack, handle: str = HANDLE) -> int:
    """The number of whose handle it is."""
    with slack.reading() as tx:
        return profiles.by_handle(tx, handle)[0].creator_id


def forget(slack: Slack, handle: str = HANDLE, who: str = "olivia") -> None:
    """Ask for it, type the handle, and let the bot do it."""
    slack.workspace.command(who, f"forget {handle}")
    slack.settle()
    assert slack.submit(who, {"typed": handle}) is None
    slack.workspace.close_view(who, everything=True)


def places_with(slack: Slack, letters: str = CANARY) -> list[str]:
    """Tables and columns of the whole database that have these letters anywhere."""
    found = []
    with slack.reading() as tx:
        for table in SQLModel.metadata.sorted_tables:
            for row in tx.session.execute(select(table)):
                found += [
                    f"{table.name}.{column.name}: {value!s:.300}"
                    for column in table.columns
                    if letters in _written((value := row._mapping[column.name]), column.type)
                ]
    return found


def seen_by_anybody(slack: Slack, people: Iterable[str] = ("olivia", "ana", "ben")) -> list[str]:
    """All of the bot's messages in Slack that last, and Homes; what one person saw once goes."""
    state = slack.workspace.store
    with state.reading():
        shown = [
            json.dumps([one.text, one.blocks, one.metadata], ensure_ascii=False)
            for messages in state.messages.values()
            for one in messages
            if one.bot_id and not one.ephemeral_to and not one.deleted
        ]
    homes = [home for who in people if (home := slack.workspace.home(who)) is not None]
    return [*shown, *(slack.text_of(home) for home in homes)]


def _written(value: Any, kind: Any) -> str:
    if isinstance(kind, LargeBinary):
        return bytes(value or b"").decode("latin-1").lower()
    if isinstance(kind, JSON):
        return json.dumps(value, ensure_ascii=False).lower()
    return str(value).lower()
