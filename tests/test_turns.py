"""One of several servers does what the clock asks of all; what only a newer one knows waits."""

import datetime as dt

import pytest
from sqlalchemy import text
from sqlmodel import select

from bot.clock import Clock
from bot.workers import Workers
from handlers.context import Context
from handlers.features import Feature
from storage import jobs
from storage.database import Database
from storage.models import Job
from storage.turns import HOUR, MINUTE, Turns
from tests.slack import Slack


@pytest.fixture
def postgresql(database: Database) -> Database:
    if database.is_sqlite:
        pytest.skip("only one server works on a SQLite file")
    return database


def test_a_turn_is_one_servers_until_its_next_one(postgresql: Database) -> None:
    other_database = Database(postgresql.url.render_as_string(False), Clock().now)
    one, other = Turns(postgresql), Turns(other_database)

    assert (one.take(MINUTE, 7), other.take(MINUTE, 7)) == (True, False)
    assert other.take(HOUR, 7), "another kind is another turn"
    assert other.take(MINUTE, 8), "whose clock is ahead is not held up"
    assert not one.take(MINUTE, 8)
    assert one.take(MINUTE, 9)
    assert other.take(MINUTE, 10)
    one.close()
    assert other.take(MINUTE, 9)

    other.close()
    other_database.close()


def test_a_server_that_dies_leaves_its_turn_to_others(postgresql: Database) -> None:
    other_database = Database(postgresql.url.render_as_string(False), Clock().now)
    one, other = Turns(postgresql), Turns(other_database)
    assert one.take(MINUTE, 7)

    with other_database.everywhere() as session:
        mine = text(
            "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_locks "
            "WHERE locktype = 'advisory' AND pid <> pg_backend_pid() AND database = "
            "(SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        assert session.connection().execute(mine).scalar() == 1

    assert other.take(MINUTE, 7)
    assert one.take(MINUTE, 8), "and goes on when the database is back"
    one.close()
    other.close()
    other_database.close()


def test_only_one_of_two_servers_looks_what_is_due(slack: Slack) -> None:
    ticks: list[str] = []

    def shared(_context: Context) -> None:
        ticks.append("shared")

    slack.bot.feature = Feature(minutely=(shared,))
    moment = dt.datetime(2026, 11, 23, 12, 0, 1, tzinfo=dt.UTC)
    servers = [Workers(slack.bot, lambda: moment), Workers(slack.bot, lambda: moment)]

    for server in servers:
        server._minute_in_turn()

    alone = slack.bot.services.database.is_sqlite  # it can't be: the second start is refused
    assert ticks == ["shared", *(["shared"] if alone else [])]
    for server in servers:
        server.stop()


def test_a_job_of_a_newer_release_is_left_to_its_servers_and_given_up_after_a_day(
    slack: Slack,
) -> None:
    with slack.writing() as tx:
        jobs.add(tx, "from.the.future", "future:1")

    for _ in range(jobs.ATTEMPTS + 2):
        assert slack.workers.work_once()
        with slack.writing() as tx:  # time passes
            job = tx.session.exec(select(Job).where(Job.kind == "from.the.future")).one()
            assert (job.state, job.attempts) == ("waiting", 0)
            job.due_at -= jobs.LEFT_FOR
            tx.session.add(job)

    with slack.writing() as tx:
        job.created_at -= jobs.UPGRADE
        tx.session.add(job)
    assert slack.workers.work_once()
    with slack.reading() as tx:
        job = tx.session.exec(select(Job).where(Job.kind == "from.the.future")).one()
    assert job.attempts == 1
    assert "no feature handles jobs of kind from.the.future" in (job.error or "")
