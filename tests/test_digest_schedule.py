"""Exactly one digest a week, whatever ticks, restarts, sleeps or changes its clock."""

import datetime as dt
import threading
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from bot.app import build
from bot.workers import Workers
from domain.calendar import Schedule, due_instant
from handlers import digest_posting
from playground.people import TEAM_ID
from storage import digests
from storage.models import DigestPeriod, Job
from tests.digests import start_weekly
from tests.slack import Slack

WEEK = dt.timedelta(days=7).total_seconds()


def move_to(slack: Slack, instant: dt.datetime) -> None:
    """Set the workspace's clock to an instant, in UTC."""
    now = slack.bot.services.clock.now()
    slack.workspace.advance_clock((instant - now).total_seconds())


def periods(slack: Slack) -> list[DigestPeriod]:
    with slack.reading() as tx:
        return list(tx.session.exec(select(DigestPeriod).order_by(col(DigestPeriod.period))))


def test_it_does_not_come_a_minute_early(slack: Slack) -> None:
    start_weekly(slack)
    slack.workspace.move_clock_to(0, 8, 59)
    slack.tick()
    assert slack.messages() == []

    slack.workspace.advance_clock(60)
    slack.tick()
    assert len(slack.messages()) == 1


def test_it_comes_once_in_each_of_three_weeks(slack: Slack) -> None:
    start_weekly(slack)
    for week in range(1, 4):
        slack.workspace.move_clock_to(0, 9)
        for _ in range(2):
            slack.tick()
        assert len(slack.messages()) == week
    assert len({message.text.splitlines()[0] for message in slack.messages()}) == 3


def test_one_that_is_set_up_after_this_weeks_time_waits_for_the_next(slack: Slack) -> None:
    slack.workspace.move_clock_to(0, 12)
    start_weekly(slack)
    slack.tick()
    assert slack.messages() == []


@pytest.mark.both_databases
def test_after_three_weeks_away_only_the_newest_comes_and_says_what_it_covers(
    slack: Slack,
) -> None:
    start_weekly(slack)
    slack.workspace.move_clock_to(0, 9)
    missed = next_monday_of(slack)
    slack.workspace.advance_clock(2 * WEEK + 3_600)
    newest = missed + dt.timedelta(days=14)

    slack.tick()
    slack.tick()

    (posted,) = slack.messages()
    week = f"{(newest - dt.timedelta(days=7)).day}"
    assert f"Covers {week}" in posted.text
    assert f"on {missed.day} {missed:%B %Y} and" in posted.text
    assert "while I was away" in posted.text
    (period,) = periods(slack)
    assert period.period == newest
    assert period.covers in posted.text


def next_monday_of(slack: Slack) -> dt.date:
    return slack.bot.services.clock.now().astimezone(ZoneInfo("Europe/London")).date()


@pytest.mark.both_databases
def test_a_restart_between_the_claim_and_the_sending_posts_it_once(slack: Slack) -> None:
    start_weekly(slack)
    slack.workspace.move_clock_to(0, 9)
    slack.workers.tick_minute()
    assert slack.workers.work_once()
    assert slack.messages() == []

    again = Workers(build(slack.bot.settings))
    again.tick_minute()
    again.run_until_idle()
    slack.tick()

    assert len(slack.messages()) == 1


@pytest.mark.both_databases
def test_a_job_that_died_before_it_was_marked_done_changes_nothing_when_repeated(
    slack: Slack,
) -> None:
    start_weekly(slack)
    slack.workspace.move_clock_to(0, 9)
    slack.tick()
    with slack.writing() as tx:
        tx.session.execute(
            update(Job).where(col(Job.kind) == "digest.post").values(state="waiting")
        )

    slack.settle()

    assert len(slack.messages()) == 1


@pytest.mark.both_databases
def test_two_processes_that_tick_at_once_post_one(slack: Slack) -> None:
    start_weekly(slack)
    slack.workspace.move_clock_to(0, 9)
    context = slack.bot.context(slack.bot.workspace_of("", TEAM_ID))
    other = build(slack.bot.settings)
    contexts = [context, other.context(context.workspace)]
    number = schedule_id(slack)
    barrier = threading.Barrier(2)
    failures: list[BaseException] = []

    def post(mine: Any) -> None:
        try:
            barrier.wait(5)
            digest_posting.find_due(mine)
            digest_posting.post_due({"schedule_id": number}, mine)
        except BaseException as error:  # handed to the test, which fails with it
            failures.append(error)

    threads = [threading.Thread(target=post, args=(one,)) for one in contexts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    slack.settle()
    other.services.database.close()

    assert failures == []
    assert len(slack.messages()) == 1
    assert len(periods(slack)) == 1


def schedule_id(slack: Slack) -> int:
    with slack.reading() as tx:
        (schedule,) = digests.confirmed(tx)
        return schedule.id or 0


@pytest.mark.both_databases
def test_slack_out_of_reach_on_monday_delays_it_and_loses_nothing(slack: Slack) -> None:
    start_weekly(slack)
    slack.workspace.faults.add("conversations.info", "server_error", times=1)
    slack.workspace.move_clock_to(0, 9)
    slack.tick()
    assert slack.messages() == []

    slack.workspace.advance_clock(3_600)
    slack.tick()
    assert len(slack.messages()) == 1


@pytest.mark.parametrize(
    ("zone", "weekday", "time", "skips_or_repeats"),
    [
        ("Europe/London", 6, "01:30", "skips"),
        ("Europe/London", 6, "01:30", "repeats"),
        ("America/New_York", 6, "02:30", "skips"),
        ("Europe/Berlin", 0, "09:00", "skips"),
        ("Europe/Berlin", 0, "09:00", "repeats"),
    ],
)
def test_a_week_in_which_the_clocks_change_has_one_digest(
    slack: Slack, zone: str, weekday: int, time: str, skips_or_repeats: str
) -> None:
    start_weekly(slack, weekday=str(weekday), time=time, timezone=zone)
    day = change_day(slack, ZoneInfo(zone), skips_or_repeats)
    posting_day = day + dt.timedelta(days=(weekday - day.weekday()) % 7)
    hour, minute = map(int, time.split(":"))
    timing = Schedule(weekday=weekday, hour=hour, minute=minute, timezone=zone)
    with slack.writing() as tx:
        (schedule,) = digests.confirmed(tx)
        schedule.since = due_instant(timing, posting_day) - dt.timedelta(days=1)
        tx.session.add(schedule)
    due = due_instant(timing, posting_day)

    move_to(slack, due - dt.timedelta(minutes=1))
    slack.tick()
    assert slack.messages() == []
    for minutes in (1, 31, 60, 61, 120):
        move_to(slack, due + dt.timedelta(minutes=minutes))
        slack.tick()
        assert len(slack.messages()) == 1
    (period,) = periods(slack)
    assert period.period == posting_day


def change_day(slack: Slack, zone: ZoneInfo, kind: str) -> dt.date:
    """The next day on which the clocks go forward ("skips") or back ("repeats")."""
    day = slack.bot.services.clock.now().astimezone(zone).date() + dt.timedelta(days=8)
    while True:
        noon = dt.datetime.combine(day, dt.time(12), zone)
        shift = (noon.utcoffset() or dt.timedelta()) - (
            (noon - dt.timedelta(days=1)).utcoffset() or dt.timedelta()
        )
        if (shift > dt.timedelta(0)) == (kind == "skips") and shift:
            return day
        day += dt.timedelta(days=1)


def test_a_resumed_digest_does_not_make_up_for_what_it_missed(slack: Slack) -> None:
    start_weekly(slack)
    slack.press("olivia", slack.command("olivia", "digest"), "digest_pause")
    slack.workspace.move_clock_to(0, 10)
    slack.press("olivia", slack.command("olivia", "digest"), "digest_resume")
    slack.tick()
    assert slack.messages() == []

    slack.workspace.move_clock_to(0, 9)
    slack.tick()
    assert "while I was away" not in slack.messages()[0].text


def test_two_digests_in_one_channel_are_two(slack: Slack) -> None:
    start_weekly(slack)
    start_weekly(slack, time="09:05")
    slack.workspace.move_clock_to(0, 9, 6)
    slack.tick()
    assert len(slack.messages()) == 2
