"""Mastodon: what its recorded answers become, who is left out, which server is asked."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from domain.creator import Platform, RateDefinition
from domain.look_up import GapKind
from sources.addresses import NoAddress
from sources.gaps import SourceGap
from sources.network import Network
from tests.asking import cassette, handles, live, mastodon, only, words
from tests.web import Reply, Request, Web, web

HERE = [Platform.MASTODON]


def account(name: str = "anna", **more: Any) -> dict[str, Any]:
    """An account that wants to be found."""
    return {
        "id": str(abs(hash(name)) % 10**9), "username": name, "acct": name,
        "uri": f"https://s.example/users/{name}", "url": f"https://s.example/@{name}",
        "display_name": name.title(), "note": "<p>skincare</p>", "locked": False,
        "followers_count": 1_000, "following_count": 5, "statuses_count": 9,
        "bot": False, "group": False, "discoverable": True, "indexable": True, "noindex": False,
        "fields": [], **more,
    }  # fmt: skip


def status(number: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "id": str(number), "uri": f"https://s.example/{number}",
        "url": f"https://s.example/{number}", "created_at": "2026-11-01T08:00:00.000Z",
        "content": f"<p>Post {number} &amp; more<br>line</p>",
        "visibility": "public", "language": "de", "favourites_count": 7, "replies_count": 2,
        "reblogs_count": 1, "quotes_count": None, "reblog": None, **more,
    }  # fmt: skip


def server(
    *found: dict[str, Any], statuses: Any = None, tagged: Any = None, looked_up: Any = None
) -> Callable[[Request], Any]:
    def script(request: Request) -> Any:
        if request.path == "/api/v2/search":
            return {"accounts": list(found), "statuses": [], "hashtags": []}
        if request.path.startswith("/api/v1/timelines/tag/"):
            return [] if tagged is None else tagged
        if request.path == "/api/v1/accounts/lookup":
            return looked_up or Reply({"error": "Record not found"}, 404)
        return [status()] if statuses is None else statuses

    return script


def domain_of(here: Web) -> str:
    return here.url.removeprefix("http://")


def test_a_search_that_mastodon_social_answered_brings_only_who_wants_to_be_found(
    shared_data: Path,
) -> None:
    answer = cassette(shared_data, "cassettes_entity_tests/test_entity_searchv2.yaml", "/search")
    expected = [
        one["acct"]
        for one in answer["accounts"]
        if one["discoverable"] and not one["bot"] and not one["group"] and not one.get("moved")
        and not one.get("noindex") and not one.get("limited") and not one.get("suspended")
        and "#nobot" not in one["note"]
    ]  # fmt: skip
    assert 0 < len(expected) < len(answer["accounts"])

    with web(server(*answer["accounts"])) as here:
        answers = live(**mastodon(here)).fan_out(words("halcy"), HERE)

    assert [one.removesuffix(f"@{domain_of(here)}") for one in handles(answers)] == expected
    by_uri = {one["uri"]: one for one in answer["accounts"]}
    for brought in answers.accounts:
        known, raw = brought.snapshot, by_uri[brought.native_id]
        assert known.figures.followers == raw["followers_count"]
        assert known.url == raw["url"]
        assert "</" not in (known.bio or "") and "<br" not in (known.bio or "")
        verified = [f for f in raw["fields"] if f["verified_at"]]
        assert len(known.verified_links) == len(verified)
        assert set(known.verified_links) <= set(known.links)
        assert bool(brought.posts) == raw["indexable"]
    assert answers.gaps == ()


def test_recorded_lookups_are_read(shared_data: Path) -> None:
    answer = cassette(shared_data, "cassettes/test_account_lookup.yaml", "acct=mastodonpy_test")
    with web(server(looked_up=answer, statuses=[])) as here:
        found = live(**mastodon(here)).fetch_one(Platform.MASTODON, "mastodonpy_test")
    assert found.snapshot.display_name == "John Lennon"
    assert found.native_id == answer["uri"]


def test_a_recorded_hashtag_brings_who_posted_under_it(shared_data: Path) -> None:
    tagged = cassette(shared_data, "cassettes/test_hashtag_tl.yaml", "/timelines/tag/hoot")
    with web(server(tagged=tagged, statuses=tagged)) as here:
        answers = live(**mastodon(here)).fan_out(words("Hoot!", "soin de la peau"), HERE)
        tags = [path.rpartition("/")[2] for path in here.paths() if "/tag/" in path]
    known = only(answers).snapshot
    assert known.handle == f"mastodonpy_test_2@{domain_of(here)}"
    assert known.post_texts == ("#hoot (hashtag toot)",)
    assert known.language == "ja"
    assert tags == ["Hoot", "soindelapeau"]


def test_engagement_is_that_of_own_public_posts() -> None:
    shown = [status(1), status(2, favourites_count=1, quotes_count=3),
             status(3, favourites_count=900, visibility="unlisted"),
             status(4, favourites_count=900, reblog=status(9))]  # fmt: skip
    with web(server(account(), statuses=shown)) as here:
        brought = only(live(**mastodon(here)).fan_out(words("skincare"), HERE))
        asked = next(one for one in here.requests if one.path.endswith("/statuses"))
    figures = brought.snapshot.figures
    assert (figures.average_likes, figures.average_comments, figures.average_shares) == (4, 2, 2.5)
    assert figures.engagement_rate == pytest.approx(8.5 / 1_000)
    assert figures.rate_definition is RateDefinition.FOLLOWERS
    assert brought.posts[0].text == "Post 1 & more\nline"
    assert brought.snapshot.extra == {"posts seen": "2"}
    assert asked.query == {
        "limit": ["20"], "exclude_replies": ["true"], "exclude_reblogs": ["true"]}  # fmt: skip


@pytest.mark.parametrize(
    ("no", "named"),
    [
        ({"discoverable": None}, None),
        ({"discoverable": False}, GapKind.OPTED_OUT),
        ({"noindex": True}, GapKind.OPTED_OUT),
        ({"note": "<p>hi <a href='https://s.example/tags/nobot'>#<span>nobot</span></a></p>"},
         GapKind.OPTED_OUT),
        ({"note": "<p>#NoIndex</p>"}, GapKind.OPTED_OUT),
        ({"bot": True}, GapKind.NOT_THERE),
        ({"group": True}, GapKind.NOT_THERE),
        ({"moved": {"id": "2"}}, GapKind.NOT_THERE),
        ({"suspended": True}, GapKind.NOT_THERE),
        ({"limited": True}, GapKind.NOT_THERE),
        ({"memorial": True}, GapKind.NOT_THERE),
    ],
)  # fmt: skip
def test_who_says_no_is_not_found_and_not_shown_either(
    no: dict[str, Any], named: GapKind | None
) -> None:
    """Silence (`discoverable` unset) hides from searches; an account that is named may be shown."""
    shy = account(**no)
    with web(server(shy, account("ben"), looked_up=shy)) as here:
        sources = live(**mastodon(here))
        answers = sources.fan_out(words("skincare"), HERE)
        assert [one.snapshot.display_name for one in answers.accounts] == ["Ben"]
        gone = {own for _, own in answers.opted_out}
        assert gone == ({shy["uri"]} if named is GapKind.OPTED_OUT else set())
        if named is None:
            assert sources.fetch_one(Platform.MASTODON, "anna").snapshot.display_name == "Anna"
        else:
            with pytest.raises(SourceGap) as caught:
                sources.fetch_one(Platform.MASTODON, "anna")
            assert caught.value.gap.kind is named


def test_posts_of_who_does_not_let_them_be_searched_are_not_read() -> None:
    quiet = account(indexable=False)
    with web(server(quiet, tagged=[status(account=account("ben", indexable=False))])) as here:
        brought = only(live(**mastodon(here)).fan_out(words("skincare"), HERE))
        assert [path for path in here.paths() if path.endswith("/statuses")] == []
    assert brought.posts == ()
    assert brought.snapshot.figures.engagement_rate is None


def test_links_are_told_apart_by_whether_the_server_checked_them() -> None:
    fields = [
        {"name": "Web", "value": '<a href="https://anna.example" rel="me">anna.example</a>',
         "verified_at": "2026-01-01T00:00:00Z"},
        {"name": "Shop", "value": "https://shop.example/a?b=1", "verified_at": None},
        {"name": "Trap", "value": '<a href="javascript:alert(1)">x</a>', "verified_at": "2026"},
    ]  # fmt: skip
    note = (
        '<p><a href="https://youtube.com/@anna">yt</a> '
        '<a class="u-url mention" href="https://s.example/@b">@b</a></p>'
    )
    with web(server(account(fields=fields, note=note), statuses=[])) as here:
        known = only(live(**mastodon(here)).fan_out(words("skincare"), HERE)).snapshot
    assert known.verified_links == ("https://anna.example",)
    assert known.links == (
        "https://anna.example",
        "https://shop.example/a?b=1",
        "https://youtube.com/@anna",
    )


@pytest.mark.parametrize("code", [401, 403, 404, 422])
def test_a_server_that_shows_hashtags_to_members_only_is_searched_all_the_same(code: int) -> None:
    def script(request: Request) -> Any:
        if "/timelines/" in request.path:
            return Reply({"error": "This method requires an authenticated user"}, code)
        return server(account())(request)

    with web(script) as here:
        answers = live(**mastodon(here)).fan_out(words("skincare"), HERE)
    assert (len(answers.accounts), answers.gaps) == (1, ())


def test_each_server_is_a_source_of_its_own_and_who_is_on_both_comes_once() -> None:
    with web(server(account())) as one, web(server(account(), account("ben"))) as other:
        answers = live(**mastodon(one, other)).fan_out(words("skincare"), HERE)
    assert [each.native_id.rpartition("/")[2] for each in answers.accounts] == ["anna", "ben"]
    assert answers.answered == (f"Mastodon ({domain_of(one)})", f"Mastodon ({domain_of(other)})")


def test_an_account_is_asked_for_at_its_own_server_first() -> None:
    """`example.social` does not answer here, so the operator's server is asked what it knows."""
    asked: list[str] = []

    def resolve(host: str, _port: int, _seconds: float) -> list[str]:
        asked.append(host)
        if host == "127.0.0.1":
            return [host]
        raise NoAddress(host)

    known = account(acct="anna@example.social", uri="https://example.social/users/anna")
    with web(server(looked_up=known)) as here:
        found = live(network=Network(resolve), **mastodon(here)).fetch_one(
            Platform.MASTODON, "anna@example.social"
        )
        assert here.requests[0].one("acct") == "anna@example.social"
    assert asked[0] == "example.social"
    assert found.snapshot.handle == "anna@example.social"


@pytest.mark.parametrize("home", ["127.0.0.1", "169.254.169.254", "10.0.0.8"])
def test_a_handle_cannot_send_the_bot_into_its_own_network(home: str) -> None:
    with web(server()) as here:
        with pytest.raises(SourceGap) as caught:
            live(**mastodon(here)).fetch_one(Platform.MASTODON, f"anna@{home}")
        assert here.paths() == ["/api/v1/accounts/lookup"], "only the operator's own server"
    assert caught.value.gap.kind is GapKind.NOT_THERE


def test_an_account_whose_own_server_is_down_is_not_taken_for_gone() -> None:
    def resolve(host: str, _port: int, _seconds: float) -> list[str]:
        if host == "example.social":
            raise NoAddress(host)
        return [host]

    with web(server()) as here, pytest.raises(SourceGap) as caught:
        live(network=Network(resolve), **mastodon(here)).fetch_one(
            Platform.MASTODON, "anna@example.social"
        )
    gap = caught.value.gap
    assert (gap.source, gap.kind) == ("example.social", GapKind.REFUSED)
    assert gap.said == "example.social, the server of this account, did not answer."


def test_an_account_whose_posts_are_kept_from_strangers_is_shown_without() -> None:
    def script(request: Request) -> Any:
        if request.path.endswith("/statuses"):
            return Reply({"error": "This API requires an authenticated user"}, 401)
        return server(looked_up=account())(request)

    with web(script) as here:
        found = live(**mastodon(here)).fetch_one(Platform.MASTODON, "anna")
    assert found.posts == ()
    assert found.snapshot.figures.followers == 1_000


@pytest.mark.parametrize("handle", ["an na", "anna@", "anna@a b", "../x", "anna@x/y", "", "ä@b.c"])
def test_what_is_no_handle_is_asked_of_nobody(handle: str) -> None:
    with web(server()) as here:
        with pytest.raises(SourceGap):
            live(**mastodon(here)).fetch_one(Platform.MASTODON, handle)
        assert here.requests == []


@pytest.mark.parametrize(
    "damage",
    [{"followers_count": "12"}, {"followers_count": None}, {"bot": "no"}, {"discoverable": "yes"},
     {"acct": "<!here>"}, {"uri": None}, {"fields": 3}],
)  # fmt: skip
def test_an_account_of_a_wrong_type_is_a_gap_and_leaves_the_others(damage: dict[str, Any]) -> None:
    with web(server(account() | damage, account("ben"))) as here:
        answers = live(**mastodon(here)).fan_out(words("skincare"), HERE)
    assert [one.snapshot.display_name for one in answers.accounts] == ["Ben"]
    assert [gap.kind for gap in answers.gaps] == [GapKind.GARBLED]
