"""What platforms ration: the ledger, kept answers, and what doctor says of them."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from pydantic import SecretStr

from bot.doctor import Finding, examine
from domain.look_up import Gap, GapKind
from domain.quota import YOUTUBE_SEARCHES, YOUTUBE_UNITS
from storage import quotas
from storage.database import Database
from storage.quotas import AnswerCache, QuotaLedger
from tests.slack import Slack

pytestmark = pytest.mark.both_databases

NOON = dt.datetime(2026, 11, 23, 20, 0, tzinfo=dt.UTC)  # in California


class MovedClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.time = NOON

    def __call__(self) -> dt.datetime:
        return self.time


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


def test_processes_that_spend_at_once_never_spend_more_than_there_is(
    database: Database, clock: MovedClock
) -> None:
    ledger = QuotaLedger(database, clock)
    with ThreadPoolExecutor(8) as many:
        spent = list(many.map(lambda _: ledger.spend(YOUTUBE_SEARCHES, 3), range(40)))

    assert spent.count(True) == 33
    assert ledger.used(YOUTUBE_SEARCHES) == 99
    assert ledger.spend(YOUTUBE_SEARCHES, 2) is False
    assert ledger.used(YOUTUBE_SEARCHES) == 99
    assert ledger.spend(YOUTUBE_SEARCHES, 1) is True
    assert ledger.used(YOUTUBE_UNITS) == 0


def test_a_budget_is_whole_again_after_midnight_in_california(
    database: Database, clock: MovedClock
) -> None:
    ledger = QuotaLedger(database, clock)
    assert ledger.spend(YOUTUBE_SEARCHES, 100)
    clock.time = YOUTUBE_SEARCHES.renewed_at(NOON) - dt.timedelta(seconds=1)
    assert not ledger.spend(YOUTUBE_SEARCHES, 1)
    clock.time += dt.timedelta(seconds=1)
    assert ledger.spend(YOUTUBE_SEARCHES, 100)


def test_a_new_process_knows_what_was_spent(database: Database, clock: MovedClock) -> None:
    QuotaLedger(database, clock).spend(YOUTUBE_SEARCHES, 60)
    again = Database(database.url.render_as_string(hide_password=False), clock)
    try:
        assert not QuotaLedger(again, clock).spend(YOUTUBE_SEARCHES, 41)
    finally:
        again.close()


def test_a_kept_answer_is_replaced_and_goes_in_time(database: Database, clock: MovedClock) -> None:
    cache = AnswerCache(database, clock)
    assert cache.get("skincare|DE") is None
    cache.put("skincare|DE", "one", NOON + dt.timedelta(hours=1))
    cache.put("skincare|DE", "two", NOON + dt.timedelta(hours=2))
    assert cache.get("skincare|DE") == "two"
    clock.time += dt.timedelta(hours=2)
    assert cache.get("skincare|DE") is None
    with database.everywhere() as session:
        quotas.forget_old(session, clock.time)
    clock.time = NOON
    assert cache.get("skincare|DE") is None


def of(slack: Slack, words: str, **changes: object) -> list[Finding]:
    """What doctor says of live sources."""
    chosen = {"live_sources": True, **changes}
    settings = slack.bot.settings.model_copy(update=chosen)
    return [one for one in examine(settings, slack.bot.services.database) if words in one.what]


def test_doctor_names_each_source_and_what_it_needs(slack: Slack) -> None:
    (bluesky,) = of(slack, "Bluesky:")
    assert bluesky.what == "Bluesky: on, finds and looks at accounts; not asked yet."
    assert of(slack, "YouTube:")[0].state == "ok"
    assert "YOUTUBE_API_KEY" in of(slack, "YouTube:")[0].what
    assert of(slack, "YouTube, ") == []


def test_doctor_says_that_all_is_switched_off(slack: Slack) -> None:
    (off,) = of(slack, "Live sources", live_sources=False)
    assert off.state == "ok"
    assert "no platform is contacted" in off.what


def test_doctor_says_what_is_spent_today_and_when_it_is_renewed(slack: Slack) -> None:
    database, now = slack.bot.services.database, slack.bot.services.clock.now
    key = SecretStr("not-a-real-key")
    QuotaLedger(database, now).spend(YOUTUBE_SEARCHES, 30)
    (searches,) = of(slack, "YouTube, searches", youtube_api_key=key)
    assert "30 used, 70 left of 100" in searches.what
    assert f"{YOUTUBE_SEARCHES.renewed_at(now()):%d %B at %H:%M} UTC" in searches.what
    QuotaLedger(database, now).spend(YOUTUBE_SEARCHES, 70)
    (spent,) = of(slack, "YouTube, searches", youtube_api_key=key)
    assert spent.state == "warning"
    assert spent.cure


def test_doctor_says_when_a_source_last_answered_and_last_failed(slack: Slack) -> None:
    database, now = slack.bot.services.database, slack.bot.services.clock.now()
    quotas.record_success(database, "Bluesky", now - dt.timedelta(hours=3))
    (sound,) = of(slack, "Bluesky:")
    assert sound.state == "ok"
    assert "last answered 3 h ago" in sound.what
    gap = Gap(source="Bluesky", kind=GapKind.UNREACHABLE, said="Bluesky could not be reached.")
    quotas.record_failure(database, gap, now - dt.timedelta(minutes=5))
    (failing,) = of(slack, "Bluesky:")
    assert failing.state == "warning"
    assert "last answered 3 h ago; failed 5 min ago: Bluesky could not be reached." in failing.what
    quotas.record_success(database, "Bluesky", now)
    assert of(slack, "Bluesky:")[0].state == "ok"
