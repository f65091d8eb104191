"""What operators read of a running bot: counted once each, and closed to everybody else."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from slack_bolt import BoltRequest

from bot import http_server, metrics
from bot.measured import kind_of
from bot.settings import WrongSettings, load
from handlers.answer import Answer
from handlers.context import Context
from handlers.payloads import Command
from storage import jobs, outbox
from storage.models import Job
from tests.beginnings import Beginning
from tests.digests import start_weekly
from tests.metering import TOKEN, Figures, ask
from tests.slack import Slack


@pytest.fixture
def watched(beginning: Beginning, tmp_path: Path) -> Iterator[Slack]:
    """A bot whose metrics can be read with a token."""
    started = Slack.start(
        beginning.database_url, tmp_path, beginning.scene, metrics_token=SecretStr(TOKEN)
    )
    yield started
    started.stop()


def figures(slack: Slack) -> Figures:
    """What `/metrics` says now; what was read of the database a moment ago is asked anew."""
    slack.server.operators.open(slack.bot)
    said = ask(slack.server.port, "/metrics", TOKEN)
    assert said.status == 200
    return Figures(said.text)


def breaks(command: Command, context: Context) -> Answer:
    raise ZeroDivisionError("a mistake")


# ---- who may read -----------------------------------------------------------------------------


def test_without_a_token_the_public_port_has_no_metrics(slack: Slack) -> None:
    assert ask(slack.server.port, "/metrics").status == 404
    assert ask(slack.server.port, "/metrics", "anything").status == 404


def test_with_a_token_only_who_sends_it_reads_the_metrics(watched: Slack) -> None:
    port = watched.server.port

    assert ask(port, "/metrics").status == 401
    assert ask(port, "/metrics", TOKEN + "x").status == 401
    assert ask(port, "/metrics", "ÿ").status == 401
    assert ask(port, "/metrics", TOKEN, method="POST").status == 405
    assert ask(port, "/metrics", TOKEN).status == 200


def test_a_short_token_is_refused_at_the_start() -> None:
    with pytest.raises(WrongSettings, match="METRICS_TOKEN is wrong: it must have at least 16"):
        load(_env_file=None, metrics_token="short")


# ---- what is counted --------------------------------------------------------------------------


def test_each_delivery_is_counted_once_by_how_it_ended_and_timed(watched: Slack) -> None:
    watched.bot.feature.commands["test"] = breaks
    before = figures(watched)

    watched.command("ana", "find skincare")
    watched.command("ana", "test")
    watched.workspace.change_user("ana", tz="Europe/Paris")
    watched.settle()

    grown = figures(watched).since(before)
    assert grown("deliveries_total", kind="command", outcome="answered") == 1
    assert grown("deliveries_total", kind="command", outcome="broken") == 1
    assert grown("deliveries_total", kind="event", outcome="answered") == 1
    assert grown("ack_seconds_count", kind="command") == 2
    assert grown("ack_seconds_bucket", kind="command", le="+Inf") == 2
    assert 0 < grown("ack_seconds_sum", kind="command") < 20
    assert grown("http_requests_total", place="slack", status="200") == 3


def test_what_slack_is_asked_and_what_it_is_sent_is_counted_by_what_came_of_it(
    watched: Slack,
) -> None:
    before = figures(watched)
    watched.workspace.faults.add("chat.postMessage", "rate_limited", retry_after=1)
    with watched.writing() as tx:
        outbox.direct(tx, "test:1", watched.workspace.user("ana").id, {"text": "Hello"})
    watched.settle()

    watched.workspace.faults.clear()
    grown = figures(watched).since(before)
    assert grown("slack_calls_total", method="chat.postMessage", outcome="ratelimited") == 1
    assert grown("messages_total", about="other", outcome="waiting") == 1
    assert grown("slack_call_seconds_count") >= 1


def test_an_event_that_fails_is_counted_each_time_that_slack_repeats_it(watched: Slack) -> None:
    def left(event: dict[str, object], context: Context) -> None:
        raise ZeroDivisionError("a mistake")

    before = figures(watched)

    watched.bot.feature.events["user_change"] = (left,)
    watched.workspace.change_user("ana", tz="Europe/Paris")
    grown = figures(watched).since(before)

    repeats = "once, and three times as Slack repeats it"
    assert grown("deliveries_total", kind="event", outcome="left_to_slack") == 4, repeats


def test_nothing_is_lost_when_many_threads_count_at_once(watched: Slack) -> None:
    body = {"type": "ssl_check", "team_id": "T0"}
    before = metrics.value("deliveries_total", kind="other", outcome="answered")

    def deliver() -> None:
        for _ in range(50):
            watched.bot.bolt.dispatch(BoltRequest(body=body, mode="socket_mode"))

    threads = [threading.Thread(target=deliver) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    counted = metrics.value("deliveries_total", kind="other", outcome="answered") - before
    assert counted == 400


@pytest.mark.both_databases
def test_messages_that_slack_does_not_take_show_as_depth_and_age(watched: Slack) -> None:
    watched.workspace.faults.add("*", "rate_limited", retry_after=600, times=50)
    with watched.writing() as tx:
        outbox.direct(tx, "test:1", watched.workspace.user("ana").id, {"text": "Hello"})
    watched.workers.run_until_idle()
    watched.workspace.advance_clock(20 * 60)

    stuck = figures(watched)

    assert stuck.value("outbox_messages", state="waiting") >= 1
    assert 1200 <= stuck.value("outbox_messages_oldest_seconds") < 1260
    assert stuck.value("messages_total", about="other", outcome="waiting") >= 1
    watched.workspace.faults.clear()


@pytest.mark.both_databases
def test_a_digest_shows_as_due_until_it_is_on_its_way_and_then_as_posted(watched: Slack) -> None:
    start_weekly(watched)
    assert figures(watched).value("digest_schedules") == 1
    assert figures(watched).value("digests_due") == 0
    sent = figures(watched).value("messages_total", about="digest", outcome="sent")

    watched.workspace.advance_clock(7 * 86_400)
    late = figures(watched)
    assert late.value("digests_due") == 1
    assert 0 < late.value("digests_due_oldest_seconds") <= 7 * 86_400

    watched.tick()
    posted = figures(watched)
    assert posted.value("digests_due") == 0
    assert posted.value("messages_total", about="digest", outcome="sent") - sent == 1
    assert posted.value("jobs_run_total", kind="digest.post", outcome="done") >= 1
    assert posted.value("tick_timestamp_seconds", tick="minute") > 0


@pytest.mark.both_databases
def test_jobs_that_were_given_up_and_those_that_wait_are_counted(watched: Slack) -> None:
    with watched.writing() as tx:
        jobs.add(tx, "test.waits", "one")
        tx.session.add(
            Job(workspace_id=tx.workspace_id, kind="test", job_key="two", state="failed",
                due_at=tx.now, created_at=tx.now)
        )  # fmt: skip

    found = figures(watched)

    assert found.value("jobs", state="waiting") == 1
    assert found.value("jobs", state="failed") == 1
    assert found.value("jobs_oldest_seconds") >= 0
    assert found.value("workspaces") == 1


def test_labels_are_ours_whatever_is_asked_for(watched: Slack) -> None:
    ask(watched.server.port, "/canary-path?canary")
    watched.command("ana", "canary-word canary")

    found = figures(watched)

    values = {v for f in found.families.values() for s in f.samples for v in s.labels.values()}
    assert not [one for one in values if "canary" in one]


@given(st.text())
def test_every_path_is_counted_under_one_of_six_words(path: str) -> None:
    places = {"slack", "operators", "install", "webhooks", "links", "elsewhere"}
    assert http_server._place(path) in places


@given(st.dictionaries(st.sampled_from(["type", "command", "event"]), st.text()))
def test_every_delivery_is_of_one_of_seven_kinds(body: dict[str, str]) -> None:
    kinds = {"command", "event", "action", "submission", "closing", "shortcut", "other"}
    assert kind_of(body) in kinds
