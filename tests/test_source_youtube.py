"""YouTube: recorded answers, the plan of calls and what it spends, and the policy on figures."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from domain.creator import Figures, Platform, RateDefinition
from domain.look_up import GapKind
from sources.gaps import SourceGap
from tests.asking import NOW, Ledger, handles, live, only, recorded, words, youtube
from tests.web import Reply, Request, web

DATA = "python-youtube/testdata"

HERE = [Platform.YOUTUBE]


def channel(number: int, subscribers: str | None = "12000", **more: Any) -> dict[str, Any]:
    statistics: dict[str, Any] = {
        "viewCount": "900", "videoCount": "30", "hiddenSubscriberCount": False}  # fmt: skip
    if subscribers is not None:
        statistics["subscriberCount"] = subscribers
    return {
        "id": f"UC{number:022d}",
        "snippet": {"title": f"Channel {number}", "description": "x", "customUrl": f"@c{number}"},
        "contentDetails": {"relatedPlaylists": {"uploads": f"UU{number:022d}"}},
        "statistics": statistics | more,
    }


def video(name: str, of: str, **statistics: str) -> dict[str, Any]:
    return {
        "id": name,
        "snippet": {"channelId": of, "title": name, "publishedAt": "2026-11-01T08:00:00Z"},
        "statistics": statistics,
    }


def api(*channels: dict[str, Any], videos: int = 2) -> Callable[[Request], Any]:
    by_id = {one["id"]: one for one in channels}

    def script(request: Request) -> Any:
        method = request.path.rpartition("/")[2]
        if method == "search":
            return {"items": [{"id": {"kind": "youtube#channel", "channelId": i}} for i in by_id]}
        if method == "channels" and "forHandle" in request.query:
            found = [c for c in channels if c["snippet"]["customUrl"] == request.one("forHandle")]
            return {"items": found} if found else {"pageInfo": {"totalResults": 0}}
        if method == "channels":
            wanted = request.one("id").split(",")
            return {"items": [by_id[each] for each in reversed(wanted) if each in by_id]}
        if method == "playlistItems":
            of = request.one("playlistId")
            return {"items": [{"contentDetails": {"videoId": f"{of}-{n}"}} for n in range(videos)]}
        names = request.one("id").split(",")
        counts = {"viewCount": "1000", "likeCount": "40", "commentCount": "10"}
        return {"items": [video(n, f"UC{n[2:24]}", **counts) for n in names]}

    return script


def test_recorded_channels_are_found_with_raw_counts_only(shared_data: Path) -> None:
    found = recorded(shared_data, f"{DATA}/apidata/search/search_channels.json")
    shown = recorded(shared_data, f"{DATA}/modeldata/channels/channel_info.json")
    others = recorded(shared_data, f"{DATA}/apidata/channels/info_multiple.json")["items"]
    found["items"][0]["id"]["channelId"] = shown["id"]
    found["items"][1]["id"]["channelId"] = others[0]["id"]

    def script(request: Request) -> Any:
        return found if request.path.endswith("search") else {"items": [*others, shown]}

    with web(script) as here:
        first, second = live(**youtube(here)).fan_out(words("developers"), HERE).accounts

    known = first.snapshot
    assert (first.native_id, known.display_name) == (shown["id"], "Google Developers")
    assert known.figures == Figures(followers=1927873, posts=5026, total_views=160361638)
    assert known.country == "US"
    assert known.handle == shown["id"], "googledevelopers is a custom address, not a handle"
    assert known.categories
    assert (first.keep_until, first.refresh_by) == (
        NOW + dt.timedelta(days=30), NOW + dt.timedelta(days=25))  # fmt: skip
    assert first.may_derive is False
    assert second.snapshot.figures.followers == 10_700_000


def test_a_recorded_video_gives_posts_and_with_the_switch_an_engagement_by_views(
    shared_data: Path,
) -> None:
    shown = recorded(shared_data, f"{DATA}/modeldata/channels/channel_info.json")
    seen = recorded(shared_data, f"{DATA}/modeldata/videos/video_info.json")

    def script(request: Request) -> Any:
        method = request.path.rpartition("/")[2]
        if method == "playlistItems":
            return {"items": [{"contentDetails": {"videoId": seen["id"]}}]}
        return {"items": [seen if method == "videos" else shown]}

    with web(script) as here:
        raw = live(**youtube(here)).fetch_one(Platform.YOUTUBE, shown["id"])
        derived = live(**youtube(here, youtube_derived_figures=True)).fetch_one(
            Platform.YOUTUBE, shown["id"])  # fmt: skip

    (post,) = raw.posts
    assert (post.views, post.likes, post.comments, post.shares) == (8087, 190, 32, None)
    assert raw.snapshot.figures == Figures(followers=1927873, posts=5026, total_views=160361638)
    assert (raw.snapshot.extra, raw.may_derive) == ({}, False)
    figures = derived.snapshot.figures
    assert figures.engagement_rate == pytest.approx(222 / 8087)
    assert figures.rate_definition is RateDefinition.VIEWS
    assert (figures.average_views, figures.average_engagements) == (8087, 222)
    assert (derived.snapshot.extra, derived.may_derive) == ({"posts seen": "1"}, True)


def test_a_search_costs_one_search_and_one_unit_and_the_same_again_no_search() -> None:
    quota = Ledger()
    with web(api(*[channel(number) for number in range(50)])) as here:
        sources = live(quota, **youtube(here))
        first = sources.fan_out(words("skincare", country="DE", language="de"), HERE)
        assert (dict(quota.spent), len(here.requests)) == ({"searches": 1, "units": 1}, 2)
        again = sources.fan_out(words("skincare", country="DE", language="de"), HERE)
        assert dict(quota.spent) == {"searches": 1, "units": 2}
        sources.fan_out(words("skincare", country="FR", language="de"), HERE)
        assert dict(quota.spent) == {"searches": 2, "units": 3}
    assert handles(first) == handles(again) == [f"c{number}" for number in range(50)]
    assert all(account.posts == () for account in first.accounts)


def test_recent_videos_are_paid_for_only_for_the_channels_to_be_shown() -> None:
    quota = Ledger()
    with web(api(*[channel(number) for number in range(50)], videos=12)) as here:
        sources = live(quota, **youtube(here))
        found = sources.fan_out(words("skincare"), HERE).accounts
        quota.spent.clear()
        shown = sources.with_posts(found[:8])
        asked = [len(one.one("id").split(",")) for one in here.requests if "videos" in one.path]
    assert dict(quota.spent) == {"units": 1 + 8 + 2}
    assert asked == [48, 48]
    assert [len(account.posts) for account in shown.accounts] == [12] * 8
    assert handles(shown) == [account.snapshot.handle for account in found[:8]]


def test_what_is_hidden_is_unknown_and_never_nothing() -> None:
    hidden = channel(1, None, hiddenSubscriberCount=True)
    with web(api(hidden, channel(2, None), channel(3))) as here:
        sources = live(**youtube(here))
        answers = sources.fan_out(words("x"), HERE)
        assert handles(answers) == ["c2", "c3"]
        assert answers.accounts[0].snapshot.figures.followers is None
        assert handles(sources.fan_out(words("x", followers=((1, None),)), HERE)) == ["c3"]
        named = sources.fetch_one(Platform.YOUTUBE, "c1")
        assert named.snapshot.figures.followers is None


def test_hidden_likes_leave_a_video_out_of_the_engagement() -> None:
    one = channel(1)

    def script(request: Request) -> Any:
        if request.path.endswith("videos"):
            return {"items": [
                video("a", one["id"], viewCount="100", likeCount="8", commentCount="2"),
                video("b", one["id"], viewCount="100000", commentCount="2"),
            ]}  # fmt: skip
        return api(one)(request)

    with web(script) as here:
        known = live(**youtube(here, youtube_derived_figures=True)).fetch_one(
            Platform.YOUTUBE, "c1"
        )
    assert known.posts[1].likes is None
    assert known.snapshot.figures.engagement_rate == pytest.approx(0.1)


def test_when_the_searches_of_the_day_are_spent_nobody_is_asked_until_tomorrow_in_california() -> (
    None
):
    with web(api(channel(1))) as here:
        sources = live(Ledger(searches=1), **youtube(here))
        sources.fan_out(words("one"), HERE)
        answers = sources.fan_out(words("two"), HERE)
        assert len(here.requests) == 2
    (gap,) = answers.gaps
    assert (gap.kind, gap.said) == (
        GapKind.OUT_OF_QUOTA, "YouTube's searches for today are used up.")  # fmt: skip
    assert gap.until == dt.datetime(2026, 11, 24, 8, 0, tzinfo=dt.UTC)


def test_units_that_run_out_midway_leave_what_was_found() -> None:
    with web(api(*[channel(number) for number in range(9)])) as here:
        sources = live(Ledger(units=1 + 1 + 4 + 1 + 2), **youtube(here))
        found = sources.fan_out(words("skincare"), HERE).accounts
        answers = sources.with_posts(found)
    assert [bool(account.posts) for account in answers.accounts] == [True] * 4 + [False] * 5
    assert [gap.kind for gap in answers.gaps] == [GapKind.OUT_OF_QUOTA]


def error(reason: str, message: str = "no") -> dict[str, Any]:
    return {"error": {"code": 403, "message": message, "errors": [{"reason": reason}]}}


@pytest.mark.parametrize(
    ("reply", "kind", "said"),
    [
        (
            Reply(error("quotaExceeded"), 403),
            GapKind.OUT_OF_QUOTA,
            "searches for today are used up",
        ),
        (Reply(error("rateLimitExceeded"), 403), GapKind.REFUSED, "refused to answer (403)"),
        (Reply(error("keyInvalid"), 400), GapKind.REFUSED, "the key in YOUTUBE_API_KEY"),
        (Reply({"error": "error message"}, 400), GapKind.REFUSED, "refused to answer (400)"),
        (Reply({"error": {"errors": [7, {"reason": []}, None]}}, 403), GapKind.REFUSED, "refused"),
        (Reply({"items": {}}), GapKind.GARBLED, "can't be read"),
        (Reply({"items": [{"id": {"channelId": "no id"}}]}), GapKind.GARBLED, "can't be read"),
        (Reply([]), GapKind.GARBLED, "can't be read"),
    ],
)
def test_what_google_refuses_is_told_apart(reply: Reply, kind: GapKind, said: str) -> None:
    with web(lambda _: reply) as here:
        (gap,) = live(**youtube(here)).fan_out(words("x"), HERE).gaps
    assert gap.kind is kind
    assert said in gap.said
    assert "AIza" not in gap.model_dump_json()


def test_recorded_errors_are_gaps(shared_data: Path) -> None:
    for name in ("error_response", "error_response_simple", "apidata/error_permission_resp"):
        body = recorded(shared_data, f"{DATA}/{name}.json")
        with web(lambda _, body=body: Reply(body, 403)) as here:
            (gap,) = live(**youtube(here)).fan_out(words("x"), HERE).gaps
        assert gap.kind is GapKind.REFUSED


def test_without_a_key_youtube_is_left_out_and_says_which_setting_is_missing() -> None:
    sources = live()
    assert Platform.YOUTUBE not in sources.platforms()
    (gap,) = sources.fan_out(words("x"), [Platform.YOUTUBE]).gaps
    assert (gap.source, gap.kind, gap.said) == (
        "YouTube", GapKind.SWITCHED_OFF, "YOUTUBE_API_KEY is not set.")  # fmt: skip


@pytest.mark.parametrize(
    ("handle", "asked"),
    [("@c1", {"forHandle": ["@c1"]}), ("c1", {"forHandle": ["@c1"]}),
     ("UC" + "0" * 21 + "1", {"id": ["UC" + "0" * 21 + "1"]}), ("a b", None), ("a,b", None)],
)  # fmt: skip
def test_a_channel_is_asked_for_by_handle_or_id(handle: str, asked: dict[str, Any] | None) -> None:
    with web(api(channel(1))) as here:
        sources = live(**youtube(here))
        if asked is None:
            with pytest.raises(SourceGap) as caught:
                sources.fetch_one(Platform.YOUTUBE, handle)
            assert caught.value.gap.kind is GapKind.NOT_THERE
            assert here.requests == []
        else:
            assert sources.fetch_one(Platform.YOUTUBE, handle).snapshot.handle == "c1"
            assert asked.items() <= here.requests[0].query.items()


def test_several_words_are_one_search_and_cannot_be_operators() -> None:
    with web(api(channel(1))) as here:
        live(**youtube(here)).fan_out(words("skin care", '-beauty|"x', "|", "unasked"), HERE)
        assert here.requests[0].one("q") == '"skin care"|"beauty  x"'


def test_a_channel_without_videos_is_shown_without() -> None:
    def script(request: Request) -> Any:
        if request.path.endswith("playlistItems"):
            return Reply(error("playlistNotFound"), 404)
        return api(channel(1))(request)

    with web(script) as here:
        account = live(**youtube(here)).fetch_one(Platform.YOUTUBE, "c1")
    assert account.posts == ()
    assert only(live().with_posts([account])) == account
