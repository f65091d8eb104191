"""Posts are logged from a colleague's message or from links, with the partnership they are of."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from domain.creator import Platform, ProfileSnapshot
from domain.niche import default_vocabulary
from playground.records import Message
from storage import brands, index, people, profile_store, results
from storage.models import Post, Result
from tests.partnering import add_brief, add_creators, log, rows
from tests.slack import Slack
from tests.test_look_up import later
from tests.test_look_up_youtube import start
from tests.test_posts_read import GOOD, IDA, when
from tests.web import Request, web

REEL = "https://www.instagram.com/anna/reel/C1a/?igsh=x"


def begin(slack: Slack, creator: str, stage: str = "live", **more: str) -> None:
    """A partnership with a creator."""
    assert not log(slack, "ana", "stage", {"stage": stage}, creator=f"@{creator}", **more)
    slack.workspace.close_view("ana", everything=True)


def use(slack: Slack, who: str, text: str) -> Message:
    """The shortcut on a message that says this."""
    message = slack.workspace.say("ben", text)
    slack.workspace.shortcut(who, "log_post", message)
    slack.settle()
    return message


def shown(slack: Slack, who: str = "ana") -> str:
    return slack.text_of(slack.view(who))


def test_a_post_is_logged_from_a_message_with_the_creator_whom_its_link_names(slack):
    add_creators(slack, "anna", "bob")
    begin(slack, "anna")
    begin(slack, "bob")
    use(slack, "ana", f"Anna is live! {REEL} and our shop https://shop.example/x")

    text = shown(slack)
    assert "instagram.com/p/C1a on Instagram by @anna" in text
    assert "@anna · No brief · live" in text
    assert "Does it say that it is advertising?" in text
    assert slack.submit("ana", {"said:0": "yes"}) is None
    assert "instagram.com/p/C1a is logged with @anna" in shown(slack)
    (post,) = rows(slack, Post)
    assert (post.url, post.platform, post.account) == (
        "https://instagram.com/p/C1a", "instagram", "anna",
    )  # fmt: skip
    assert (post.disclosure, post.partnership_id) == ("disclosed", 1)


def test_where_a_partnership_still_stands_before_live_it_is_said(slack):
    add_creators(slack, "anna")
    begin(slack, "anna", stage="agreed")
    use(slack, "ana", REEL)
    slack.submit("ana", {})

    assert "That still stands at agreed" in shown(slack)


def test_the_same_post_again_is_found_however_its_link_is_written(slack):
    add_creators(slack, "anna")
    begin(slack, "anna")
    use(slack, "ana", REEL)
    slack.submit("ana", {})
    slack.redeliver_last("submission")
    slack.workspace.close_view("ana", everything=True)

    use(slack, "ana", "https://instagram.com/p/C1a")
    assert "Logged already with @anna" in shown(slack)
    slack.submit("ana", {})
    assert "is logged with @anna already" in shown(slack)
    assert len(rows(slack, Post)) == 1


def test_where_the_link_names_nobody_it_is_asked_which_partnership(slack):
    add_creators(slack, "anna", "bob")
    begin(slack, "anna")
    begin(slack, "bob")
    use(slack, "ana", "https://www.instagram.com/p/C9 https://www.instagram.com/p/C8")

    assert set(slack.submit("ana", {"posted_on": "2026-11-01"}) or {}) == {"place:0", "place:1"}
    assert slack.submit("ana", {"place:0": "2", "place:1": "leave"}) is None
    (post,) = rows(slack, Post)
    assert (post.partnership_id, post.posted_on) == (2, dt.date(2026, 11, 1))


def test_a_creator_with_two_partnerships_is_asked_about_and_never_guessed(slack):
    add_creators(slack, "anna")
    brief = add_brief(slack)
    begin(slack, "anna")
    begin(slack, "anna", partnership=f"n:{brief}")
    use(slack, "ana", REEL)

    assert set(slack.submit("ana", {}) or {}) == {"place:0"}
    assert slack.submit("ana", {"place:0": "2"}) is None
    assert rows(slack, Post)[0].partnership_id == 2


def test_links_can_be_given_to_the_command_and_a_day_to_come_is_refused(slack):
    add_creators(slack, "anna")
    begin(slack, "anna")
    slack.workspace.command("ana", f"log {REEL}")
    slack.settle()

    future = (slack.bot.services.clock.now() + dt.timedelta(days=3)).date().isoformat()
    assert slack.submit("ana", {"posted_on": future}) == {"posted_on": "That day is still to come."}
    assert slack.submit("ana", {"posted_on": ""}) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("no link here", "I see no link to a post"),
        ("https://www.instagram.com/anna", "I see no link to a post"),
        (REEL, "There is no partnership yet"),
    ],
)
def test_what_cannot_be_logged_is_answered_privately_with_what_to_do(slack, text, said):
    use(slack, "ana", text)

    assert slack.workspace.view("ana") is None
    assert said in slack.private("ana")[-1]
    assert slack.private("ben") == []


def test_guests_and_people_who_may_not_see_the_brand_log_nothing(slack):
    add_creators(slack, "anna")
    with slack.writing() as tx:
        brand = brands.create(tx, "Secret", None)
        brands.limit(tx, brand, True, [people.get(tx, slack.workspace.user("ana").id)])
        brand_id = brand.id
    brief = add_brief(slack, brand_id=brand_id)
    begin(slack, "anna", partnership=f"n:{brief}")

    use(slack, "gus", REEL)
    assert slack.workspace.view("gus") is None
    use(slack, "ben", REEL)
    assert "There is no partnership yet" in slack.private("ben")[-1]
    use(slack, "ana", REEL)
    assert "@anna" in shown(slack)


def test_figures_of_a_post_logged_from_a_message_are_fetched(live, bluesky):
    add_creators(live, "anna")
    begin(live, "anna")
    link = bluesky.publish(IDA, "3kpost", GOOD, when(live, hours=2), likeCount=7)
    use(live, "ana", link)
    assert "Does it say" not in shown(live)
    assert live.submit("ana", {"place:0": "1"}) is None
    later(live, minutes=1)
    live.tick()

    assert rows(live, Result)[-1].likes == 7


# ---- where the platform tells who published it -------------------------------------------------

CHANNEL = "UC0000000000000000000001"


def youtube_says(request: Request) -> Any:
    ids = request.one("id").split(",")
    return {
        "items": [
            {
                "id": each,
                "snippet": {
                    "channelId": CHANNEL if each.startswith("anna") else "UCsomebodyelse0000000000",
                    "title": "My routine",
                    "description": "#ad",
                    "publishedAt": "2026-11-01T08:00:00Z",
                },
                "statistics": {"viewCount": "1000", "likeCount": "40", "commentCount": "10"},
                "status": {"privacyStatus": "public"},
            }
            for each in ids
        ]
    }


@pytest.fixture
def youtube(beginning: Any, tmp_path: Any) -> Iterator[Slack]:
    with web(youtube_says) as here:
        slack = start(beginning, tmp_path, f"{here.url}/")
        with slack.writing() as tx:
            said = ProfileSnapshot(platform=Platform.YOUTUBE, handle=CHANNEL, source="a test")
            profile_store.store(tx, [said], default_vocabulary(), index.pools(tx))
        add_creators(slack, "bob")
        begin(slack, CHANNEL)
        begin(slack, "bob")
        yield slack
        slack.stop()
        assert slack.problems == []


def test_youtube_is_asked_who_published_a_video_and_its_figures_are_not_added_up(youtube):
    use(youtube, "ana", "https://youtu.be/anna0000001")
    assert "Find out from YouTube who published it" in shown(youtube)
    assert youtube.submit("ana", {}) is None
    assert "I am asking YouTube who published" in shown(youtube)
    youtube.workspace.close_view("ana", everything=True)

    assert "is logged with @UC0000000000000000000001" in youtube.private("ana")[-1]
    (post,) = rows(youtube, Post)
    assert post.partnership_id == 1
    (result,) = rows(youtube, Result)
    assert (result.views, result.source) == (1000, "youtube")
    with youtube.reading() as tx:
        assert results.known(tx, [1])[1].totals.views is None

    later(youtube, days=31)  # nobody asked YouTube in between: the bot was off
    youtube.workers.tick_hour()
    assert rows(youtube, Result) == []


def test_where_youtube_names_somebody_else_the_person_is_asked(youtube):
    use(youtube, "ana", "https://youtu.be/other000001")
    assert youtube.submit("ana", {}) is None
    youtube.workspace.close_view("ana", everything=True)
    (asked,) = [m for m in youtube.workspace.ephemerals("ana") if "Which" in youtube.text_of(m)]
    assert "nobody with a partnership here published it" in youtube.text_of(asked)
    assert rows(youtube, Post) == []

    youtube.press("ana", asked, "post_place", "2")
    assert rows(youtube, Post)[0].partnership_id == 2
    assert "is logged with @bob" in youtube.private("ana")[-1]
