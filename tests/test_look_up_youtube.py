"""YouTube through the whole bot: what is spent, what is shown of its figures, and for how long."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlmodel import select

from domain.quota import YOUTUBE_SEARCHES, YOUTUBE_UNITS
from storage import pools
from storage.models import PoolQuantiles, Snapshot
from storage.quotas import QuotaLedger
from tests.beginnings import Beginning
from tests.slack import Slack
from tests.test_find import handles, newest
from tests.test_look_up import later
from tests.test_source_youtube import api, channel
from tests.web import web


@pytest.fixture
def youtube(beginning: Beginning, tmp_path: Path) -> Iterator[Slack]:
    """A workspace whose bot may ask YouTube alone; three channels speak of skincare."""
    channels = [channel(number) for number in range(3)]
    for one in channels:
        one["snippet"]["description"] = "skincare every week"
    with web(api(*channels)) as here:
        slack = Slack.start(
            beginning.database_url,
            tmp_path,
            beginning.scene,
            live_sources=True,
            bluesky_base_url="http://127.0.0.1:9/",
            mastodon_servers=(),
            youtube_base_url=f"{here.url}/",
            youtube_api_key=SecretStr("not-a-real-key"),
        )
        yield slack
        slack.stop()
        assert slack.problems == []


def ledger(slack: Slack) -> QuotaLedger:
    return QuotaLedger(slack.bot.services.database, slack.bot.services.clock.now)


def test_raw_counts_are_shown_and_nothing_that_is_worked_out_from_them(youtube):
    youtube.command("ana", "find skincare youtube")
    told = newest(youtube, "ana")
    assert "YouTube brought 3 more, all of them in your top ten." in youtube.text_of(told)
    youtube.press("ana", told, "find_run:look_up")
    shown = newest(youtube, "ana")
    assert len(handles(shown)) == 3
    assert "12k followers · engagement unknown" in youtube.text_of(shown)

    profile = youtube.text_of(youtube.command("ana", "show youtube:c1"))
    assert "Engagement unknown" in profile
    assert "Likes a post" not in profile
    pools.refresh_pools(youtube.bot.services.database, youtube.workspace_id)
    with youtube.reading() as tx:
        assert tx.session.exec(select(PoolQuantiles)).all() == []
        kept_until = set(tx.session.exec(select(Snapshot.keep_until)))
        assert None not in kept_until


def test_one_search_is_spent_for_a_question_and_none_for_the_same_again(youtube):
    youtube.command("ana", "find skincare youtube")
    youtube.command("ben", "find youtube skin care")

    assert ledger(youtube).used(YOUTUBE_SEARCHES) == 1
    assert 1 <= ledger(youtube).used(YOUTUBE_UNITS) <= 10


def test_out_of_quota_is_said_with_the_time_and_not_tried_again_before(youtube):
    assert ledger(youtube).spend(YOUTUBE_SEARCHES, 100)
    youtube.command("ana", "find skincare youtube")

    told = newest(youtube, "ana")
    assert "YouTube is out of quota until" in youtube.text_of(told)
    again = youtube.text_of(youtube.command("ana", "find skincare youtube"))
    assert "Not asked: YouTube until" in again
    later(youtube, days=1, minutes=1)
    youtube.command("ana", "find skincare youtube")
    assert "YouTube brought 3 more" in youtube.text_of(newest(youtube, "ana"))


def test_kept_figures_are_renewed_before_their_terms_end_and_old_ones_go(youtube):
    youtube.command("ana", "look youtube:c1")
    youtube.press("ana", newest(youtube, "ana"), "creator_keep")
    for _ in range(4):
        later(youtube, days=9)
        youtube.tick()

    text = youtube.text_of(youtube.command("ana", "show youtube:c1"))
    assert "Followers: 12k" in text
    now = youtube.bot.services.clock.now()
    with youtube.reading() as tx:
        dates = set(tx.session.exec(select(Snapshot.as_of)))
    assert min(dates) >= now.date() - dt.timedelta(days=30)
    assert max(dates) == now.date()
