"""Workers, jobs and servers that are killed, slow or told to stop."""

import datetime as dt
import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlmodel import select

from bot import metrics
from bot.app import real_now
from bot.http_server import HttpServer
from bot.listening import CannotListen
from bot.workers import Workers
from handlers.answer import Answer, say
from handlers.context import Context
from handlers.payloads import Command
from playground.delivery import signature_headers
from storage import jobs
from storage.database import Database
from storage.models import Job
from tests.slack import LOOPBACK, Slack


class LaterClock:
    """Real time that a test moves on."""

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
def workers(slack: Slack, clock: LaterClock) -> Iterator[Workers]:
    made = Workers(slack.bot, clock)
    yield made
    made.stop(5)


def add(slack: Slack, key: str = "test:1") -> None:
    with slack.writing() as tx:
        jobs.add(tx, "test", key, {"number": 1})


def stored(slack: Slack, key: str = "test:1") -> Job:
    with slack.reading() as tx:
        return tx.session.exec(select(Job).where(Job.job_key == key)).one()  # type: ignore[no-any-return]


# ---- jobs -------------------------------------------------------------------------------------


def test_a_job_asked_for_twice_is_done_once(slack: Slack, workers: Workers) -> None:
    done: list[Any] = []
    slack.bot.feature.jobs["test"] = lambda payload, context: done.append(payload["number"])
    add(slack)
    add(slack)

    workers.run_until_idle()

    assert done == [1]
    assert stored(slack).state == "done"


def test_a_job_that_fails_is_tried_again_later_and_given_up_in_the_end(
    slack: Slack, workers: Workers, clock: LaterClock
) -> None:
    tried: list[dt.datetime] = []

    def fail(payload: dict[str, Any], context: Context) -> None:
        tried.append(clock())
        raise ZeroDivisionError("a mistake")

    slack.bot.feature.jobs["test"] = fail
    add(slack)
    for _ in range(3 * jobs.ATTEMPTS):
        workers.work_once()
        clock.pass_(jobs.LONGEST_WAIT.total_seconds() / 2)

    assert len(tried) == jobs.ATTEMPTS
    assert stored(slack).state == "failed"
    assert "ZeroDivisionError" in (stored(slack).error or "")


def test_the_next_try_waits_longer_each_time(
    slack: Slack, workers: Workers, clock: LaterClock
) -> None:
    slack.bot.feature.jobs["test"] = lambda payload, context: 1 / 0  # type: ignore[assignment]
    add(slack)
    waits = []
    for _ in range(5):
        before = clock()
        workers.work_once()
        waits.append((stored(slack).due_at - before).total_seconds())
        clock.pass_(waits[-1] + 1)

    assert waits == sorted(waits)
    assert waits[0] == pytest.approx(2, abs=1.5) and waits[-1] == pytest.approx(32, abs=1.5)


@contextmanager
def database_held(database: Database) -> Iterator[Callable[[], None]]:
    """Somebody else holds what is given: it fails as a busy database does, without the wait."""
    if database.is_sqlite:
        lock = "BEGIN IMMEDIATE"
        given: dict[str, Any] = {"connect_args": {"timeout": 0}}
    else:
        lock = "SELECT pg_advisory_xact_lock(7)"
        given = {"connect_args": {"options": "-c lock_timeout=1"}}
    engine = create_engine(database.url, **given)

    def run_into_it() -> None:
        with engine.connect() as holder, engine.connect() as late:
            holder.exec_driver_sql(lock)
            late.exec_driver_sql(lock)

    yield run_into_it
    engine.dispose()


def test_a_busy_database_uses_up_no_try_and_is_waited_for_longer_each_time(
    slack: Slack, workers: Workers, clock: LaterClock, caplog: pytest.LogCaptureFixture
) -> None:
    """Seen on a loaded machine: looking for missed votes was given up after eight busy moments."""
    waits: list[float] = []
    with database_held(slack.bot.services.database) as run_into_it:
        slack.bot.feature.jobs["test"] = lambda payload, context: run_into_it()
        add(slack)
        before = metrics.value("jobs_run_total", kind="test", outcome="put_off")
        for _ in range(2 * jobs.ATTEMPTS):
            began = clock()
            assert workers.work_once()
            waits.append((stored(slack).due_at - began).total_seconds())
            clock.pass_(waits[-1] + 1)

    left = stored(slack)
    assert (left.state, jobs.tries_of(left), left.times_left) == ("waiting", 0, 0)
    assert "out of reach" in caplog.text and "Traceback" not in caplog.text
    assert metrics.value("jobs_run_total", kind="test", outcome="put_off") - before == len(waits)
    assert waits[:3] == pytest.approx([2, 4, 8], abs=1.5)
    assert waits[-1] == pytest.approx(jobs.LONGEST_WAIT.total_seconds(), abs=1.5)

    slack.bot.feature.jobs["test"] = lambda payload, context: 1 / 0  # type: ignore[assignment]
    workers.work_once()
    assert jobs.tries_of(stored(slack)) == 1, "any other failure is a try, and the first"
    slack.bot.feature.jobs["test"] = lambda payload, context: None
    clock.pass_(5)
    workers.work_once()
    assert stored(slack).state == "done"


def test_a_statement_that_the_database_can_not_understand_is_a_failure_like_any_other(
    slack: Slack, workers: Workers
) -> None:
    """SQLite raises the same class for a table that is missing as for a file that is locked."""

    def ask_nonsense(payload: dict[str, Any], context: Context) -> None:
        with context.reading() as tx:
            tx.session.connection().exec_driver_sql("SELECT 1 FROM no_such_table")

    slack.bot.feature.jobs["test"] = ask_nonsense
    add(slack)
    workers.work_once()

    assert jobs.tries_of(stored(slack)) == 1


def test_a_job_of_a_dead_worker_is_taken_up_and_one_that_kills_each_is_given_up(
    slack: Slack, workers: Workers, clock: LaterClock
) -> None:
    """Claimed and abandoned, as by a killed process."""
    done: list[int] = []
    slack.bot.feature.jobs["test"] = lambda payload, context: done.append(1)
    add(slack, "test:once")
    add(slack, "test:deadly")
    with slack.writing() as tx:
        jobs.claim(tx, clock())
    for _ in range(jobs.MOST_LEFT):
        with slack.writing() as tx:
            jobs.claim(tx, clock())
        clock.pass_(1)
        with slack.writing() as tx:
            session = tx.session
            row = session.exec(select(Job).where(Job.job_key == "test:deadly")).one()
            row.leased_until = clock() - dt.timedelta(seconds=1)
            session.add(row)

    clock.pass_(jobs.LEASE.total_seconds() + 1)
    workers.run_until_idle()

    assert done == [1]
    assert stored(slack, "test:once").state == "done"
    assert stored(slack, "test:deadly").state == "failed"


def test_a_long_job_keeps_its_lease_and_is_done_by_one_worker(
    slack: Slack, workers: Workers, clock: LaterClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "LEASE", dt.timedelta(seconds=0.2))
    begun, go_on = threading.Event(), threading.Event()
    runs: list[int] = []

    def long(payload: dict[str, Any], context: Context) -> None:
        runs.append(1)
        begun.set()
        go_on.wait(10)

    slack.bot.feature.jobs["test"] = long
    add(slack)
    thread = threading.Thread(target=workers.work_once)
    thread.start()
    begun.wait(10)
    first = stored(slack).leased_until
    assert first is not None

    slack.workspace.wait_for(
        lambda: (stored(slack).leased_until or first) > first + jobs.LEASE * 2, "a longer lease"
    )
    assert not workers.work_once(), "nobody else takes it"
    go_on.set()
    thread.join()

    assert runs == [1]
    assert stored(slack).state == "done"


def test_several_workers_share_the_jobs_and_do_each_once(slack: Slack) -> None:
    done: list[int] = []
    slack.bot.feature.jobs["test"] = lambda payload, context: done.append(payload["number"])
    with slack.writing() as tx:
        for number in range(40):
            jobs.add(tx, "test", f"test:{number}", {"number": number})
    crew = [Workers(slack.bot) for _ in range(3)]
    threads = [threading.Thread(target=one.run_until_idle) for one in crew]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one in crew:
        one.stop()

    assert sorted(done) == list(range(40))


def test_a_tick_that_fails_keeps_no_other_from_ticking(slack: Slack) -> None:
    ticked: list[str] = []

    def fails(context: Context) -> None:
        raise ZeroDivisionError("a mistake")

    def works(context: Context) -> None:
        ticked.append(context.workspace.team_id)

    slack.bot.feature = type(slack.bot.feature)(minutely=(fails, works))
    Workers(slack.bot).tick_minute()

    assert len(ticked) == 1


# ---- stopping ---------------------------------------------------------------------------------


def test_stopping_finishes_the_request_in_hand_and_takes_no_other(slack: Slack) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(command: Command, context: Context) -> Answer:
        begun.set()
        go_on.wait(5)
        return say("Finished")

    slack.bot.feature.commands["slow"] = slow
    answers: list[Any] = []
    asking = threading.Thread(target=lambda: answers.append(slack.workspace.command("ana", "slow")))
    asking.start()
    begun.wait(5)
    stopping = threading.Thread(target=slack.server.close)
    stopping.start()
    slack.workspace.wait_for(lambda: _refuses(slack.server.port), "the port is closed")
    go_on.set()
    stopping.join()
    asking.join()

    assert "Finished" in slack.text_of(answers[0])


def test_stopping_the_workers_waits_for_the_job_in_hand_within_a_limit(slack: Slack) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def job(payload: dict[str, Any], context: Context) -> None:
        begun.set()
        go_on.wait(5)

    slack.bot.feature.jobs["test"] = job
    crew = Workers(slack.bot)
    crew.start()
    add(slack)
    slack.bot.services.database.job_added.ring()
    begun.wait(5)

    crew.stop(0.1)
    assert stored(slack).state == "running", "the limit passed: it is for the next start"
    go_on.set()
    crew.stop(5)
    slack.workspace.wait_for(lambda: stored(slack).state == "done", "the job in hand is finished")


def test_a_port_that_is_taken_is_said_in_a_sentence(slack: Slack) -> None:
    with pytest.raises(CannotListen, match=f"Can't listen on {LOOPBACK}, port"):
        HttpServer(slack.bot, LOOPBACK, slack.server.port)


def test_readiness_follows_the_database_and_health_does_not(slack: Slack) -> None:
    assert _get(slack, "/healthz") == (200, b"ok\n")
    assert _get(slack, "/readyz") == (200, b"ready\n")
    assert _get(slack, "/other")[0] == 404


def test_an_unknown_event_of_the_right_shape_is_no_server_error(slack: Slack) -> None:
    body = b'{"type":"event_callback","event_id":"E1","team_id":"T1","event":{"type":"pin_added"}}'
    secret = slack.workspace.options.signing_secret
    headers = {"content-type": "application/json", **signature_headers(secret, body)}
    connection = http.client.HTTPConnection(LOOPBACK, slack.server.port, timeout=5)
    connection.request("POST", "/slack/events", body, headers)

    assert connection.getresponse().status == 404
    connection.close()


def _refuses(port: int) -> bool:
    try:
        connection = http.client.HTTPConnection(LOOPBACK, port, timeout=1)
        connection.connect()
        connection.close()
    except OSError:
        return True
    return False


def _get(slack: Slack, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(LOOPBACK, slack.server.port, timeout=5)
    connection.request("GET", path)
    answer = connection.getresponse()
    found = answer.status, answer.read()
    connection.close()
    return found
