"""Creators looked up on platforms: the question, the one message, what is kept and what is not."""

import datetime as dt
import re

import pytest
from sqlmodel import select

from bot.app import real_now
from bot.workers import Workers
from domain.look_up_report import PlatformReport
from storage import jobs, look_ups, merging, profiles
from storage.models import AuditEntry, Creator, Job, LookUp
from tests.platforms import Invented
from tests.shortlisting import add_brief, fill_in, posted
from tests.slack import Slack
from tests.test_find import handles, newest


@pytest.fixture
def live(live_demo: Slack) -> Slack:
    """Creators are in the list already."""
    return live_demo


def later(slack: Slack, **of: float) -> None:
    """Some time passes by the product's clock."""
    slack.workspace.advance_clock(dt.timedelta(**of).total_seconds())


def asked(slack: Slack) -> list[LookUp]:
    """All questions, oldest first."""
    with slack.reading() as tx:
        return list(tx.session.exec(select(LookUp).order_by(LookUp.id)))


def test_find_answers_from_the_database_and_one_message_tells_what_a_platform_brought(
    live, bluesky
):
    answer = live.command("ana", "find skincare bluesky")

    assert "Looking on Bluesky; I'll tell you here what comes of it." in live.text_of(answer)
    assert "@glowbyida" not in live.text_of(answer)
    told = newest(live, "ana")
    assert "Bluesky brought 4 more, all of them in your top ten." in live.text_of(told)
    assert bluesky.calls["app.bsky.actor.searchActors"] >= 1

    live.press("ana", told, "find_run:look_up")
    shown = newest(live, "ana")
    assert "@glowbyida.bsky.social" in handles(shown)
    assert "Look on" not in live.text_of(shown)  # it was asked just now
    assert "Found on Bluesky, not in your list" in live.text_of(shown)
    assert "@bakery.bsky.social" not in handles(shown)


def test_a_first_look_up_already_compares_the_accounts_with_each_other(
    database_url, tmp_path, bluesky
):
    for number in range(40):
        bluesky.add(
            Invented(f"peer{number}.bsky.social", "Peer", "skincare", 10_000 + number, 50 + number)
        )
    slack = Slack.start(
        database_url, tmp_path, live_sources=True, bluesky_base_url=bluesky.url, mastodon_servers=()
    )
    try:
        slack.command("ana", "find skincare bluesky")
        told = newest(slack, "ana")
        assert "Bluesky brought 44 more, 10 of them in your top ten." in slack.text_of(told)
        slack.press("ana", told, "find_run:look_up")
        assert "of 44 Bluesky accounts" in slack.text_of(newest(slack, "ana"))
    finally:
        slack.stop()


def test_nothing_that_is_on_screen_changes_and_only_the_asker_is_told(live):
    answer = live.command("ana", "find skincare bluesky")
    before = live.text_of(answer)

    assert live.text_of(live.workspace.ephemerals("ana")[0]) == before
    assert [one for one in live.messages() if "brought" in live.text_of(one)] == []
    assert live.private("ben") == []


def test_the_same_question_is_not_asked_twice_within_hours_and_the_answer_says_so(live, bluesky):
    live.command("ana", "find skincare bluesky")
    calls = bluesky.calls.copy()
    later(live, hours=2)

    again = live.text_of(live.command("ben", "find bluesky SKIN care"))

    assert "Looked on Bluesky 2 h ago; what came of it is in the list." in again
    assert "Found on Bluesky, not in your list" in again
    assert bluesky.calls == calls
    later(live, hours=5)
    assert "Looking on Bluesky" in live.text_of(live.command("ben", "find skincare bluesky"))
    assert bluesky.calls["app.bsky.actor.searchActors"] > calls["app.bsky.actor.searchActors"]


def test_only_accounts_of_the_size_asked_for_are_brought(live):
    live.command("ana", "find skincare micro bluesky")

    assert "Bluesky brought 3 more" in live.text_of(newest(live, "ana"))
    with live.reading() as tx:
        assert profiles.by_handle(tx, "bigskin.bsky.social") == []


def test_a_button_under_results_asks_the_platforms(live, bluesky):
    answer = live.command("ana", "find skincare")
    assert bluesky.calls == {}
    assert "Look on Bluesky" in live.text_of(answer)

    live.press("ana", answer, "look_up")

    told = live.private("ana")
    assert any("Looking on Bluesky" in text for text in told)
    assert "Bluesky brought 4 more" in told[-1]
    live.press("ana", answer, "look_up")
    assert "Looked on Bluesky just now" in live.private("ana")[-1]
    assert len(asked(live)) == 1


def test_a_search_that_finds_nobody_offers_the_platforms(live):
    answer = live.command("ana", "find falconry")
    assert "Nobody matches" in live.text_of(answer)

    live.press("ana", answer, "look_up")

    assert "Bluesky brought 1 more, in your top ten." in live.private("ana")[-1]


def test_a_workspace_without_creators_is_offered_the_platforms(database_url, tmp_path, bluesky):
    slack = Slack.start(
        database_url, tmp_path, live_sources=True, bluesky_base_url=bluesky.url, mastodon_servers=()
    )
    try:
        answer = slack.command("ana", "find skincare")
        assert "no creators here yet" in slack.text_of(answer)
        slack.press("ana", answer, "look_up")
        slack.press("ana", newest(slack, "ana"), "find_run:look_up")
        assert len(handles(newest(slack, "ana"))) == 4
    finally:
        slack.stop()


def test_nobody_new_is_said_without_a_button(live, bluesky):
    live.command("ana", "find zzzquux bluesky")

    told = newest(live, "ana")
    assert "Bluesky brought nobody." in live.text_of(told)
    assert live.actions(told) == []


def test_a_platform_that_fails_is_named_and_find_answers_all_the_same(live, bluesky):
    bluesky.fails = (500, {}, b"no")
    answer = live.command("ana", "find skincare bluesky")
    assert "Nobody matches" in live.text_of(answer) or handles(answer)

    told = live.text_of(newest(live, "ana"))
    assert "Bluesky" in told
    assert "brought" not in told
    bluesky.fails = None
    live.command("ana", "find skincare bluesky")
    assert "Bluesky brought 4 more" in live.text_of(newest(live, "ana"))


def test_each_platform_is_named_and_one_that_is_down_hides_no_other(
    database_url, tmp_path, bluesky
):
    slack = Slack.start(
        database_url,
        tmp_path,
        live_sources=True,
        bluesky_base_url=bluesky.url,
        mastodon_servers=("http://127.0.0.1:9",),
    )
    try:
        answer = slack.command("ana", "find skincare")
        assert "Look on Bluesky and Mastodon" in slack.text_of(answer)
        slack.press("ana", answer, "look_up")
        told = slack.private("ana")[-1]
        assert "Bluesky brought 4 more" in told
        assert "Mastodon" in told
        assert "could not be reached" in told
        asks = slack.text_of(slack.command("ana", "look mastodon:anna"))
        assert "On which server is that?" in asks
    finally:
        slack.stop()


def test_a_platform_that_asks_for_patience_is_left_alone_until_then(live, bluesky):
    bluesky.fails = (429, {"retry-after": "1800"}, b"{}")
    live.command("ana", "find skincare bluesky")
    calls = bluesky.calls.copy()

    again = live.text_of(live.command("ben", "find skincare bluesky"))

    assert "Not asked: Bluesky until" in again
    assert bluesky.calls == calls


def test_the_bot_off_line_for_platforms_neither_offers_nor_asks(demo, bluesky):
    answer = demo.command("ana", "find skincare bluesky")

    assert "Look" not in demo.text_of(answer).replace("Looks", "")
    assert asked(demo) == []
    assert bluesky.calls == {}
    assert "switched off" in demo.text_of(demo.command("ana", "look bluesky:anna"))


def test_two_people_who_ask_the_same_at_once_cost_one_question(live, bluesky):
    for who in ("ana", "ben"):
        live.workspace.command(who, "find skincare bluesky", "marketing")
    live.settle()

    assert bluesky.calls["app.bsky.actor.searchActors"] == 1
    for who in ("ana", "ben"):
        assert "Bluesky brought 4 more" in live.private(who)[-1]


def test_a_command_that_slack_repeats_asks_once(live):
    live.command("ana", "find skincare bluesky")
    live.redeliver_last("command")

    assert len(asked(live)) == 1
    assert [text for text in live.private("ana") if "brought" in text] != []
    assert len([text for text in live.private("ana") if "brought" in text]) == 1


def test_a_bot_killed_in_the_middle_finishes_after_its_restart_and_tells_once(live):
    answer = live.workspace.command("ana", "find skincare bluesky", "marketing")
    matched = int(re.search(r"(\d+) creators", live.text_of(answer))[1])
    with live.writing() as tx:
        job = tx.session.exec(select(Job).where(Job.kind == look_ups.JOB)).one()
        assert jobs.claim(tx, real_now()) is not None
        number = job.payload["look_up_id"]
    with live.writing() as tx:  # it had counted and asked, then it stored one account, and died
        question = look_ups.get(tx, number)
        said = {"bluesky": PlatformReport(matched_before=matched)}
        look_ups.record(tx, question, said, state=look_ups.ASKING, asking_since=tx.now)
    live.command("ben", "look bluesky:glowbyida")
    assert [text for text in live.private("ana") if "brought" in text] == []

    Workers(live.bot, lambda: real_now() + dt.timedelta(minutes=10)).run_until_idle()

    live.settle()
    (told,) = [text for text in live.private("ana") if "brought" in text]
    assert "Bluesky brought 4 more" in told


def test_long_after_the_question_the_answer_comes_as_a_direct_message(live):
    live.workspace.command("ana", "find skincare bluesky", "marketing")
    later(live, minutes=40)
    live.settle()

    (told,) = live.workspace.direct_messages("ana")
    assert "Bluesky brought 4 more" in live.text_of(told)
    live.press("ana", told, "find_run:look_up")
    assert any("@glowbyida" in text for text in live.private("ana"))


def show_looked_up(slack: Slack) -> None:
    """Look on Bluesky and show the search again."""
    slack.command("ana", "find skincare bluesky")
    slack.press("ana", newest(slack, "ana"), "find_run:look_up")


def number_of(slack: Slack, handle: str) -> int:
    with slack.reading() as tx:
        (profile,) = profiles.by_handle(tx, handle)
        return profile.id


def test_keep_puts_a_creator_into_the_list_with_who_did_it_on_record(live):
    show_looked_up(live)
    number = number_of(live, "glowbyida.bsky.social")

    live.press("ana", newest(live, "ana"), f"creator_keep:{number}")

    assert "Kept: @glowbyida.bsky.social is in your list now." in live.private("ana")[-1]
    text = live.text_of(live.command("ana", "find skincare bluesky"))
    assert text.count("Found on Bluesky, not in your list") == 3
    with live.reading() as tx:
        entry = tx.session.exec(select(AuditEntry).where(AuditEntry.action == "keep")).one()
    assert entry.actor == live.workspace.user("ana").id


def test_who_is_shortlisted_joins_the_list(live):
    show_looked_up(live)
    with live.writing() as tx:
        assert tx is not None
    add_brief(live)
    number = number_of(live, "dermabe.bsky.social")

    live.press("ana", newest(live, "ana"), f"shortlist:{number}")
    assert fill_in(live, "ana") is None

    assert "dermabe" in posted(live, ["dermabe.bsky.social"]).card.text
    text = live.text_of(live.command("ana", "find skincare bluesky"))
    assert text.count("Found on Bluesky, not in your list") == 3


def test_whom_nobody_kept_goes_after_a_month_and_those_people_worked_with_stay(live):
    show_looked_up(live)
    kept = number_of(live, "glowbyida.bsky.social")
    live.press("ana", newest(live, "ana"), f"creator_keep:{kept}")
    live.command("ana", "list add @spfsam.bsky.social to Spring")
    later(live, days=31)
    live.tick()

    with live.reading() as tx:
        left = {
            handle
            for handle in ("glowbyida", "dermabe", "spfsam", "bigskin")
            if profiles.by_handle(tx, f"{handle}.bsky.social")
        }
    assert left == {"glowbyida", "spfsam"}
    text = live.text_of(live.command("ben", "find skincare on bluesky"))
    assert "dermabe" not in text
    assert "not in your list" not in text


def test_two_accounts_joined_by_their_links_alone_still_go_when_nobody_kept_them(live):
    show_looked_up(live)
    one, other = (number_of(live, f"{name}.bsky.social") for name in ("glowbyida", "spfsam"))
    with live.writing() as tx:
        owners = [known.profile.creator_id for known in profiles.current(tx, [one, other]).values()]
        vocabulary = live.bot.services.vocabulary
        merging.merge(tx, *owners, vocabulary, why="each links to the other")
    for _ in range(2):
        later(live, days=31)
        live.tick()

    with live.reading() as tx:
        assert tx.session.exec(select(Creator).where(Creator.found_on.is_not(None))).all() == []
        assert profiles.by_handle(tx, "glowbyida.bsky.social") == []


def test_find_answers_although_the_question_can_not_be_stored(live):
    held = live.bot.services.database.engine.connect().execution_options(begin_immediate=True)
    with held.begin():
        if live.bot.services.database.is_sqlite:
            held.exec_driver_sql("UPDATE look_ups SET text = text")
        else:
            held.exec_driver_sql("LOCK TABLE deliveries IN ACCESS EXCLUSIVE MODE")
        answer = live.workspace.command("ana", "find skincare bluesky", "marketing")
        held.rollback()
    held.close()

    assert handles(answer)
    assert "Look on Bluesky" in live.text_of(answer)


def test_a_search_asked_before_is_answered_while_others_write(live):
    """Nothing is to be stored, so nobody is waited for and the answer is the same."""
    live.command("ana", "find skincare bluesky")
    before = live.text_of(live.command("ana", "find skincare bluesky"))
    assert "Looked on Bluesky just now" in before
    held = live.bot.services.database.engine.connect().execution_options(begin_immediate=True)
    with held.begin():
        if live.bot.services.database.is_sqlite:
            held.exec_driver_sql("UPDATE look_ups SET text = text")
        else:
            held.exec_driver_sql("LOCK TABLE deliveries, look_ups IN EXCLUSIVE MODE")
        answer = live.workspace.command("ana", "find skincare bluesky", "marketing")
        held.rollback()
    held.close()

    assert live.text_of(answer) == before
