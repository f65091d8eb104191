"""Bluesky: what its recorded answers become, what is left out, what is asked."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from domain.creator import Figures, Platform, RateDefinition
from domain.look_up import GapKind
from sources.gaps import SourceGap
from tests.asking import bluesky, handles, live, only, recorded, words
from tests.web import Reply, Request, web


def methods(**answers: Any) -> Callable[[Request], Any]:
    """Answers by the last word of the method; a function is given the request."""

    def script(request: Request) -> Any:
        said = answers[request.path.rpartition(".")[2]]
        return said(request) if callable(said) else said

    return script


@pytest.fixture
def here(shared_data: Path) -> dict[str, Any]:
    """What a Bluesky on somebody's own machine answered."""
    profiles = recorded(shared_data, "bluesky_local/getProfiles.json")["profiles"]

    def of(request: Request) -> Any:
        return {"profiles": [one for one in profiles if one["did"] in request.query["actors"]]}

    return {
        "searchActors": recorded(shared_data, "bluesky_local/searchActors_q-bakes.json"),
        "getProfiles": of,
        "getProfile": profiles[0],
        "getAuthorFeed": recorded(shared_data, "bluesky_local/getAuthorFeed.json"),
    }


def test_a_recorded_account_comes_with_its_posts_and_its_engagement(here: dict[str, Any]) -> None:
    with web(methods(**here)) as platform:
        account = live(**bluesky(platform)).fetch_one(Platform.BLUESKY, "alice-fit.test")

    known = account.snapshot
    assert (account.native_id, known.handle) == (
        "did:plc:4zg6jocbe63ls7n6lbr5hgmn", "alice-fit.test")  # fmt: skip
    assert (known.display_name, known.bio) == (
        "Alice Fitness 💪", "Pilates & running coach. Lisbon. Collabs: DM")  # fmt: skip
    assert known.figures == Figures(
        followers=2, following=1, posts=2, average_likes=1.5, average_comments=0.0,
        average_shares=0.0, average_engagements=1.5, engagement_rate=0.75,
        rate_definition=RateDefinition.FOLLOWERS,
    )  # fmt: skip
    assert known.figures.average_views is None
    assert known.extra == {"posts seen": "2"}
    assert (known.language, known.source, str(known.as_of)) == ("en", "bluesky", "2026-11-23")
    assert known.post_texts == (
        "#ad New shoes from a brand I love", "Morning 10k done! #running #fitness")  # fmt: skip
    assert account.posts[0].url == (
        "https://bsky.app/profile/alice-fit.test/post/3n2wuxshgas2w")  # fmt: skip
    assert account.posts[0].published_at is not None
    assert (account.keep_until, account.may_derive) == (None, True)


def test_a_search_brings_recorded_accounts_in_their_order(here: dict[str, Any]) -> None:
    with web(methods(**here)) as platform:
        answers = live(**bluesky(platform)).fan_out(words("bakes"))

    account = only(answers)
    assert (account.snapshot.handle, account.snapshot.display_name) == (
        "yuki-bakes.test", "ゆきの台所")  # fmt: skip
    assert account.snapshot.figures.followers == 2
    assert account.posts == (), "the recorded posts are somebody else's"
    assert (answers.answered, answers.gaps) == (("Bluesky",), ())


def test_an_older_recording_of_another_client_is_read_as_well(shared_data: Path) -> None:
    found = recorded(shared_data, "bluesky-recorded/actor/searchActors.json")
    profile = recorded(shared_data, "bluesky-recorded/actor/getProfile.json")

    def profiles(request: Request) -> Any:
        return {"profiles": [profile | {"did": did} for did in request.query["actors"]]}

    with web(methods(searchActors=found, getProfiles=profiles, getAuthorFeed={"feed": []})) as it:
        answers = live(**bluesky(it)).fan_out(words("test"))
        sizes = [len(one.query["actors"]) for one in it.requests if "getProfiles" in one.path]

    assert len(answers.accounts) == sum(sizes) == len({one["did"] for one in found["actors"]})
    assert max(sizes) <= 25
    known = answers.accounts[0].snapshot
    assert (known.figures.followers, known.figures.following) == (4945, 31769)
    assert known.links == ("https://github.com/myConsciousness/atproto.dart",)


def actor(number: int, **more: Any) -> dict[str, Any]:
    return {"did": f"did:plc:a{number}", "handle": f"a{number}.test", **more}


def post(number: int, of: dict[str, Any], likes: int = 10, **more: Any) -> dict[str, Any]:
    return {
        "post": {
            "uri": f"at://{of['did']}/app.bsky.feed.post/{number}",
            "cid": "x",
            "author": of,
            "record": {"text": f"post {number}", "createdAt": "2026-11-01T08:00:00Z"},
            "likeCount": likes, "replyCount": 2, "repostCount": 1, "quoteCount": 1,
            "indexedAt": "2026-11-01T08:00:00Z",
        },
        **more,
    }  # fmt: skip


def platform_of(*accounts: dict[str, Any], feed: Any = None) -> Callable[[Request], Any]:
    by_id = {one["did"]: one for one in accounts}
    return methods(
        searchActors={"actors": list(accounts)},
        getProfiles=lambda r: {"profiles": [by_id[a] for a in r.query["actors"] if a in by_id]},
        getProfile=lambda r: by_id.get(r.one("actor"), accounts[0]),
        getAuthorFeed=feed or (lambda r: {"feed": [post(1, by_id[r.one("actor")])]}),
    )


@pytest.mark.parametrize("label", ["!no-unauthenticated", "!hide", "!takedown"])
def test_who_does_not_want_to_be_shown_to_strangers_is_left_out(label: str) -> None:
    labels = [{"val": label, "src": "x", "uri": "x"}]
    shy, open_again = actor(1, labels=labels, followersCount=5), actor(
        2, labels=[{**labels[0], "neg": True}], followersCount=5)  # fmt: skip
    with web(platform_of(shy, open_again)) as it:
        sources = live(**bluesky(it))
        answers = sources.fan_out(words("x"))
        assert handles(answers) == ["a2.test"]
        assert answers.opted_out == ((Platform.BLUESKY, "did:plc:a1"),)
        with pytest.raises(SourceGap) as caught:
            sources.fetch_one(Platform.BLUESKY, "did:plc:a1")
    assert caught.value.gap.kind is GapKind.OPTED_OUT


def test_a_label_that_only_the_profile_shows_counts_too() -> None:
    hidden = actor(1, followersCount=5, labels=[{"val": "!no-unauthenticated"}])
    script = platform_of(hidden)

    def without_labels(request: Request) -> Any:
        said = copy.deepcopy(script(request))
        for one in said.get("actors", []):
            del one["labels"]
        return said

    with web(without_labels) as it:
        assert live(**bluesky(it)).fan_out(words("x")).accounts == ()


def test_reposts_and_pinned_posts_of_others_count_for_nothing() -> None:
    me, other = actor(1, followersCount=100), actor(2)
    feed = {"feed": [
        post(1, me, likes=6),
        post(2, me, likes=900, reason={"$type": "app.bsky.feed.defs#reasonRepost"}),
        post(3, other, likes=900),
    ]}  # fmt: skip
    with web(platform_of(me, feed=feed)) as it:
        account = only(live(**bluesky(it)).fan_out(words("x")))
    assert [one.text for one in account.posts] == ["post 1"]
    assert account.snapshot.figures.engagement_rate == pytest.approx((6 + 2 + 1 + 1) / 100)


def test_only_accounts_of_the_wanted_size_cost_a_request_each() -> None:
    small, fitting, unknown = actor(1, followersCount=10), actor(2, followersCount=5_000), actor(3)
    with web(platform_of(small, fitting, unknown)) as it:
        query = words("x", followers=((1_000, 10_000), (50_000, None)))
        answers = live(**bluesky(it)).fan_out(query)
        feeds = [one.one("actor") for one in it.requests if "Feed" in one.path]
    assert handles(answers) == ["a2.test"]
    assert feeds == ["did:plc:a2"]


def test_fifty_creators_cost_fifty_three_requests() -> None:
    many = [actor(number, followersCount=1) for number in range(60)]
    with web(platform_of(*many)) as it:
        answers = live(**bluesky(it)).fan_out(words("x"))
        assert len(it.requests) == 1 + 2 + 50
    assert len(answers.accounts) == 50
    assert all(account.posts for account in answers.accounts)


def test_several_phrases_are_asked_and_nobody_comes_twice() -> None:
    with web(platform_of(actor(1, followersCount=1), actor(2, followersCount=1))) as it:
        answers = live(**bluesky(it)).fan_out(words("skincare", "soin de la peau", "x", "unasked"))
        asked = [one.one("q") for one in it.requests if "searchActors" in one.path]
    assert asked == ["skincare", "soin de la peau", "x"]
    assert handles(answers) == ["a1.test", "a2.test"]


def test_when_posts_stop_coming_the_accounts_are_there_without_them() -> None:
    many = [actor(number, followersCount=1) for number in range(5)]

    def feed(request: Request) -> Any:
        if request.one("actor") == "did:plc:a2":
            return Reply({"error": "RateLimitExceeded"}, 429)
        return {"feed": [post(1, many[int(request.one("actor")[-1])])]}

    with web(platform_of(*many, feed=feed)) as it:
        answers = live(**bluesky(it)).fan_out(words("x"))
    assert [bool(one.posts) for one in answers.accounts] == [True, True, False, False, False]
    (gap,) = answers.gaps
    assert (gap.source, gap.kind, gap.until is not None) == ("Bluesky", GapKind.REFUSED, True)


def test_an_account_that_blocks_its_posts_stops_nobody_else() -> None:
    many = [actor(number, followersCount=1) for number in range(3)]

    def feed(request: Request) -> Any:
        if request.one("actor") == "did:plc:a0":
            return Reply({"error": "BlockedActor", "message": "no"}, 400)
        return {"feed": [post(1, many[int(request.one("actor")[-1])])]}

    with web(platform_of(*many, feed=feed)) as it:
        answers = live(**bluesky(it)).fan_out(words("x"))
    assert [bool(one.posts) for one in answers.accounts] == [False, True, True]
    assert len(answers.gaps) == 1


@pytest.mark.parametrize(
    ("handle", "asked"),
    [("anna", "anna.bsky.social"), ("anna.example.com", "anna.example.com"),
     ("did:plc:a1", "did:plc:a1"), ("@bad handle.x", None), ("a/../b.c", None), ("ä.test", None)],
)  # fmt: skip
def test_a_handle_is_asked_for_as_bluesky_writes_it(handle: str, asked: str | None) -> None:
    missing = {"error": "InvalidRequest", "message": "Profile not found"}
    with web(lambda _: Reply(missing, 400)) as it:
        with pytest.raises(SourceGap) as caught:
            live(**bluesky(it)).fetch_one(Platform.BLUESKY, handle)
        assert [one.one("actor") for one in it.requests] == ([asked] if asked else [])
    assert caught.value.gap.kind is GapKind.NOT_THERE


@pytest.mark.parametrize(
    "damage",
    [{"followersCount": "many"}, {"followersCount": -1}, {"followersCount": 1e30},
     {"followersCount": True}, {"handle": None}, {"handle": "<!channel>"}, {"did": 7},
     {"description": {}}, {"labels": "none"}],
)  # fmt: skip
def test_one_account_of_a_wrong_type_is_a_gap_and_leaves_the_others(damage: dict[str, Any]) -> None:
    good, bad = actor(1, followersCount=1), actor(2, followersCount=1)
    by_id = {good["did"]: good, bad["did"]: bad | damage}
    with web(methods(
        searchActors={"actors": [good, bad], "new_field": [1, {}]},
        getProfiles=lambda r: {"profiles": [by_id[a] for a in r.query["actors"]]},
        getAuthorFeed=lambda r: {"feed": []},
    )) as it:  # fmt: skip
        answers = live(**bluesky(it)).fan_out(words("x"))
    assert handles(answers) == ["a1.test"]
    assert [gap.kind for gap in answers.gaps] == [GapKind.GARBLED]


def test_text_that_a_database_would_choke_on_is_cleaned() -> None:
    odd = actor(1, followersCount=1, displayName="a\x00b\x07", description="\ud800 skin \udfff")
    raw = Reply(json.dumps({"profiles": [odd]}).encode())
    with web(methods(
        searchActors={"actors": [actor(1)]}, getProfiles=raw, getAuthorFeed={"feed": []}
    )) as it:  # fmt: skip
        known = only(live(**bluesky(it)).fan_out(words("x"))).snapshot
    assert (known.display_name, known.bio) == ("ab", "skin")
    known.model_dump_json().encode()
