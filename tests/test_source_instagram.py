"""Instagram's `business_discovery`: recorded answers, what is asked, what its errors mean."""

from pathlib import Path
from typing import Any

import pytest

from domain.creator import Platform, RateDefinition
from domain.look_up import GapKind
from sources.gaps import SourceGap
from tests.asking import instagram, live, recorded, words
from tests.web import Reply, web

DATA = "python-facebook/testdata/instagram/apidata/discovery"


def test_a_recorded_account_and_its_posts_are_read(shared_data: Path) -> None:
    profile = recorded(shared_data, f"{DATA}/user_fields.json")
    media = recorded(shared_data, f"{DATA}/medias_p1.json")["business_discovery"]["media"]
    profile["business_discovery"]["media"] = media

    with web(lambda _: profile) as here:
        account = live(**instagram(here)).fetch_one(Platform.INSTAGRAM, "facebookfordevelopers")
        (asked,) = here.requests

    known = account.snapshot
    assert (known.handle, known.display_name) == (
        "facebookfordevelopers", "Facebook for Developers")  # fmt: skip
    assert (known.figures.followers, known.figures.posts, known.figures.following) == (
        64976, 436, None)  # fmt: skip
    assert (known.figures.average_likes, known.figures.average_comments) == (136.5, 13.5)
    assert known.figures.engagement_rate == pytest.approx(150 / 64976)
    assert known.figures.rate_definition is RateDefinition.FOLLOWERS
    assert [post.url for post in account.posts] == [
        "https://www.instagram.com/p/CSr71Gzlqo4/",
        "https://www.instagram.com/p/CSpNPqgFxE0/",
    ]
    assert account.posts[0].published_at is not None
    assert asked.path == "/v24.0/17841400000000000"
    assert asked.one("access_token") == "EAATest"
    assert asked.one("fields") == (
        "business_discovery.username(facebookfordevelopers){id,username,name,biography,website,"
        "followers_count,follows_count,media_count,media.limit(25){id,caption,like_count,"
        "comments_count,permalink,timestamp}}"
    )


def test_posts_of_which_likes_are_hidden_count_for_no_rate(shared_data: Path) -> None:
    profile = recorded(shared_data, f"{DATA}/user_fields.json")
    media = recorded(shared_data, f"{DATA}/medias_p1.json")["business_discovery"]["media"]
    for one in media["data"]:
        del one["like_count"]
    profile["business_discovery"]["media"] = media
    with web(lambda _: profile) as here:
        figures = live(**instagram(here)).fetch_one(Platform.INSTAGRAM, "x").snapshot.figures
    assert (figures.engagement_rate, figures.average_likes) == (None, None)
    assert figures.average_comments == 13.5


def test_instagram_cannot_be_searched_and_says_so() -> None:
    with web(lambda _: {}) as here:
        sources = live(**instagram(here))
        assert Platform.INSTAGRAM not in sources.platforms()
        answers = sources.fan_out(words("skincare"), [Platform.INSTAGRAM])
        assert here.requests == []
    (gap,) = answers.gaps
    assert gap.said == "Instagram can't be searched by words, only asked for a handle."


@pytest.mark.parametrize("handle", ["anna){id}", "a b", "a/b", "", "x" * 31, "anna%29"])
def test_a_handle_cannot_change_what_is_asked(handle: str) -> None:
    with web(lambda _: {}) as here:
        with pytest.raises(SourceGap) as caught:
            live(**instagram(here)).fetch_one(Platform.INSTAGRAM, handle)
        assert here.requests == []
    assert caught.value.gap.kind is GapKind.NOT_THERE


@pytest.mark.parametrize(
    ("error", "kind", "said"),
    [
        ({"code": 110, "error_subcode": 2207013}, GapKind.NOT_THERE, "knows no such account"),
        ({"code": 4}, GapKind.OUT_OF_QUOTA, "no more for about an hour"),
        ({"code": 190}, GapKind.REFUSED, "INSTAGRAM_TOKEN"),
        ({"code": 10}, GapKind.REFUSED, "lacks a permission"),
        ({"code": 1}, GapKind.REFUSED, "refused to answer (400)"),
        ("text", GapKind.REFUSED, "refused to answer (400)"),
    ],
)
def test_errors_of_the_graph_api_are_told_apart(error: Any, kind: GapKind, said: str) -> None:
    with web(lambda _: Reply({"error": error}, 400)) as here, pytest.raises(SourceGap) as caught:
        live(**instagram(here)).fetch_one(Platform.INSTAGRAM, "anna")
    assert caught.value.gap.kind is kind
    assert said in caught.value.gap.said
    assert "EAATest" not in str(caught.value)


def test_a_recorded_refusal_names_the_setting(shared_data: Path) -> None:
    refused = recorded(shared_data, "python-facebook/testdata/base/error_data.json")
    with web(lambda _: Reply(refused, 400)) as here, pytest.raises(SourceGap) as caught:
        live(**instagram(here)).fetch_one(Platform.INSTAGRAM, "anna")
    assert "lacks a permission" in caught.value.gap.said
