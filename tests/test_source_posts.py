"""Single posts are asked for as platforms' specifications say, and read as they answer."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.creator import Platform
from domain.look_up import GapKind
from domain.post_link import PostLink, read_link
from domain.post_reading import (
    Absence,
    PostAbsent,
    PostAsked,
    PostShown,
    disclosure_of,
    lacking,
)
from sources import bluesky_posts, mastodon_posts, youtube_posts
from sources.about import About
from sources.gaps import SourceGap
from sources.network import Network
from sources.pace import Pace
from sources.post_reader import PostAnswer
from sources.short_links import HOSTS, resolve
from tests.asking import NOW, Ledger, bluesky, cassette, live, mastodon, recorded, youtube
from tests.test_source_answers import SOURCES, ToldWire, damaged
from tests.test_source_specs import fields, load
from tests.web import LOOPBACK, Reply, Request, web

HERE = "mastodon:{}/123456789"


def asked(link: str, **more: Any) -> PostAsked:
    read = read_link(link)
    assert read.platform is not None
    return PostAsked(
        key=read.key, url=read.url, platform=read.platform, account=read.account, **more
    )


BSKY = "https://bsky.app/profile/{}/post/3k2a"


def bluesky_post(did: str, handle: str, **more: Any) -> dict[str, Any]:
    return {
        "uri": f"at://{did}/app.bsky.feed.post/3k2a",
        "cid": "bafy",
        "author": {"did": did, "handle": handle},
        "record": {
            "text": "#ad new serum glow.example/ser…",
            "createdAt": "2026-11-20T08:00:00Z",
            "facets": [
                {"index": {"byteStart": 0, "byteEnd": 3}, "features": [{"tag": "ad"}]},
                {
                    "index": {"byteStart": 15, "byteEnd": 30},
                    "features": [
                        {"$type": "app.bsky.richtext.facet#link", "uri": "https://glow.example/s"}
                    ],
                },
            ],
        },
        "likeCount": 12,
        "replyCount": 3,
        "repostCount": 2,
        "quoteCount": 1,
        "indexedAt": "2026-11-20T08:00:01Z",
    } | more


def test_a_bluesky_post_is_found_by_its_authors_handle_and_then_by_its_own_name() -> None:
    def script(request: Request) -> Any:
        if request.path.endswith("getProfiles"):
            return {"profiles": [{"did": "did:plc:anna", "handle": "anna.bsky.social"}]}
        return {"posts": [bluesky_post("did:plc:anna", "anna.bsky.social")]}

    with web(script) as here:
        sources = live(**bluesky(here))
        first, gap = sources.read_posts(Platform.BLUESKY, [asked(BSKY.format("Anna.bsky.social"))])
        assert gap is None
        (post,) = first
        assert isinstance(post, PostShown)
        assert (post.likes, post.comments, post.shares, post.views) == (12, 3, 3, None)
        assert post.published_at == dt.datetime(2026, 11, 20, 8, tzinfo=dt.UTC)
        assert "https://glow.example/s" in post.links
        again = asked(BSKY.format("anna.bsky.social"), native_id=post.native_id)
        sources.read_posts(Platform.BLUESKY, [again])
        assert [each.rpartition(".")[2] for each in here.paths()] == [
            "getProfiles", "getPosts", "getPosts",
        ]  # fmt: skip
        assert here.requests[-1].query["uris"] == ["at://did:plc:anna/app.bsky.feed.post/3k2a"]


def test_posts_that_are_gone_or_hidden_are_told_apart_and_many_are_asked_for_at_once() -> None:
    hidden = {"labels": [{"val": "!no-unauthenticated", "src": "x", "uri": "x"}]}

    def script(request: Request) -> Any:
        wanted = [uri.split("/")[2] for uri in request.query["uris"]]
        kept = [did for did in wanted if did != "did:plc:gone"]
        posts = [bluesky_post(did, "a.bsky.social") for did in kept]
        for post in posts:
            if post["author"]["did"] == "did:plc:shy":
                post["author"] |= hidden
        return {"posts": posts}

    with web(script) as here:
        many = [asked(BSKY.format(f"did:plc:n{number}")) for number in range(28)]
        odd = [asked(BSKY.format(f"did:plc:{name}")) for name in ("gone", "shy")]
        many = [each.model_copy(update={"key": f"{each.account}"}) for each in (*odd, *many)]
        many = [
            each.model_copy(update={"native_id": f"at://{each.account}/app.bsky.feed.post/3k2a"})
            for each in many
        ]
        answers, gap = live(**bluesky(here)).read_posts(Platform.BLUESKY, many)
        assert gap is None
        assert answers[:2] == [
            PostAbsent(key="did:plc:gone", why=Absence.GONE),
            PostAbsent(key="did:plc:shy", why=Absence.CLOSED),
        ]
        assert len(answers) == 30
        assert len(here.requests) == 2


def test_a_recorded_answer_of_bluesky_is_read(shared_data: Path, shared_specs: Path) -> None:
    said = recorded(shared_data, "bluesky-recorded/feed/getPosts.json")
    posts = [bluesky_posts.Post.model_validate(each) for each in said["posts"]]

    assert posts
    assert all(post.likeCount is not None for post in posts)
    lexicon = load(shared_specs, "bsky-lexicons/app/bsky/feed/defs.json")["defs"]["postView"]
    assert fields(bluesky_posts.Post) <= set(lexicon["properties"])
    record = load(shared_specs, "bsky-lexicons/app/bsky/feed/post.json")["defs"]["main"]["record"]
    assert fields(bluesky_posts.Record) <= set(record["properties"])


def status(**more: Any) -> dict[str, Any]:
    return {
        "id": "123456789",
        "uri": "https://mastodon.social/users/anna/statuses/123456789",
        "url": "https://mastodon.social/@anna/123456789",
        "account": {
            "id": "1", "username": "anna", "acct": "anna", "uri": "https://mastodon.social/u/1",
            "followers_count": 1, "following_count": 1, "statuses_count": 1,
            "bot": False, "group": False, "indexable": False, "discoverable": True, "note": "",
        },
        "content": '<p>New serum</p><p><a href="https://glow.example/s">glow…</a> #ad</p>',
        "spoiler_text": "skincare",
        "created_at": "2026-11-20T08:00:00Z",
        "visibility": "public",
        "favourites_count": 5,
        "replies_count": 2,
        "reblogs_count": 1,
    } | more  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (status(), "shown"),
        (status(visibility="private"), Absence.PRIVATE),
        (status(account=status()["account"] | {"discoverable": False}), Absence.CLOSED),
        ({"something": "else"}, Absence.CLOSED),
        (Reply(status=404, body={"error": "Record not found"}), Absence.GONE),
        (Reply(status=401, body={"error": "This API requires an authenticated user"}),
         Absence.CLOSED),
    ],
)  # fmt: skip
def test_a_post_on_mastodon_is_read_as_its_server_shows_it(answer: Any, said: Any) -> None:
    with web(lambda _: answer) as here:
        key = HERE.format(f"{LOOPBACK}:{here.port}")
        wanted = PostAsked(key=key, url="https://x/@anna/1", platform=Platform.MASTODON)
        (read,), gap = live(**mastodon(here)).read_posts(Platform.MASTODON, [wanted])
        assert gap is None
        assert here.paths() == ["/api/v1/statuses/123456789"]
    if said == "shown":
        assert isinstance(read, PostShown)
        assert (read.likes, read.comments, read.shares) == (5, 2, 1)
        assert (read.title, read.text) == ("skincare", "New serum\nglow… #ad")
        assert read.links == ("https://glow.example/s",)
    else:
        assert read == PostAbsent(key=key, why=said)


def test_a_server_of_mastodon_that_is_silent_is_a_gap_and_costs_no_other_its_answer() -> None:
    with web(lambda _: status()) as here:
        sources = live(**mastodon(here))
        home = f"{LOOPBACK}:{here.port}"
        keys = [HERE.format("nowhere.invalid"), HERE.format(home)]
        wanted = [PostAsked(key=key, url="u", platform=Platform.MASTODON) for key in keys]
        answers, gap = sources.read_posts(Platform.MASTODON, wanted, deadline_seconds=5)
        assert ([each.key for each in answers], gap) == ([keys[1]], None)
        answers, gap = sources.read_posts(Platform.MASTODON, wanted[:1], deadline_seconds=5)
        assert answers == []
        assert gap is not None


def test_a_recorded_status_of_mastodon_is_read(shared_data: Path, shared_specs: Path) -> None:
    said = cassette(shared_data, "cassettes/test_hashtag_tl.yaml", "timelines/tag")
    read = [mastodon_posts.Post.model_validate(each) for each in said]
    assert read
    schema = load(shared_specs, "mastodon-openapi.json")["components"]["schemas"]["Status"]
    assert fields(mastodon_posts.Post) <= set(schema["properties"])


def test_videos_are_asked_for_50_a_unit_and_kept_for_30_days(shared_specs: Path) -> None:
    def script(request: Request) -> Any:
        ids = request.one("id").split(",")
        return {
            "items": [
                {
                    "id": each,
                    "snippet": {
                        "channelId": "UCanna", "title": "My routine", "description": "x\n#ad",
                        "publishedAt": "2026-11-20T08:00:00Z",
                    },
                    "statistics": {"viewCount": "900", "likeCount": "40"},
                    "status": {"privacyStatus": "private" if each == "private_vid" else "public"},
                    "paidProductPlacementDetails": {"hasPaidProductPlacement": True},
                }
                for each in ids
                if each != "gone_video_"
            ]
        }  # fmt: skip

    ledger = Ledger()
    names = ["gone_video_", "private_vid", *(f"video{number:06d}" for number in range(58))]
    wanted = [asked(f"https://youtu.be/{name}") for name in names]
    wanted.append(asked("https://youtube.com/clip/UgkxAbc"))
    with web(script) as here:
        answers, gap = live(ledger, **youtube(here)).read_posts(Platform.YOUTUBE, wanted)
        assert gap is None
        document = load(shared_specs, "youtube.v3.json")
        known = document["resources"]["videos"]["methods"]["list"]["parameters"]
        assert set(here.requests[0].query) - {"key"} <= set(known)
    by_key = {each.key: each for each in answers}
    assert by_key["youtube:gone_video_"] == PostAbsent(key="youtube:gone_video_", why=Absence.GONE)
    assert by_key["youtube:private_vid"].why is Absence.PRIVATE
    assert by_key["youtube:UgkxAbc"].why is Absence.CLOSED
    shown = by_key["youtube:video000000"]
    assert (shown.views, shown.likes, shown.comments, shown.labelled) == (900, 40, None, True)
    assert shown.keep_until == NOW + dt.timedelta(days=30)
    assert ledger.spent == {"units": 2}
    schema = document["schemas"]
    assert fields(youtube_posts.Video) <= set(schema["Video"]["properties"])
    assert fields(youtube_posts.Status) <= set(schema["VideoStatus"]["properties"])
    placement = schema["VideoPaidProductPlacementDetails"]["properties"]
    assert fields(youtube_posts.Placement) <= set(placement)


def test_a_spent_budget_and_a_platform_without_a_source_are_gaps() -> None:
    with web(lambda _: {}) as here:
        answers, gap = live(Ledger(units=0), **youtube(here)).read_posts(
            Platform.YOUTUBE, [asked("https://youtu.be/video000000")]
        )
        assert (answers, gap.kind if gap else None) == ([], GapKind.OUT_OF_QUOTA)
        assert here.requests == []
        sources = live(**bluesky(here))
        wanted = [asked("https://www.instagram.com/p/C1")]
        answers, gap = sources.read_posts(Platform.INSTAGRAM, wanted)
        assert (answers, gap.kind if gap else None) == ([], GapKind.SWITCHED_OFF)
        assert sources.shows_posts() == (Platform.BLUESKY,)
        assert live(live_sources=False, **bluesky(here)).shows_posts() == ()


# ---- short links -----------------------------------------------------------------------------


def leads(location: str, status: int = 301) -> Reply:
    return Reply(status=status, headers={"Location": location})


def follow(reply: Any) -> tuple[PostLink, int]:
    """Where a shortener's answer leads, and how often it was asked."""
    with web(lambda _: reply) as here:
        about = About("Short", Platform.OTHER, HOSTS, pace=Pace(99, 99), base_urls=(here.url,))
        link = PostLink(f"{here.url}/abc", short=True)
        nowhere = Network(resolve=lambda _host, _port, _seconds: [LOOPBACK])
        return resolve(link, nowhere, lambda: NOW, about), len(here.requests)


def test_a_short_link_is_followed_to_its_post_which_itself_is_not_asked() -> None:
    link, times = follow(leads("https://www.tiktok.com/@anna/video/7311?_t=x&_r=1"))

    assert (link.url, link.account, times) == ("https://tiktok.com/@anna/video/7311", "anna", 1)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (leads("https://shop.example/x"), GapKind.NOT_THERE),
        (leads("https://www.tiktok.com/@anna"), GapKind.NOT_THERE),
        (leads("http://169.254.169.254/latest"), GapKind.NOT_THERE),
        (leads("file:///etc/passwd"), GapKind.NOT_THERE),
        (leads("https://bit.ly/next"), GapKind.REFUSED),  # resolves to this machine
        (Reply(status=404), GapKind.NOT_THERE),
        (Reply(body=b"<html>", status=200), GapKind.NOT_THERE),
        (Reply(status=503), GapKind.UNREACHABLE),
    ],
)
def test_a_short_link_that_leads_nowhere_good_is_told_apart(reply: Reply, kind: GapKind) -> None:
    with pytest.raises(SourceGap) as caught:
        follow(reply)
    assert caught.value.gap.kind is kind


def test_with_looking_up_switched_off_no_short_link_is_followed() -> None:
    with pytest.raises(SourceGap) as caught:
        live(live_sources=False).follow(read_link("https://bit.ly/abc"))
    assert caught.value.gap.kind is GapKind.SWITCHED_OFF


def test_json_of_a_post_survives_the_way_through_a_job() -> None:
    one = asked("https://youtu.be/video000000")
    assert PostAsked.model_validate(json.loads(one.model_dump_json())) == one


VIDEO = {
    "id": "video000000",
    "snippet": {"channelId": "UCanna", "title": "T", "description": "https://a.example #ad",
                "publishedAt": "2026-11-20T08:00:00Z"},
    "statistics": {"viewCount": "900", "likeCount": "40", "commentCount": "1"},
    "status": {"privacyStatus": "public"},
    "paidProductPlacementDetails": {"hasPaidProductPlacement": False},
}  # fmt: skip
HONEST = {
    Platform.BLUESKY: (
        asked(BSKY.format("did:plc:anna")),
        {"posts": [bluesky_post("did:plc:anna", "anna.bsky.social")]},
    ),
    Platform.MASTODON: (asked("https://mastodon.social/@anna/123456789"), status()),
    Platform.YOUTUBE: (asked("https://youtu.be/video000000"), {"items": [VIDEO]}),
}


@pytest.mark.parametrize("platform", HONEST)
@settings(deadline=None)
@given(data=st.data())
def test_whatever_json_a_platform_answers_posts_or_a_gap_come_of_it(
    platform: Platform, data: st.DataObject
) -> None:
    wanted, honest = HONEST[platform]
    said = data.draw(st.just(honest) | damaged(honest))
    source = SOURCES[platform]()
    brought: list[PostAnswer] = []
    try:
        brought.extend(source.read_posts([wanted], ToldWire(source.about, lambda _: said)))
    except SourceGap as failure:
        assert failure.gap.said.endswith(".")
    for one in brought:
        assert one.key == wanted.key
        one.model_dump_json().encode()
        if isinstance(one, PostShown):
            disclosure_of(one, platform)
            lacking(one, ("@glow",), "https://glow.example/serum")
    if json.dumps(said) == json.dumps(honest):  # as True == 1
        assert isinstance(brought[0], PostShown)
