"""Comments are asked for as platforms' specifications say, and nothing of their authors is kept."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.comments import CommentSeen, Verdict, judge
from domain.creator import Platform
from domain.look_up import GapKind
from domain.post_reading import PostAsked
from sources import comments
from sources.gaps import SourceGap
from tests.asking import Ledger, bluesky, cassette, live, mastodon, recorded, youtube
from tests.test_source_answers import SOURCES, ToldWire, damaged
from tests.test_source_posts import bluesky_post, status
from tests.test_source_specs import fields, load
from tests.web import LOOPBACK, Reply, web

URI = "at://did:plc:anna/app.bsky.feed.post/3k2a"
HIDDEN = {"labels": [{"val": "!no-unauthenticated", "src": "x", "uri": "x"}]}


def skeet() -> PostAsked:
    return PostAsked(
        key="bluesky:anna/3k2a", url="u", platform=Platform.BLUESKY, account="anna", native_id=URI
    )


def toot(host: str) -> PostAsked:
    key = f"mastodon:{host}/123456789"
    return PostAsked(key=key, url="u", platform=Platform.MASTODON, account="@Anna")


def video() -> PostAsked:
    return PostAsked(key="youtube:video000000", url="u", platform=Platform.YOUTUBE)


def reply(author: str, text: str, **more: Any) -> dict[str, Any]:
    post = bluesky_post(f"did:plc:{author}", f"{author}.bsky.social")
    post |= {"uri": f"at://did:plc:{author}/app.bsky.feed.post/3kr"}
    post["record"] = {"text": text, "createdAt": "2026-11-20T09:00:00Z", **more}
    return {"post": post}


def thread(*replies: dict[str, Any]) -> dict[str, Any]:
    post = bluesky_post("did:plc:anna", "anna.bsky.social")
    return {"thread": {"post": post, "replies": [*replies, {"uri": "x", "notFound": True}]}}


def answer(acct: str, content: str, **more: Any) -> dict[str, Any]:
    """A reply on Mastodon."""
    account = status()["account"] | {"username": acct.partition("@")[0], "acct": acct}
    uri = f"https://mastodon.social/users/{acct}/statuses/{abs(hash(content))}"
    return status(uri=uri, account=account | more.pop("account", {}), content=content) | more


def comment(number: int, text: str, by: str = "UCfan") -> dict[str, Any]:
    """A comment on YouTube under a video of UCanna."""
    snippet = {"textDisplay": text, "authorDisplayName": "Fan", "authorChannelId": {"value": by}}
    above = {"id": f"Ug{number}", "snippet": snippet}
    return {"id": f"Ug{number}", "snippet": {"channelId": "UCanna", "topLevelComment": above}}


def texts(seen: list[CommentSeen]) -> list[str]:
    return [each.text for each in seen]


def test_replies_on_bluesky_are_read_without_the_authors_own_and_those_who_hide() -> None:
    said = thread(
        reply("fan", "love this @anna.bsky.social https://x.example/a", langs=["en"]),
        reply("anna", "thank you all"),
        {"post": reply("shy", "nobody's business")["post"] | HIDDEN},
        reply("carla", "me encanta", langs=["es"]),
        reply("poly", "merci, thanks", langs=["fr", "en"]),
    )
    with web(lambda _: said) as here:
        seen, gap = live(**bluesky(here)).read_comments(skeet())
        assert gap is None
        assert here.wrong == []
        assert here.requests[0].query == {"uri": [URI], "depth": ["1"], "parentHeight": ["0"]}
    assert texts(seen) == ["love this @… [link]", "me encanta", "merci, thanks"]
    assert [each.language for each in seen] == ["en", "es", ""]
    kept = json.dumps([each.model_dump() for each in seen])
    assert not any(name in kept for name in ("fan", "anna", "carla", "poly", "did:"))


def test_replies_on_mastodon_are_read_from_the_posts_server_as_far_as_they_are_public() -> None:
    said = {
        "ancestors": [],
        "descendants": [
            answer("fan", "<p>so good<br>@anna</p>", language="en"),
            answer("anna", "<p>thank you</p>"),
            answer("spy", "<p>psst</p>", visibility="direct"),
            answer("carla@other.example", "<p>wunderbar</p>", language="de"),
            answer("quiet", "<p>leave me</p>", account={"note": "#nobot"}),
        ],
    }
    with web(lambda _: said) as here:
        seen, gap = live(**mastodon(here)).read_comments(toot(f"{LOOPBACK}:{here.port}"))
        assert gap is None
        assert here.wrong == []
        assert here.paths() == ["/api/v1/statuses/123456789/context"]
    assert texts(seen) == ["so good @…", "wunderbar"]
    assert [each.language for each in seen] == ["en", "de"]


def test_comments_on_youtube_cost_one_unit_and_are_read_only_where_derived_figures_may_be() -> None:
    said = {"items": [comment(1, "so helpful"), comment(2, "thanks!", by="UCanna")]}
    ledger = Ledger()
    with web(lambda _: said) as here:
        sources = live(ledger, **youtube(here, youtube_derived_figures=True))
        seen, gap = sources.read_comments(video())
        assert (texts(seen), gap) == (["so helpful"], None)
        assert ledger.spent == {"units": 1}
        assert here.wrong == []
        assert live(ledger, **youtube(here)).read_comments(video()) == ([], None)
        assert len(here.requests) == 1


DISABLED = {
    "error": {"code": 403, "errors": [{"domain": "youtube.commentThread",
                                       "reason": "commentsDisabled"}]}
}  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "setup", "refusal"),
    [
        (lambda _: skeet(), bluesky, Reply({"error": "NotFound", "message": "no"}, 400)),
        (lambda here: toot(f"{LOOPBACK}:{here.port}"), mastodon, Reply({"error": "no"}, 404)),
        (lambda _: video(), youtube, Reply(DISABLED, 403)),
    ],
)
def test_where_comments_are_off_or_the_post_is_gone_there_are_none(
    asked: Any, setup: Any, refusal: Reply
) -> None:
    derived = {"youtube_derived_figures": True} if setup is youtube else {}
    with web(lambda _: refusal) as here:
        assert live(**setup(here), **derived).read_comments(asked(here)) == ([], None)
        assert len(here.requests) == 1


@pytest.mark.parametrize(
    ("refusal", "kind"),
    [
        (Reply(status=503), GapKind.UNREACHABLE),
        (Reply(status=429, headers={"Retry-After": "60"}), GapKind.REFUSED),
        (Reply(b"<html>"), GapKind.GARBLED),
    ],
)
def test_a_platform_out_of_order_is_a_gap(refusal: Reply, kind: GapKind) -> None:
    with web(lambda _: refusal) as here:
        seen, gap = live(**bluesky(here)).read_comments(skeet())
    assert seen == []
    assert gap is not None
    assert gap.kind is kind


def test_a_hundred_are_read_at_most_and_the_same_one_once() -> None:
    many = [comment(number, f"so good {number}") for number in range(150)]
    with web(lambda _: {"items": [many[0], *many]}) as here:
        sources = live(**youtube(here, youtube_derived_figures=True))
        seen, _ = sources.read_comments(video())
    assert len({each.key for each in seen}) == len(seen) == 100


def test_switched_off_or_without_an_id_nobody_is_asked() -> None:
    with web(lambda _: thread()) as here:
        off = live(comments=False, **bluesky(here))
        assert off.shows_comments() == ()
        assert off.read_comments(skeet())[1] is not None
        on = live(**bluesky(here))
        assert on.shows_comments() == (Platform.BLUESKY,)
        unread = skeet().model_copy(update={"native_id": ""})
        assert on.read_comments(unread) == ([], None)
        assert here.requests == []


def test_recorded_answers_are_read(shared_data: Path, shared_specs: Path) -> None:
    told = recorded(shared_data, "bluesky-recorded/feed/getPostThread.json")
    with web(lambda _: told) as here:
        seen, gap = live(**bluesky(here)).read_comments(skeet())
    assert gap is None
    assert len(seen) == 4
    lexicon = load(shared_specs, "bsky-lexicons/app/bsky/feed/defs.json")["defs"]["postView"]
    assert fields(comments.BlueskyReply) <= set(lexicon["properties"])

    page = "python-youtube/testdata/apidata/comment_threads/comment_threads_by_video_paged_1.json"
    with web(lambda _: recorded(shared_data, page)) as here:
        sources = live(**youtube(here, youtube_derived_figures=True))
        assert len(sources.read_comments(video())[0]) == 5
    document = load(shared_specs, "youtube.v3.json")["schemas"]
    assert fields(comments.YouTubeSnippet) <= set(document["CommentSnippet"]["properties"])
    assert fields(comments.YouTubeThreadSnippet) <= set(
        document["CommentThreadSnippet"]["properties"]
    )

    empty = cassette(shared_data, "cassettes/test_status_context.yaml", "/context")
    with web(lambda _: empty) as here:
        assert live(**mastodon(here)).read_comments(toot(f"{LOOPBACK}:{here.port}")) == ([], None)
    schema = load(shared_specs, "mastodon-openapi.json")["components"]["schemas"]["Status"]
    assert fields(comments.MastodonReply) <= set(schema["properties"])


HONEST = {
    Platform.BLUESKY: (skeet(), thread(reply("fan", "love it"))),
    Platform.MASTODON: (toot("mastodon.social"), {"descendants": [answer("fan", "<p>ok</p>")]}),
    Platform.YOUTUBE: (video(), {"items": [comment(1, "ok")]}),
}


@pytest.mark.parametrize("platform", HONEST)
@settings(deadline=None)
@given(data=st.data())
def test_whatever_json_a_platform_answers_comments_or_a_gap_come_of_it(
    platform: Platform, data: st.DataObject
) -> None:
    wanted, honest = HONEST[platform]
    said = data.draw(st.just(honest) | damaged(honest))
    source = SOURCES[platform]()
    try:
        seen = source.read_comments(wanted, ToldWire(source.about, lambda _: said))
    except SourceGap as failure:
        assert failure.gap.said.endswith(".")
        return
    for each in seen:
        assert judge(each.text, each.language) in Verdict
        each.model_dump_json().encode()
