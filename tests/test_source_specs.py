"""What the sources ask is what the platforms' own specifications know, and nothing is made up."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from domain.creator import Platform
from sources import bluesky_rows, mastodon_rows, youtube_rows
from sources.shapes import Row
from tests.asking import bluesky, live, mastodon, words, youtube
from tests.specifications import wrong
from tests.test_source_bluesky import actor, platform_of
from tests.test_source_mastodon import account, server
from tests.test_source_youtube import api, channel
from tests.web import Request, web


def load(folder: Path, name: str) -> Any:
    return json.loads((folder / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("script", "platform", "setup"),
    [
        (platform_of(actor(1, followersCount=5)), Platform.BLUESKY, bluesky),
        (server(account(), looked_up=account()), Platform.MASTODON, mastodon),
        (api(channel(1)), Platform.YOUTUBE, youtube),
    ],
)
def test_every_request_is_one_that_the_specification_knows(
    shared_specs: Path, script: Callable[[Request], Any], platform: Platform, setup: Any
) -> None:
    """`tests.web` holds each request of any test against the specifications; here are all kinds."""
    with web(script) as here:
        sources = live(**setup(here))
        found = sources.fan_out(words("skincare", country="DE", language="de"), [platform])
        assert found.gaps == ()
        sources.with_posts(found.accounts)
        sources.fetch_one(platform, found.accounts[0].snapshot.handle.partition("@")[0])
        assert len({re.sub(r"\d{2,}", "1", path) for path in here.paths()}) == 4
        assert here.wrong == []


@pytest.mark.parametrize(
    ("path", "query", "said"),
    [
        ("/xrpc/app.bsky.actor.searchActors", "q=x&limit=101", ["limit=101"]),
        ("/xrpc/app.bsky.actor.getProfile", "actor=a%20b", ["actor=a b"]),
        ("/xrpc/app.bsky.actor.getProfile", "", ["actor is missing"]),
        ("/xrpc/app.bsky.actor.getProfil", "", ["there is no method app.bsky.actor.getProfil"]),
        ("/xrpc/app.bsky.actor.getProfiles", "&".join(["actors=a.test"] * 26),
         ["actors is asked for 26 times"]),
        ("/xrpc/app.bsky.feed.getAuthorFeed", "actor=a.test&filter=posts", ["filter=posts"]),
        ("/api/v2/search", "q=x&limit=41", ["limit=41"]),
        ("/api/v2/search", "q=x&resolve=true", ["no parameter is named resolve"]),
        ("/api/v1/accounts/1/status", "", ["there is no address /api/v1/accounts/1/status"]),
        ("/api/v1/accounts/1/statuses", "exclude_replies=1", ["exclude_replies=1"]),
        ("/youtube/v3/search", "q=x&maxResults=51&part=snippet", ["maxResults=51"]),
        ("/youtube/v3/channels", "forHandle=x", ["part is missing"]),
        ("/youtube/v3/videos", "part=snippet&id=" + ",".join(["v"] * 51), ["51 of id"]),
        ("/youtube/v3/channels", "part=snippet&id=", ["id="]),
        ("/anything/else", "x=1", []),
    ],
)  # fmt: skip
def test_what_a_specification_does_not_know_is_told(
    shared_specs: Path, path: str, query: str, said: list[str]
) -> None:
    assert wrong(path, parse_qs(query, keep_blank_values=True)) == said


def fields(row: type[Row]) -> set[str]:
    return {field.alias or name for name, field in row.model_fields.items()}


@pytest.mark.parametrize(
    ("row", "place"),
    [
        (bluesky_rows.Profile, "actor/defs.json#profileViewDetailed"),
        (bluesky_rows.Found, "actor/defs.json#profileView"),
        (bluesky_rows.Post, "feed/defs.json#postView"),
        (bluesky_rows.Item, "feed/defs.json#feedViewPost"),
        (bluesky_rows.Record, "feed/post.json#main"),
    ],
)
def test_every_field_read_of_bluesky_is_in_its_lexicons(
    shared_specs: Path, row: type[Row], place: str
) -> None:
    file, _, name = place.partition("#")
    lexicon = load(shared_specs, f"bsky-lexicons/app/bsky/{file}")["defs"][name]
    known = lexicon.get("record", lexicon)
    assert fields(row) <= set(known["properties"])
    for required in {name for name, each in row.model_fields.items() if each.is_required()}:
        assert required in known["required"]


@pytest.mark.parametrize(
    ("row", "name"),
    [(mastodon_rows.Account, "Account"), (mastodon_rows.Status, "Status"),
     (mastodon_rows.Field, "Field"), (mastodon_rows.Tagged, "Status")],
)  # fmt: skip
def test_every_field_read_of_mastodon_is_in_its_openapi_document(
    shared_specs: Path, row: type[Row], name: str
) -> None:
    known = load(shared_specs, "mastodon-openapi.json")["components"]["schemas"][name]
    assert fields(row) <= set(known["properties"])
    for field in {name for name, each in row.model_fields.items() if each.is_required()}:
        assert field in known["required"], f"{field} may be absent"


@pytest.mark.parametrize(
    ("row", "name"),
    [(youtube_rows.Channel, "Channel"), (youtube_rows.ChannelSnippet, "ChannelSnippet"),
     (youtube_rows.ChannelStatistics, "ChannelStatistics"), (youtube_rows.Video, "Video"),
     (youtube_rows.VideoSnippet, "VideoSnippet"), (youtube_rows.Item, "PlaylistItem"),
     (youtube_rows.VideoStatistics, "VideoStatistics"), (youtube_rows.FoundId, "ResourceId"),
     (youtube_rows.ItemContent, "PlaylistItemContentDetails"), (youtube_rows.Found, "SearchResult"),
     (youtube_rows.Topics, "ChannelTopicDetails")],
)  # fmt: skip
def test_every_field_read_of_youtube_is_in_its_discovery_document(
    shared_specs: Path, row: type[Row], name: str
) -> None:
    known = load(shared_specs, "youtube.v3.json")["schemas"][name]["properties"]
    assert fields(row) <= set(known)
