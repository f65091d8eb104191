"""What the sources ask is what the platforms' own specifications know, and nothing is made up."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from domain.creator import Platform
from sources import bluesky_rows, mastodon_rows, youtube_rows
from sources.shapes import Row
from tests.asking import bluesky, live, mastodon, words, youtube
from tests.test_source_bluesky import actor, platform_of
from tests.test_source_mastodon import account, server
from tests.test_source_youtube import api, channel
from tests.web import Request, web


def load(folder: Path, name: str) -> Any:
    return json.loads((folder / name).read_text(encoding="utf-8"))


def asked(script: Callable[[Request], Any], platform: Platform, setup: Any) -> list[Request]:
    """Everything that one search, its posts and one look at an account ask."""
    with web(script) as here:
        sources = live(**setup(here))
        found = sources.fan_out(words("skincare", country="DE", language="de"), [platform])
        assert found.gaps == ()
        sources.with_posts(found.accounts)
        sources.fetch_one(platform, found.accounts[0].snapshot.handle.partition("@")[0])
        return here.requests


def fits(value: str, known: dict[str, Any]) -> bool:
    """Whether a value may stand in a parameter, by its type and bounds."""
    kind = known.get("type", "string")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "integer":
        return value.isdigit() and (
            int(known.get("minimum", 0)) <= int(value) <= int(known.get("maximum", 10**9))
        )
    return value in ("true", "false") if kind == "boolean" else True


def test_bluesky_is_asked_as_its_lexicons_say(shared_specs: Path) -> None:
    requests = asked(platform_of(actor(1, followersCount=5)), Platform.BLUESKY, bluesky)
    methods = set()
    for request in requests:
        method = request.path.removeprefix("/xrpc/")
        methods.add(method)
        lexicon = load(shared_specs, f"bsky-lexicons/{method.replace('.', '/')}.json")
        known = lexicon["defs"]["main"]["parameters"]
        assert set(known.get("required", [])) <= set(request.query) <= set(known["properties"])
        for name, values in request.query.items():
            described = known["properties"][name]
            if described["type"] == "array":
                assert len(values) <= described["maxLength"]
            else:
                assert fits(values[0], described), (name, values)
                assert values[0] in described.get("knownValues", [values[0]])
                assert len(values) == 1
    assert len(methods) == 4


def test_mastodon_is_asked_as_its_openapi_document_says(shared_specs: Path) -> None:
    paths = load(shared_specs, "mastodon-openapi.json")["paths"]
    patterns = {path: re.sub(r"\{\w+\}", "[^/]+", path) for path in paths}
    seen = set()
    for request in asked(server(account(), looked_up=account()), Platform.MASTODON, mastodon):
        matching = [
            path for path, pattern in patterns.items() if re.fullmatch(pattern, request.path)
        ]
        path = min(matching, key=lambda each: each.count("{"))
        seen.add(path)
        known = {each["name"]: each for each in paths[path]["get"]["parameters"]}
        for name, (value,) in request.query.items():
            assert known[name]["in"] == "query"
            assert fits(value, known[name]["schema"])
    assert len(seen) == 4


def test_youtube_is_asked_as_its_discovery_document_says(shared_specs: Path) -> None:
    document = load(shared_specs, "youtube.v3.json")
    methods = {
        f"/{part['methods']['list']['path']}": part["methods"]["list"]["parameters"]
        for part in document["resources"].values()
        if "list" in part.get("methods", {})
    }
    seen = set()
    for request in asked(api(channel(1)), Platform.YOUTUBE, youtube):
        seen.add(request.path)
        known = methods[request.path] | document["parameters"]
        required = {name for name, each in known.items() if each.get("required")}
        assert required <= set(request.query) <= set(known)
        for name, (value,) in request.query.items():
            assert fits(value, known[name])
    assert len(seen) == 4


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
