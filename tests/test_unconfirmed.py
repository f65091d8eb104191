"""Messages of which nobody knows whether Slack took them: ten minutes, then people decide."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from bot.sender import Sender
from playground.faults import Kind
from playground.records import Message
from storage import audit, outbox, parking, people, sending
from storage.models import OutboxMessage
from tests.slack import Slack
from tests.test_outbox import (
    GENERAL,
    MARKETING,
    LaterClock,
    post,
    send_all,
    send_until_done,
    state,
    texts,
)

TEN_MINUTES = 600.0


@pytest.fixture
def clock() -> LaterClock:
    return LaterClock()


@pytest.fixture
def sender(slack: Slack, clock: LaterClock) -> Iterator[Sender]:
    made = Sender(slack.bot, clock)
    yield made
    made.close()


@pytest.fixture
def blind(slack: Slack) -> Slack:
    """The app has no history scopes, and olivia is its owner."""
    slack.workspace.faults.add("conversations.history", "error", error="missing_scope", times=99)
    slack.workspace.faults.add("conversations.replies", "error", error="missing_scope", times=99)
    return slack


def lose(slack: Slack, kind: Kind = "lost", **more: Any) -> None:
    """The next post is not answered; with kind "drop" it is there all the same."""
    slack.workspace.faults.add("chat.postMessage", kind, **more)


def questions(slack: Slack, who: str = "olivia") -> list[Message]:
    """What owners are asked."""
    told = slack.workspace.direct_messages(who)
    return [one for one in told if one.text.startswith("Slack did not confirm")]


def link_to(message: Message) -> str:
    return f"https://team.slack.com/archives/{message.channel}/p{message.ts.replace('.', '')}"


# ---- ten minutes ------------------------------------------------------------------------------


@pytest.mark.parametrize("lookup", ["server_error", "rate_limited", "garbage"])
def test_what_cannot_be_settled_for_ten_minutes_is_put_aside_and_its_channel_goes_on(
    slack: Slack, sender: Sender, clock: LaterClock, lookup: Kind
) -> None:
    lose(slack, "drop")
    slack.workspace.faults.add("conversations.history", lookup, times=99)
    post(slack, "first")
    post(slack, "second")

    for _ in range(9):
        send_all(sender)
        clock.pass_(60)
    assert texts(slack) == ["first"], "nine minutes: it is still looked for"
    clock.pass_(120)
    send_until_done(slack, sender, clock)

    assert texts(slack) == ["first", "second"]
    assert state(slack, "first").state == "parked"
    assert len(questions(slack)) == 1


def test_while_slack_answers_nothing_at_all_nothing_is_put_aside(
    slack: Slack, sender: Sender, clock: LaterClock
) -> None:
    slack.workspace.faults.add("*", "server_error", times=60)
    post(slack, "first")
    post(slack, "second")
    for _ in range(20):
        send_all(sender)
        clock.pass_(60)

    assert state(slack, "first").state == "unknown"
    slack.workspace.faults.clear()
    send_until_done(slack, sender, clock)

    assert texts(slack) == ["first", "second"]
    assert questions(slack) == []


def test_a_call_that_never_left_is_made_again_however_long_slack_is_out_of_reach(
    slack: Slack, sender: Sender, clock: LaterClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(slack, "first")
    client = slack.bot.services.slack.client(slack.bot.workspace_of("", "T0PLAYGRND"))
    with monkeypatch.context() as away:
        away.setattr(client, "base_url", "http://127.0.0.1:9/api/")  # nobody listens there
        for _ in range(20):
            send_all(sender)
            clock.pass_(60)
        assert state(slack, "first").state == "waiting", "it is known not to be there"

    send_until_done(slack, sender, clock)

    assert texts(slack) == ["first"]
    assert slack.workspace.api_calls("conversations.history") == []


def test_a_redraw_that_is_never_answered_holds_up_no_channel_and_gives_way_to_a_newer_one(
    slack: Slack, sender: Sender, clock: LaterClock
) -> None:
    post(slack, "card")
    send_all(sender)
    slack.workspace.faults.add("chat.update", "server_error", times=14)
    with slack.writing() as tx:
        outbox.update_posted(tx, "card", {"text": "older"})
    for _ in range(12):
        send_all(sender)
        clock.pass_(60)
    post(slack, "next")
    send_all(sender)
    assert texts(slack) == ["card", "next"]

    slack.workspace.faults.clear()
    with slack.writing() as tx:
        outbox.update_posted(tx, "card", {"text": "newer"})
    send_until_done(slack, sender, clock)

    assert texts(slack) == ["newer", "next"]


# ---- people decide ----------------------------------------------------------------------------


def test_send_again_posts_it_and_what_belongs_to_it(
    blind: Slack, sender: Sender, clock: LaterClock
) -> None:
    lose(blind)
    post(blind, "root")
    with blind.writing() as tx:
        outbox.post(tx, "reply", MARKETING, {"text": "reply"}, reply_to="root")
        outbox.update_posted(tx, "root", {"text": "root, redrawn"})
    post(blind, "next")
    send_until_done(blind, sender, clock)
    assert texts(blind) == ["next"]
    assert state(blind, "reply").state == "parked", "its root may come yet"

    (question,) = questions(blind)
    blind.press("olivia", question, "unconfirmed_again")
    send_until_done(blind, sender, clock)

    assert texts(blind) == ["next", "root, redrawn"]
    assert [one.text for one in blind.replies(blind.messages()[-1])] == ["reply"]
    assert "Olivia had it sent again" in questions(blind)[0].text
    assert blind.actions(questions(blind)[0]) == []


def test_its_there_with_its_link_lets_what_belongs_to_it_follow(
    blind: Slack, sender: Sender, clock: LaterClock
) -> None:
    lose(blind, "drop")
    post(blind, "root")
    with blind.writing() as tx:
        outbox.post(tx, "reply", MARKETING, {"text": "reply"}, reply_to="root")
    send_until_done(blind, sender, clock)

    (question,) = questions(blind)
    blind.press("olivia", question, "unconfirmed_there")
    assert "no link to a message" in str(blind.submit("olivia", {"link": "over there"}))
    elsewhere = link_to(blind.messages()[0]).replace(MARKETING, GENERAL)
    assert "another channel" in str(blind.submit("olivia", {"link": elsewhere}))
    assert blind.submit("olivia", {"link": link_to(blind.messages()[0])}) is None
    send_until_done(blind, sender, clock)

    (root,) = blind.messages()
    assert [one.text for one in blind.replies(root)] == ["reply"]
    assert (state(blind, "root").state, state(blind, "root").ts) == ("sent", root.ts)
    with blind.reading() as tx:
        acts = [one.action for one in audit.of(tx, "message", state(blind, "root").id or 0)]
    assert acts == ["found there"]


def test_its_there_without_a_link_ends_it(blind: Slack, sender: Sender, clock: LaterClock) -> None:
    lose(blind, "drop")
    post(blind, "root")
    send_until_done(blind, sender, clock)

    blind.press("olivia", questions(blind)[0], "unconfirmed_there")
    assert blind.submit("olivia") is None
    send_until_done(blind, sender, clock)

    assert texts(blind) == ["root"]
    assert state(blind, "root").state == "sent"
    assert "Olivia found it there" in questions(blind)[0].text


def test_it_is_decided_once_whoever_presses_later_and_only_by_those_who_manage(
    blind: Slack, sender: Sender, clock: LaterClock
) -> None:
    with blind.writing() as tx:
        other = people.get(tx, blind.workspace.user("ben").id)
        other.role = "owner"
        tx.session.add(other)
    lose(blind)
    post(blind, "root")
    send_until_done(blind, sender, clock)
    (hers,), (his,) = questions(blind), questions(blind, "ben")
    stale = Message(**vars(his))  # as ben still sees it

    blind.press("olivia", hers, "unconfirmed_again")
    send_until_done(blind, sender, clock)
    blind.press("ben", stale, "unconfirmed_again")
    blind.settle()

    assert texts(blind) == ["root"]
    assert "Olivia had it sent again" in questions(blind, "ben")[0].text
    assert "decided already" in blind.private("ben")[-1]


def test_a_question_that_slack_did_not_confirm_is_asked_anew_within_the_hour(
    blind: Slack, sender: Sender, clock: LaterClock
) -> None:
    lose(blind, times=2)  # the post, and then the question about it
    post(blind, "root")
    send_until_done(blind, sender, clock)
    assert questions(blind) == []

    blind.tick()
    send_until_done(blind, sender, clock)
    blind.tick()
    send_until_done(blind, sender, clock)

    assert len(questions(blind)) == 1


def test_a_private_message_is_nobody_elses_to_decide_on(
    blind: Slack, sender: Sender, clock: LaterClock
) -> None:
    lose(blind)
    with blind.writing() as tx:
        outbox.direct(tx, "nudge", blind.workspace.user("ana").id, {"text": "nudge"})

    send_until_done(blind, sender, clock)
    blind.tick()

    assert state(blind, "nudge").state == "parked"
    assert questions(blind) == []


# ---- files ------------------------------------------------------------------------------------


def upload(slack: Slack, name: str = "list.csv") -> dict[str, Any]:
    """Give Slack the bytes of a file that nobody sees yet; gives how it is shown."""
    client = slack.bot.services.slack.client(slack.bot.workspace_of("", "T0PLAYGRND"))
    file_id = client.files_getUploadURLExternal(filename=name, length=3)["file_id"]
    slack.workspace.store.files[file_id].content = b"a,b"
    channel = client.conversations_open(users=slack.workspace.user("ana").id)["channel"]["id"]
    return {"files": [{"id": file_id, "title": name}], "channel_id": channel}


def shown(slack: Slack) -> list[str]:
    return [file for one in slack.workspace.direct_messages("ana") for file in one.files]


@pytest.mark.parametrize("kind", ["drop", "lost", "garbage", "server_error", "rate_limited"])
def test_a_file_is_shown_once_whatever_slack_does(
    slack: Slack, sender: Sender, clock: LaterClock, kind: Kind
) -> None:
    payload = upload(slack)
    slack.workspace.faults.add("files.completeUploadExternal", kind)
    slack.workspace.faults.add("files.info", "server_error")
    with slack.writing() as tx:
        outbox.share_file(tx, "file", slack.workspace.user("ana").id, payload)

    send_until_done(slack, sender, clock)

    assert shown(slack) == [payload["files"][0]["id"]]
    assert state(slack, "file").state == "sent"


def test_whose_file_it_is_hears_that_nobody_knows(
    slack: Slack, sender: Sender, clock: LaterClock
) -> None:
    slack.workspace.faults.add("files.completeUploadExternal", "lost")
    slack.workspace.faults.add("files.info", "server_error", times=99)
    with slack.reading() as tx:
        ana = people.find(tx, slack.workspace.user("ana").id)
    assert ana is not None
    with slack.writing() as tx:
        about = f"file:{ana.id}"
        outbox.share_file(tx, "file", ana.slack_user_id, upload(slack), about=about)
    for _ in range(14):
        send_all(sender)
        clock.pass_(60)

    assert "did not confirm a file" in slack.private("ana")[-1]
    assert questions(slack) == []


# ---- leases -----------------------------------------------------------------------------------


def test_who_was_held_up_past_the_lease_sends_nothing(
    slack: Slack, sender: Sender, clock: LaterClock
) -> None:
    """As when the machine slept: somebody else may have the message in hand by now."""
    post(slack, "first")
    with slack.writing() as tx:
        claim = sending.claim(tx, clock())
    assert claim is not None
    clock.pass_(sending.LEASE.total_seconds() - 5)

    sender._send(claim)
    assert texts(slack) == []
    clock.pass_(10)
    send_all(sender)

    assert texts(slack) == ["first"]


def test_a_clock_that_is_ahead_of_slacks_finds_its_posts(
    slack: Slack, sender: Sender, clock: LaterClock
) -> None:
    lose(slack, "drop")
    with slack.writing() as tx:
        tx.now += dt.timedelta(minutes=30)
        outbox.post(tx, "first", MARKETING, {"text": "first"})

    send_until_done(slack, sender, clock)

    assert texts(slack) == ["first"]


def test_what_waits_for_a_message_that_is_put_aside_is_not_asked_about(
    blind: Slack, sender: Sender, clock: LaterClock
) -> None:
    lose(blind)
    post(blind, "root")
    with blind.writing() as tx:
        outbox.post(tx, "reply", MARKETING, {"text": "reply"}, reply_to="root")
    send_until_done(blind, sender, clock)

    with blind.reading() as tx:
        asked = [one.message_key for one in parking.undecided(tx)]
    assert asked == ["root"]
    assert isinstance(state(blind, "reply"), OutboxMessage)
