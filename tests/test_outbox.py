"""Messages to Slack: in order, none lost, none twice, whatever Slack or a worker does."""

import datetime as dt
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from sqlmodel import select

from bot.app import real_now
from bot.pace import EDITS_A_MINUTE
from bot.sender import Sender
from playground.faults import Kind
from storage import outbox, people, redraws, sending
from storage.database import Database
from storage.models import OutboxMessage
from tests.slack import Slack

pytestmark = pytest.mark.both_databases

MARKETING, GENERAL, SECRETS = "C0MARKETING", "C0GENERAL01", "C0PRIVATE01"
CHART: dict[str, Any] = {
    "type": "data_visualization",
    "title": "Reach",
    "chart": {"type": "pie", "segments": [{"label": "a", "value": 1}, {"label": "b", "value": 2}]},
}
PLAIN = {"type": "section", "text": {"type": "plain_text", "text": "a 1, b 2"}}


class LaterClock:
    """Real time that a test moves on, so that nobody sleeps."""

    def __init__(self) -> None:
        self.ahead = dt.timedelta()

    def __call__(self) -> dt.datetime:
        return real_now() + self.ahead

    def pass_(self, seconds: float) -> None:
        self.ahead += dt.timedelta(seconds=seconds)


@pytest.fixture
def clock() -> LaterClock:
    return LaterClock()


@pytest.fixture
def sender(slack: Slack, clock: LaterClock) -> Iterator[Sender]:
    made = Sender(slack.bot, clock)
    yield made
    made.close()


def post(slack: Slack, key: str, channel: str = MARKETING, about: str = "", **more: Any) -> None:
    with slack.writing() as tx:
        outbox.post(tx, key, channel, {"text": key, **more}, about=about)


def send_all(sender: Sender) -> None:
    while sender.send_due():
        pass


def send_until_done(slack: Slack, sender: Sender, clock: LaterClock, rounds: int = 50) -> None:
    """Send, and let time pass where a message waits."""
    for _ in range(rounds):
        send_all(sender)
        with slack.bot.services.database.looking() as session:
            if not sending.unsent(session):
                slack.workspace.settle()  # what it tells the bot of these messages arrives too
                return
        clock.pass_(60)
    raise AssertionError("something is still waiting")


def texts(slack: Slack, channel: str = "marketing") -> list[str]:
    return [message.text for message in slack.messages(channel)]


def state(slack: Slack, key: str) -> OutboxMessage:
    with slack.reading() as tx:
        found = outbox.by_key(tx, key)
        assert found is not None
        return found


# ---- order and repetition ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("rate_limited", {"retry_after": 7}),
        ("server_error", {}),
        ("lost", {}),
        ("drop", {}),
        ("garbage", {}),
        ("error", {"error": "internal_error"}),
        ("error", {"error": "invalid_auth"}),
    ],
)
def test_a_channel_keeps_its_order_and_gets_each_message_once_whatever_slack_does(
    slack: Slack, sender: Sender, clock: LaterClock, kind: Kind, settings: dict[str, Any]
) -> None:
    post(slack, "first")
    post(slack, "second")
    post(slack, "third")
    slack.workspace.faults.add("chat.postMessage", kind, **settings)

    send_all(sender)
    assert "second" not in texts(slack), "it waits for the first, which is not known to be there"
    post(slack, "elsewhere", GENERAL)
    send_all(sender)
    assert texts(slack, "general") == ["elsewhere"], "another channel waits for nobody"
    send_until_done(slack, sender, clock)

    assert texts(slack) == ["first", "second", "third"]


def test_slack_is_left_alone_for_as_long_as_it_asks(
    slack: Slack, sender: Sender, clock: LaterClock
) -> None:
    post(slack, "first")
    slack.workspace.faults.add("chat.postMessage", "rate_limited", retry_after=30)
    send_all(sender)

    clock.pass_(25)
    assert not sender.send_due()
    clock.pass_(10)
    assert sender.send_due()

    assert texts(slack) == ["first"]


@pytest.mark.parametrize("lookup", ["rate_limited", "server_error", "lost", "garbage"])
def test_a_post_that_could_not_be_looked_for_is_looked_for_again(
    slack: Slack, sender: Sender, clock: LaterClock, lookup: Kind
) -> None:
    """The post arrived. Until it is found there, nothing is sent again."""
    post(slack, "first")
    slack.workspace.faults.add("chat.postMessage", "drop")
    slack.workspace.faults.add("conversations.history", lookup, times=3)

    send_until_done(slack, sender, clock)

    assert texts(slack) == ["first"]
    posts = slack.workspace.api_calls("chat.postMessage")
    assert [one.arguments["text"] for one in posts].count("first") == 1
    assert state(slack, "first").ts == slack.messages()[0].ts


def test_an_unanswered_post_is_found_however_much_was_written_since(
    slack: Slack, sender: Sender, clock: LaterClock
) -> None:
    post(slack, "first")
    slack.workspace.faults.add("chat.postMessage", "drop")
    send_all(sender)
    for number in range(250):
        slack.workspace.rooms.say(
            slack.workspace.channel("marketing"), "U0ANA000001", f"chat {number}"
        )

    send_until_done(slack, sender, clock)

    assert texts(slack).count("first") == 1


def test_an_unanswered_post_is_not_taken_for_its_neighbour(
    slack: Slack, sender: Sender, clock: LaterClock
) -> None:
    post(slack, "first")
    send_all(sender)
    slack.workspace.faults.add("chat.postMessage", "lost")
    post(slack, "second")

    send_until_done(slack, sender, clock)

    assert texts(slack) == ["first", "second"]
    assert state(slack, "second").ts == slack.messages()[1].ts


def test_what_changes_a_message_waits_until_that_was_posted(
    slack: Slack, sender: Sender, clock: LaterClock
) -> None:
    """In a lane of its own it could be quicker than the message, and would come to nothing."""
    slack.workspace.faults.add("chat.postMessage", "rate_limited", retry_after=7)
    post(slack, "card")
    with slack.writing() as tx:
        outbox.call(tx, "seed", "reactions.add", "seed", {"name": "thinking_face"}, changes="card")

    send_until_done(slack, sender, clock)

    assert list(slack.messages()[0].reactions) == ["thinking_face"]


def test_an_unanswered_reply_is_found_in_its_thread(
    slack: Slack, sender: Sender, clock: LaterClock
) -> None:
    post(slack, "root")
    send_all(sender)
    slack.workspace.faults.add("chat.postMessage", "drop")
    with slack.writing() as tx:
        outbox.post(tx, "reply", MARKETING, {"text": "reply"}, reply_to="root")

    send_until_done(slack, sender, clock)

    assert [one.text for one in slack.replies(slack.messages()[0])] == ["reply"]


@pytest.mark.parametrize("kind", ["drop", "lost", "garbage", "server_error"])
def test_a_redraw_and_a_home_are_drawn_again_until_they_are_there(
    slack: Slack, sender: Sender, clock: LaterClock, kind: Kind
) -> None:
    post(slack, "card")
    send_all(sender)
    for method in ("chat.update", "views.publish", "reactions.add"):
        slack.workspace.faults.add(method, kind, times=2)
    with slack.writing() as tx:
        outbox.update_posted(tx, "card", {"text": "decided"})
        outbox.publish_home(tx, "U0ANA000001", {"type": "home", "blocks": [PLAIN]})
        outbox.call(tx, "seed", "reactions.add", "seed", {"name": "thinking_face"}, changes="card")

    send_until_done(slack, sender, clock)

    assert texts(slack) == ["decided"]
    assert slack.text_of(slack.workspace.home("ana")) == "a 1, b 2"
    assert list(slack.messages()[0].reactions) == ["thinking_face"]


@pytest.mark.parametrize("kind", ["drop", "lost"])
def test_a_private_message_is_sent_at_most_once(
    slack: Slack, sender: Sender, clock: LaterClock, kind: Kind
) -> None:
    slack.workspace.faults.add("chat.postEphemeral", kind)
    with slack.writing() as tx:
        outbox.tell(tx, "told", "U0ANA000001", MARKETING, {"text": "only you"})
        outbox.tell(tx, "then", "U0ANA000001", MARKETING, {"text": "afterwards"})

    send_until_done(slack, sender, clock)

    assert slack.private("ana") == (
        ["only you", "afterwards"] if kind == "drop" else ["afterwards"]
    )


def test_a_redraw_that_still_waits_is_replaced_by_the_newer_one(
    slack: Slack, sender: Sender
) -> None:
    post(slack, "card")
    for number in range(5):
        with slack.writing() as tx:
            outbox.update_posted(tx, "card", {"text": f"drawing {number}"})

    send_all(sender)

    assert texts(slack) == ["drawing 4"]
    assert len(slack.workspace.api_calls("chat.update")) == 1


def test_an_edit_of_what_is_not_there_any_more_is_given_up_and_holds_up_nothing(
    slack: Slack, sender: Sender
) -> None:
    post(slack, "card", about="card:999")
    with slack.writing() as tx:
        redraws.redraw(tx, "card:999")
    post(slack, "then")

    send_all(sender)

    assert texts(slack) == ["card", "then"]
    with slack.reading() as tx:
        (edit,) = tx.session.exec(
            select(OutboxMessage).where(OutboxMessage.method == "chat.update")
        )
    assert (edit.state, edit.error) == ("failed", "what it shows is not there any more")


def test_more_edits_than_slack_grants_wait_for_their_turn_and_show_what_came_meanwhile(
    slack: Slack,
) -> None:
    moments = [real_now() + dt.timedelta(hours=1)]  # a clock that stands still
    sender = Sender(slack.bot, lambda: moments[-1])
    keys = [f"card {number}" for number in range(EDITS_A_MINUTE + 2)]
    for key in keys:
        post(slack, key)
    send_all(sender)
    for key in keys:
        with slack.writing() as tx:
            outbox.update_posted(tx, key, {"text": f"{key}, edited"})

    send_all(sender)
    assert len(slack.workspace.api_calls("chat.update")) == EDITS_A_MINUTE

    with slack.writing() as tx:
        outbox.update_posted(tx, keys[-2], {"text": "edited meanwhile"})
    moments.append(moments[-1] + dt.timedelta(seconds=1.3))
    send_all(sender)
    assert texts(slack)[-2:] == ["edited meanwhile", keys[-1]]

    moments.append(moments[-1] + dt.timedelta(seconds=1.3))
    send_all(sender)
    assert texts(slack)[-1] == f"{keys[-1]}, edited"
    assert len(slack.workspace.api_calls("chat.update")) == EDITS_A_MINUTE + 2


def test_a_key_is_posted_once(slack: Slack, sender: Sender) -> None:
    post(slack, "card")
    post(slack, "card")
    send_all(sender)
    post(slack, "card")
    send_all(sender)

    assert texts(slack) == ["card"]


# ---- what can't be sent -----------------------------------------------------------------------


def test_without_permission_to_look_the_owner_is_told_and_nothing_is_sent_again(
    slack: Slack, sender: Sender, clock: LaterClock
) -> None:
    with slack.writing() as tx:
        person = people.get(tx, "U0OLIVIA001")
        person.role = "owner"
        tx.session.add(person)
    slack.workspace.faults.add("chat.postMessage", "drop")
    slack.workspace.faults.add("conversations.history", "error", error="missing_scope")
    post(slack, "first")
    post(slack, "second")

    send_until_done(slack, sender, clock)

    assert texts(slack) == ["first", "second"]
    assert state(slack, "first").state == "parked"
    told = [one for one in slack.workspace.direct_messages("olivia") if "not confirm" in one.text]
    assert len(told) == 1 and "C0MARKETING" in told[0].text
    assert "channels:history" in slack.text_of(told[0])


@pytest.mark.parametrize("kind", ["drop", "lost"])
def test_an_unanswered_direct_message_is_looked_for_before_it_is_sent_again(
    slack: Slack, sender: Sender, clock: LaterClock, kind: Kind
) -> None:
    slack.workspace.faults.add("chat.postMessage", kind)
    slack.workspace.faults.add("conversations.open", "server_error")
    with slack.writing() as tx:
        outbox.direct(tx, "nudge", "U0ANA000001", {"text": "nudge"})
        outbox.direct(tx, "after", "U0ANA000001", {"text": "after"})

    send_until_done(slack, sender, clock)

    told = slack.workspace.direct_messages("ana")
    assert [one.text for one in told if one.text in ("nudge", "after")] == ["nudge", "after"]
    kept = state(slack, "nudge")
    assert (kept.state, kept.channel_id, kept.ts) == ("sent", told[-2].channel, told[-2].ts)


def test_a_direct_message_that_may_not_be_looked_for_is_never_sent_twice(
    slack: Slack, sender: Sender, clock: LaterClock
) -> None:
    slack.workspace.faults.add("chat.postMessage", "drop")
    slack.workspace.faults.add("conversations.history", "error", error="missing_scope")
    with slack.writing() as tx:
        outbox.direct(tx, "nudge", "U0ANA000001", {"text": "nudge"})
        outbox.direct(tx, "after", "U0ANA000001", {"text": "after"})

    send_until_done(slack, sender, clock)

    told = [one.text for one in slack.workspace.direct_messages("ana")]
    assert told[-2:] == ["nudge", "after"]
    assert told.count("nudge") == 1
    assert state(slack, "nudge").state == "parked"
    assert not [text for text in slack.private("olivia") if "did not confirm" in text]


def test_what_answers_or_changes_a_message_that_never_came_holds_up_nothing(
    slack: Slack, sender: Sender
) -> None:
    slack.workspace.faults.add("chat.postMessage", "error", error="msg_too_long")
    post(slack, "root")
    with slack.writing() as tx:
        outbox.post(tx, "reply", MARKETING, {"text": "reply"}, reply_to="root")
        outbox.post(tx, "orphan", MARKETING, {"text": "orphan"}, reply_to="never asked for")
        outbox.update_posted(tx, "root", {"text": "redrawn"})
    post(slack, "next")

    send_all(sender)

    assert texts(slack) == ["next"]
    assert {state(slack, key).state for key in ("root", "reply", "orphan")} == {"failed"}


def test_a_message_that_nobody_can_send_holds_up_nothing(slack: Slack, sender: Sender) -> None:
    with slack.writing() as tx:
        outbox.call(tx, "broken", "response_url", MARKETING, {"no": "address"})
    post(slack, "next")

    send_all(sender)

    assert texts(slack) == ["next"]
    assert state(slack, "broken").state == "failed"


def test_newer_blocks_that_a_workspace_refuses_are_replaced_and_not_tried_again(
    slack: Slack, sender: Sender
) -> None:
    slack.workspace.faults.refuse_blocks("data_visualization")
    table = {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]}
    post(slack, "one", blocks=[PLAIN, CHART], fallback_blocks=[PLAIN])
    send_all(sender)
    post(slack, "two", blocks=[CHART], fallback_blocks=[PLAIN])
    post(slack, "three", blocks=[table], fallback_blocks=[PLAIN])
    send_all(sender)

    shown = [[block["type"] for block in message.blocks] for message in slack.messages()]
    assert shown == [["section"], ["section"], ["table"]]
    calls = slack.workspace.api_calls("chat.postMessage")
    refused = [one for one in calls if one.response and not one.response["ok"]]
    assert len(refused) == 1
    slack.workspace.store.problems.clear()


def test_a_wrong_chart_is_sent_plainer_and_charts_are_tried_again(
    slack: Slack, sender: Sender
) -> None:
    wrong = {**CHART, "chart": {"type": "pie", "segments": [{"label": "a", "value": -1}]}}
    post(slack, "one", blocks=[wrong], fallback_blocks=[PLAIN])
    post(slack, "two", blocks=[CHART], fallback_blocks=[PLAIN])
    send_all(sender)

    shown = [[block["type"] for block in message.blocks] for message in slack.messages()]
    assert shown == [["section"], ["data_visualization"]]
    slack.workspace.store.problems.clear()


def test_nothing_is_lost_while_the_token_is_wrong(
    slack: Slack, sender: Sender, clock: LaterClock
) -> None:
    slack.workspace.store.token_error = "invalid_auth"
    post(slack, "first")
    send_all(sender)
    assert texts(slack) == []

    slack.workspace.install()
    clock.pass_(120)
    send_all(sender)

    assert texts(slack) == ["first"]


# ---- several senders, and dead ones -----------------------------------------------------------


@pytest.mark.parametrize("arrived", [True, False])
def test_a_message_of_a_dead_sender_is_settled_once_its_lease_has_lapsed(
    slack: Slack, sender: Sender, clock: LaterClock, arrived: bool
) -> None:
    post(slack, "first")
    post(slack, "second")
    with slack.writing() as tx:
        claim = sending.claim(tx, clock())
    assert claim is not None
    if arrived:
        client = slack.bot.services.slack.client(claim.workspace)
        key = {"event_type": "influencer_bot_message", "event_payload": {"key": "first"}}
        client.chat_postMessage(channel=MARKETING, text="first", metadata=key)

    send_all(sender)
    assert "second" not in texts(slack), "somebody may still be sending the first"
    clock.pass_(sending.LEASE.total_seconds() + 1)
    send_all(sender)

    assert texts(slack) == ["first", "second"]


def test_a_sender_that_lost_its_lease_changes_nothing_any_more(
    slack: Slack, sender: Sender, clock: LaterClock
) -> None:
    post(slack, "first")
    with slack.writing() as tx:
        old = sending.claim(tx, clock())
    assert old is not None
    clock.pass_(sending.LEASE.total_seconds() + 1)
    send_all(sender)

    with slack.writing() as tx:
        assert not sending.settle(tx.session, old.message, "waiting")
    send_all(sender)

    assert texts(slack) == ["first"]


def test_a_sender_that_lost_its_lease_takes_nothing_from_whoever_has_it_now(slack: Slack) -> None:
    post(slack, "first")
    later = real_now() + sending.LEASE + dt.timedelta(seconds=1)
    with slack.writing() as tx:
        old = sending.claim(tx, real_now())
    with slack.writing() as tx:
        now = sending.claim(tx, later)
    assert old is not None
    assert now is not None

    with slack.writing() as tx:
        assert not sending.settle(tx.session, old.message, "waiting")
        assert sending.settle(tx.session, now.message, "sent")
    assert state(slack, "first").state == "sent"


def test_many_senders_send_everything_once_and_in_order(slack: Slack, clock: LaterClock) -> None:
    """Two processes with two threads each, over one database, while Slack misbehaves."""
    channels = {MARKETING: "marketing", GENERAL: "general", SECRETS: "brand-secrets"}
    with slack.writing() as tx:
        for number in range(120):
            channel = list(channels)[number % 3]
            outbox.post(tx, f"m{number}", channel, {"text": f"{number}"})
    faults: tuple[Kind, ...] = ("rate_limited", "drop", "lost", "garbage", "server_error")
    for kind in faults:
        slack.workspace.faults.add("chat.postMessage", kind, times=3)
    slack.workspace.faults.add("conversations.history", "rate_limited", times=2)
    databases = [Database(str(slack.bot.services.database.url.render_as_string(False)), real_now)
                 for _ in range(2)]  # fmt: skip
    senders = [Sender(slack.bot, clock) for _ in range(4)]
    for number, one in enumerate(senders):
        one._database = databases[number % 2]  # each pair as in a process of its own
    done = threading.Event()

    def work(one: Sender) -> None:
        while not done.is_set():
            if not one.send_due():
                done.wait(0.005)

    threads = [threading.Thread(target=work, args=(one,)) for one in senders]
    for thread in threads:
        thread.start()
    try:

        def is_done() -> bool:
            clock.pass_(1)
            with slack.bot.services.database.looking() as session:
                return not sending.unsent(session)

        slack.workspace.wait_for(is_done, "all messages", timeout=40)
    finally:
        done.set()
        for thread in threads:
            thread.join()
        for database in databases:
            database.close()

    for number, name in enumerate(channels.values()):
        assert texts(slack, name) == [str(one) for one in range(number, 120, 3)]


def test_what_was_settled_long_ago_is_forgotten_and_posts_are_kept(
    slack: Slack, sender: Sender
) -> None:
    post(slack, "card")
    with slack.writing() as tx:
        outbox.update_posted(tx, "card", {"text": "redrawn"})
    send_all(sender)

    with slack.writing() as tx:
        assert sending.forget_old(tx, real_now() + dt.timedelta(days=29)) == 0
        assert sending.forget_old(tx, real_now() + dt.timedelta(days=31)) >= 1

    assert state(slack, "card").ts == slack.messages()[0].ts
