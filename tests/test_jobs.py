"""Jobs outlive the workers that take them up."""

import datetime as dt

from sqlalchemy import delete
from sqlmodel import select

from storage import jobs
from storage.models import Job
from tests.slack import Slack


def leave(slack: Slack, times: int) -> None:
    """Take the job up so often, each time by a worker that is killed."""
    now = dt.datetime.now(dt.UTC)
    for number in range(times):
        with slack.writing() as tx:
            assert jobs.claim(tx, now + number * 2 * jobs.LEASE) is not None


def order(slack: Slack) -> None:
    with slack.writing() as tx:
        tx.session.execute(delete(Job))
        jobs.add(tx, "digest.now", "asked for")


def latest(slack: Slack) -> Job:
    with slack.reading() as tx:
        found: Job = tx.session.exec(select(Job).where(Job.job_key == "asked for")).one()
        return found


def test_a_job_is_not_given_up_because_servers_were_killed_while_they_had_it_in_hand(
    slack: Slack,
) -> None:
    """Found by killing servers at random: what was promised was given up after eight of them."""
    order(slack)
    leave(slack, jobs.ATTEMPTS + 2)

    job = latest(slack)
    assert (job.state, jobs.tries_of(job)) == ("running", 1)
    later = dt.datetime.now(dt.UTC) + 99 * jobs.LEASE
    with slack.writing() as tx:
        jobs.retry(tx.session, job, "a first failure", later)
    assert latest(slack).state == "waiting"


def test_a_job_of_which_each_worker_dies_is_given_up_in_the_end(slack: Slack) -> None:
    order(slack)
    leave(slack, jobs.MOST_LEFT)

    later = dt.datetime.now(dt.UTC) + 999 * jobs.LEASE
    with slack.writing() as tx:
        assert jobs.claim(tx, later) is None
    assert latest(slack).state == "failed"
