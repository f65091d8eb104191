"""Posts are looked at by themselves: figures, disclosure, what the brief asks for, what is gone."""

import datetime as dt
import threading
from collections.abc import Callable

from sqlmodel import select

from domain.brief import BriefContent
from domain.brief_form import BriefDraft
from domain.disclosure import Disclosure
from domain.post_reading import PostShown
from domain.result_form import ResultDraft
from domain.results import Totals
from handlers import post_reading
from storage import (
    briefs,
    disclosures,
    partnership_posts,
    partnerships,
    people,
    post_states,
    results,
    tracking_links,
)
from storage.models import Partnership, Post, Result
from tests.partnering import add_brief, add_creators, log, rows
from tests.slack import Slack
from tests.test_look_up import later

IDA = "glowbyida.bsky.social"
GOOD = "#ad my new routine with @glow #glowup https://glow.example/serum"


def when(slack: Slack, **ago: float) -> str:
    return (slack.bot.services.clock.now() - dt.timedelta(**ago)).isoformat()


def log_post(
    slack: Slack, link: str, creator: str = "@anna", who: str = "ana", **more: str
) -> None:
    assert not log(slack, who, "stage", {"stage": "live", "posts": link}, creator=creator, **more)
    slack.workspace.close_view(who, everything=True)
    slack.tick()


def the_post(slack: Slack) -> Post:
    (post,) = rows(slack, Post)
    return post


def told(slack: Slack, who: str = "ana") -> list[str]:
    """Private messages about posts."""
    return [text for text in slack.private(who) if "post" in text]


def test_a_posts_figures_are_fetched_and_again_later_and_falls_are_corrections(live, bluesky):
    add_creators(live, "anna")
    link = bluesky.publish(IDA, "3kpost", GOOD, when(live, minutes=20), likeCount=10, replyCount=2)
    log_post(live, link)

    (first,) = rows(live, Result)
    assert (first.likes, first.comments, first.source, first.person_id) == (10, 2, "bluesky", None)
    assert the_post(live).account == IDA

    bluesky.publish(IDA, "3kpost", GOOD, when(live, minutes=20), likeCount=40, replyCount=1)
    live.tick()
    assert len(rows(live, Result)) == 1  # not due yet
    later(live, hours=1)
    live.tick()
    assert [row.likes for row in rows(live, Result)] == [10, 40]
    later(live, days=2)
    live.tick()
    assert bluesky.calls["app.bsky.feed.getPosts"] == 3
    assert bluesky.calls["app.bsky.actor.getProfiles"] == 1
    with live.reading() as tx:
        assert results.known(tx, [1])[1].totals.likes == 40
    assert "41 engagements" in live.text_of(live.command("ana", "partners"))


def test_a_live_post_without_disclosure_is_told_to_its_owner_at_once_and_once(live, bluesky):
    add_creators(live, "anna")
    link = bluesky.publish(IDA, "3kpost", "My new routine #sp", when(live, hours=2))
    log_post(live, link)

    (text,) = told(live)
    assert "is live and not disclosed as advertising" in text
    assert "“#sp” is an abbreviation that many don't understand. Write “#ad”." in text
    later(live, days=1)
    live.tick()
    assert len(told(live)) == 1
    with live.reading() as tx:
        assert disclosures.count(tx).describe() == "0 of 1 live post disclosed"

    bluesky.publish(IDA, "3kpost", "My new routine #ad", when(live, hours=26))
    later(live, days=3)
    live.tick()
    with live.reading() as tx:
        assert disclosures.count(tx).describe() == "1 of 1 live post disclosed"


def test_where_nobody_owns_the_partnership_an_owner_of_the_workspace_is_told(live, bluesky):
    add_creators(live, "anna")
    link = bluesky.publish(IDA, "3kpost", GOOD, when(live, hours=2))
    log_post(live, link)
    with live.writing() as tx:
        for partnership in tx.session.exec(select(Partnership)):
            partnership.owner_id = None
            tx.session.add(partnership)
    bluesky.publish(IDA, "3kpost", "My new routine", when(live, hours=2))
    later(live, days=1)
    live.tick()

    assert told(live) == []
    (text,) = told(live, "olivia")
    assert "is live and not disclosed as advertising" in text


def test_a_person_can_say_that_it_is_disclosed_and_that_stands(live, bluesky):
    add_creators(live, "anna")
    log_post(live, bluesky.publish(IDA, "3kpost", "My routine", when(live, hours=2)))
    alert = live.workspace.direct_messages("ana")[-1]

    live.press("ana", alert, "post_disclosed")

    assert "Marked as disclosed by Ana" in live.text_of(live.workspace.direct_messages("ana")[-1])
    later(live, days=1)
    live.tick()
    with live.reading() as tx:
        assert disclosures.count(tx).disclosed == 1
    live.redeliver_last("action")
    assert the_post(live).disclosure == "disclosed"


def test_a_deleted_post_keeps_its_last_figures_and_is_marked(live, bluesky):
    add_creators(live, "anna")
    link = bluesky.publish(IDA, "3kpost", GOOD, when(live, hours=2), likeCount=10)
    log_post(live, link)
    bluesky.unpublish("3kpost")
    later(live, hours=5)
    live.tick()

    assert the_post(live).absent == "gone"
    assert rows(live, Result)[-1].likes == 10
    with live.reading() as tx:
        assert disclosures.count(tx).live == 0
    live.workspace.move_clock_to(1, 10, who="ana")
    live.tick()
    gone = "is gone: it was deleted or made private, or its link is wrong"
    assert any(gone in text for text in told(live))

    bluesky.publish(IDA, "3kpost", GOOD, when(live, days=2), likeCount=11)
    later(live, days=7)
    live.tick()
    assert the_post(live).absent == ""
    assert rows(live, Result)[-1].likes == 11


def test_what_the_brief_asks_for_and_the_post_lacks_comes_in_the_next_bundle(live, bluesky):
    add_creators(live, "anna")
    content = BriefContent(
        niches=("skincare",), required_tags=("glow",), hashtags=("glowup",),
        link="https://glow.example/serum",
    )  # fmt: skip
    with live.writing() as tx:
        number = briefs.create(tx, BriefDraft(name="Spring", content=content), None, None).id
    link = bluesky.publish(IDA, "3kpost", "#ad with @glow", when(live, hours=2))
    log_post(live, link, partnership=f"n:{number}")
    assert told(live) == []

    live.workspace.move_clock_to(1, 10, who="ana")
    live.tick()
    (text,) = told(live)
    assert "lacks #glowup and https://glow.example/serum, which Spring asks for" in text
    other = bluesky.publish(IDA, "3kgood", GOOD, when(live, hours=2))
    later(live, minutes=1)
    log_post(live, f"{link}\n{other}")
    assert [post.lacks for post in rows(live, Post)] == ["#glowup, https://glow.example/serum", ""]


def test_a_platform_out_of_order_is_asked_again_later_and_nothing_is_lost(live, bluesky):
    add_creators(live, "anna")
    link = bluesky.publish(IDA, "3kpost", GOOD, when(live, hours=2), likeCount=10)
    bluesky.fails = (500, {}, b"<html>")
    log_post(live, link)
    assert rows(live, Result) == []
    assert the_post(live).failures == 1
    asked = bluesky.calls["failed"]
    live.tick()
    assert bluesky.calls["failed"] == asked  # it is left alone for a while

    bluesky.fails = None
    later(live, minutes=11)
    live.tick()
    assert rows(live, Result)[-1].likes == 10
    assert the_post(live).failures == 0


def test_with_live_sources_off_nothing_is_asked_for(slack, bluesky):
    add_creators(slack, "anna")
    link = bluesky.publish(IDA, "3kpost", GOOD, when(slack, hours=2))
    log_post(slack, f"{link}\nhttps://bit.ly/3abc")

    assert bluesky.calls.total() == 0
    assert [post.read_at for post in rows(slack, Post)] == [None, None]


def test_a_short_link_that_nobody_can_follow_is_tried_again_and_then_said(live):
    add_creators(live, "anna")
    log_post(live, "https://bit.ly/3abc")
    assert the_post(live).is_short
    assert the_post(live).failures == 1
    for _ in range(14):
        later(live, days=1.1)
        live.tick()
    live.workspace.move_clock_to(2, 10, who="ana")
    live.tick()
    assert sum("leads to no post" in text for text in told(live)) == 1


def test_posts_from_before_are_followed_too(live, bluesky):
    add_creators(live, "anna")
    link = bluesky.publish(IDA, "3kpost", GOOD, when(live, hours=2), likeCount=7)
    log_post(live, "https://blog.example.com/anna")
    with live.writing() as tx:
        post = tx.session.get(Post, the_post(live).id)
        post.url, post.platform, post.link_key, post.next_read_at = link, None, None, None
        tx.session.add(post)
    live.tick()
    live.tick()
    assert rows(live, Result)[-1].likes == 7


def test_the_same_post_in_two_partnerships_is_asked_for_once_and_kept_in_both(live, bluesky):
    add_creators(live, "anna", "bob")
    brief = add_brief(live)
    link = bluesky.publish(IDA, "3kpost", GOOD, when(live, hours=2), likeCount=7)
    log_post(live, link)
    later(live, minutes=1)
    log_post(live, link, creator="@bob", partnership=f"n:{brief}")

    assert [row.likes for row in rows(live, Result)][-2:] == [7, 7]
    assert {row.partnership_id for row in rows(live, Result)} == {1, 2}


def details(slack: Slack, who: str = "ana") -> str:
    """The partnership in full."""
    board = slack.command(who, "partners")
    text = slack.text_of(slack.press(who, board, "partner_details"))
    slack.workspace.close_view(who, everything=True)
    return text


def test_a_partnership_shows_how_each_of_its_posts_stands(live, bluesky):
    add_creators(live, "anna")
    fell = bluesky.publish(IDA, "3kfell", GOOD, when(live, hours=2), likeCount=10)
    late = bluesky.publish(IDA, "3klate", "1\n2\n3\n#ad", when(live, hours=2), likeCount=3)
    gone = bluesky.publish(IDA, "3kgone", GOOD, when(live, hours=2), likeCount=9)
    log_post(live, f"{fell}\n{late}\n{gone}\nhttps://www.instagram.com/p/C1")
    bluesky.publish(IDA, "3kfell", GOOD, when(live, hours=26), likeCount=4)
    bluesky.unpublish("3kgone")
    later(live, days=1.2)
    live.tick()

    text = details(live)
    assert "1 of 2 live posts disclosed, 1 not checked" in text
    assert "4 likes" in text
    assert ": taken as a correction" in text
    assert "not disclosed as advertising: “#ad” is in line 4" in text
    assert "no longer there: last figures kept" in text
    assert "9 likes" in text
    assert "post: live → gone" in text
    assert "disclosure: not disclosed (too late)" in text
    assert details(live, "ben") == text


def test_a_post_by_another_account_than_the_creators_is_pointed_out(live, bluesky):
    live.command("ana", f"look bluesky:{IDA}")
    link = bluesky.publish("dermabe.bsky.social", "3kpost", GOOD, when(live, hours=2))
    own = bluesky.publish(IDA, "3kown", GOOD, when(live, hours=2))
    log_post(live, f"{link}\n{own}", creator=f"@{IDA}")
    live.workspace.move_clock_to(1, 10, who="ana")
    live.tick()

    (text,) = [one for one in live.private("ana") if "was published by" in one]
    assert text.count("was published by @dermabe.bsky.social") == 1
    assert f"by @{IDA}" not in text


def test_a_creators_own_tracking_link_is_the_briefs_link(live, bluesky):
    add_creators(live, "anna")
    content = BriefContent(niches=("skincare",), link="https://glow.example/serum")
    with live.writing() as tx:
        number = briefs.create(tx, BriefDraft(name="Spring", content=content), None, None).id
    link = bluesky.publish(IDA, "3kpost", "#ad", when(live, hours=2))
    log_post(live, link, partnership=f"n:{number}")
    assert the_post(live).lacks == "https://glow.example/serum"
    with live.writing() as tx:
        row = tx.session.get(Partnership, 1)
        target = "https://glow.example/serum"
        slug = tracking_links.issue(tx, row, "anna", target, "bluesky", "spring", None).slug
    bluesky.publish(IDA, "3kpost", f"#ad https://bot.example.com/r/{slug}", when(live, hours=2))
    later(live, hours=6)
    live.tick()
    assert the_post(live).lacks == ""


def test_what_a_platform_says_and_what_people_log_of_one_post_never_wait_for_each_other(slack):
    add_creators(slack, "anna", "bob")
    brief = add_brief(slack)
    link = "https://bsky.app/profile/anna.bsky.social/post/3kpost"
    log_post(slack, link)
    log_post(slack, link, creator="@bob", partnership=f"n:{brief}")
    key, failures = the_key(slack), []

    def platform(turn: int) -> None:
        shown = PostShown(key=key, source="bluesky", text="#ad", likes=turn)
        with slack.writing() as tx:
            post_reading.keep(tx, shown)

    def person(turn: int) -> None:
        with slack.writing() as tx:
            for number in (1, 2):
                row = partnerships.get(tx, number)
                (post,) = partnership_posts.of_partnerships(tx, [number])[number]
                said = Disclosure(verdict="disclosed", reason=str(turn))
                post_states.judge(tx, post, said, people.get(tx, slack.workspace.user("ana").id).id)
                draft = ResultDraft(as_of=tx.now.date(), totals=Totals(likes=100 + turn))
                results.record(tx, row, post.id, draft, None)

    def all_turns(act: Callable[[int], None]) -> None:
        try:
            for turn in range(6):
                act(turn)
        except Exception as error:  # told by the main thread
            failures.append(error)

    threads = [threading.Thread(target=all_turns, args=(act,)) for act in (platform, person) * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert {post.disclosure for post in rows(slack, Post)} == {"disclosed"}


def the_key(slack: Slack) -> str:
    return rows(slack, Post)[0].link_key or ""
