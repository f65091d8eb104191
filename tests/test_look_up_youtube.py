"""YouTube through the whole bot: what is spent, what is shown of its figures, and for how long."""

import datetime as dt
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlmodel import select

from domain.creator import Platform, ProfileSnapshot
from domain.quota import YOUTUBE_SEARCHES, YOUTUBE_UNITS
from domain.source_terms import NEED_LEAVE
from storage import expiry, index, pools, profile_store, profiles
from storage.models import PoolQuantiles, Snapshot
from storage.quotas import QuotaLedger
from tests.beginnings import Beginning
from tests.command_line import run
from tests.shortlisting import shortlist
from tests.slack import Slack
from tests.test_find import handles, newest
from tests.test_look_up import later
from tests.test_source_youtube import api, channel
from tests.web import web


@pytest.fixture
def server() -> Iterator[str]:
    """YouTube with three channels that speak of skincare: its address."""
    channels = [channel(number) for number in range(3)]
    for one in channels:
        one["snippet"]["description"] = "skincare every week"
    with web(api(*channels)) as here:
        yield f"{here.url}/"


def start(beginning: Beginning, folder: Path, server: str, **settings: Any) -> Slack:
    """A workspace whose bot may ask YouTube alone."""
    return Slack.start(
        beginning.database_url,
        folder,
        beginning.scene,
        live_sources=True,
        bluesky_base_url="http://127.0.0.1:9/",
        mastodon_servers=(),
        youtube_base_url=server,
        youtube_api_key=SecretStr("not-a-real-key"),
        **settings,
    )


@pytest.fixture
def youtube(beginning: Beginning, tmp_path: Path, server: str) -> Iterator[Slack]:
    """The bot without leave to work anything out from YouTube's figures."""
    slack = start(beginning, tmp_path, server)
    yield slack
    slack.stop()
    assert slack.problems == []


@pytest.fixture
def allowed(beginning: Beginning, tmp_path: Path, server: str) -> Iterator[Slack]:
    """The bot whose operator says that figures may be worked out."""
    slack = start(beginning, tmp_path, server, youtube_derived_figures=True)
    yield slack
    slack.stop()
    assert slack.problems == []


def ledger(slack: Slack) -> QuotaLedger:
    return QuotaLedger(slack.bot.services.database, slack.bot.services.clock.now)


def test_raw_counts_are_shown_and_nothing_that_is_worked_out_from_them(youtube):
    assert youtube.bot.services.database.underived == NEED_LEAVE  # unless an operator has said so
    youtube.command("ana", "find skincare youtube")
    told = newest(youtube, "ana")
    assert "YouTube brought 3 more, all of them in your top ten." in youtube.text_of(told)
    youtube.press("ana", told, "find_run:look_up")
    shown = newest(youtube, "ana")
    assert len(handles(shown)) == 3
    text = youtube.text_of(shown)
    assert "12k followers · engagement unknown" in text
    assert text.count("Fit not shown") == 3
    assert "the newest figures first" in text
    assert not re.search(r"\*Fit \d|For:|Against:", text)

    profile = youtube.text_of(youtube.command("ana", "show youtube:c1"))
    assert "Engagement unknown" in profile
    assert "Fit not shown: YouTube's terms" in profile.replace("*", "")
    assert not re.search(r"weight \d|Likes a post|Growth", profile)
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


def test_renewing_figures_costs_a_unit_and_videos_only_where_they_are_needed(youtube):
    """Once a week one unit; the texts of videos, which terms end too, about once in three weeks."""
    youtube.command("ana", "look youtube:c1")
    youtube.press("ana", newest(youtube, "ana"), "creator_keep")
    spent = []
    for _ in range(3):
        later(youtube, days=9)
        youtube.tick()
        spent.append(ledger(youtube).used(YOUTUBE_UNITS))

    assert spent == [1, 1, 3]
    shortlist(youtube, "c1", asker="olivia")
    later(youtube, days=9)
    youtube.tick()
    assert ledger(youtube).used(YOUTUBE_UNITS) == 3  # it is about to be decided on


def test_where_figures_may_be_worked_out_videos_are_renewed_with_them(allowed):
    allowed.command("ana", "look youtube:c1")
    allowed.press("ana", newest(allowed, "ana"), "creator_keep")
    later(allowed, days=9)
    allowed.tick()

    assert ledger(allowed).used(YOUTUBE_UNITS) == 3


def test_refreshing_leaves_units_to_people_who_ask(youtube):
    youtube.command("ana", "look youtube:c1")
    youtube.press("ana", newest(youtube, "ana"), "creator_keep")
    later(youtube, days=9)
    assert ledger(youtube).spend(YOUTUBE_UNITS, 7_000)
    youtube.tick()
    assert ledger(youtube).used(YOUTUBE_UNITS) == 7_000

    youtube.command("ana", "look youtube:c2")
    assert ledger(youtube).used(YOUTUBE_UNITS) == 7_003
    later(youtube, days=1)
    youtube.tick()
    assert ledger(youtube).used(YOUTUBE_UNITS) == 1


def test_cards_posts_exports_and_the_command_line_show_no_fit_either(
    youtube, tmp_path, database_url
):
    youtube.command("ana", "look youtube:c1")
    answer = youtube.command("ana", "find youtube")
    card = shortlist(youtube, "c1", asker="olivia").card
    youtube.press("ana", answer, "find_post")

    posted = next(one for one in youtube.messages() if "searched for" in youtube.text_of(one))
    for text in (youtube.text_of(card), youtube.text_of(posted)):
        assert "Fit not shown" in text
        assert not re.search(r"Fit\*? \d|For:", text)
    asked = {"database_url": youtube.bot.settings.resolved_database_url, "folder": tmp_path}
    (line,) = json.loads(run("find", "youtube", "--json", **asked).output)["results"]
    assert (line["fit"], line["fit_withheld"], line["parts"]) == (None, "youtube", [])
    assert "Fit not shown: YouTube's terms" in run("find", "youtube", **asked).output


def test_whom_a_file_names_too_is_judged_by_the_file_alone(youtube):
    of_file = ProfileSnapshot(
        platform=Platform.YOUTUBE, handle="c1", bio="Cosas de skincare", as_of=dt.date(2026, 1, 5),
        source="import:list.csv",
    )  # fmt: skip
    with youtube.writing() as tx:
        profile_store.store(tx, [of_file], youtube.bot.services.vocabulary, index.pools(tx))
    youtube.command("ana", "look youtube:c1")

    profile = youtube.text_of(youtube.command("ana", "show youtube:c1"))
    assert "Followers: 12k" in profile
    found = youtube.text_of(youtube.command("ana", "find skincare"))
    assert re.search(r"\*?Fit \d+", found)
    assert "YouTube" not in "".join(re.findall(r"(?:For|Against): .*", found))
    with youtube.reading() as tx:
        (known,) = profiles.current(tx, [profiles.by_handle(tx, "c1")[0].id]).values()
    assert known.judged.figures.followers is None
    assert known.snapshot.figures.followers == 12_000


def test_leave_taken_back_hides_at_once_and_is_settled_within_the_hour(allowed):
    allowed.command("ana", "look youtube:c1")
    card = shortlist(allowed, "c1", asker="olivia").card
    assert re.search(r"\*?Fit \d", allowed.text_of(card))
    before = allowed.text_of(allowed.command("ana", "show youtube:c1"))
    assert "Likes a post" in before

    allowed.bot.services.database.underived = NEED_LEAVE  # as the bot starts without the setting
    text = allowed.text_of(allowed.command("ana", "show youtube:c1"))
    assert "Fit not shown" in text
    assert "Likes a post" not in text
    later(allowed, hours=1)
    allowed.tick()

    assert "Fit not shown" in allowed.text_of(card)
    assert not re.search(r"\d % engagement|Fit\*? \d", allowed.text_of(card))
    allowed.bot.services.database.underived = frozenset()  # figures have to be fetched anew
    assert "Fit not shown" in allowed.text_of(allowed.command("ana", "show youtube:c1"))
    with allowed.reading() as tx:
        for row in tx.session.exec(select(Snapshot).where(Snapshot.source == "youtube")):
            assert "engagement_rate" not in row.content["figures"]


def test_nobody_is_compared_where_terms_forbid_it(youtube):
    youtube.command("ana", "look youtube:c1")

    said = youtube.text_of(youtube.command("ana", "similar youtube:c1"))

    assert "@c1 can't be compared with others: YouTube's terms" in said


def test_texts_of_posts_stay_when_a_channel_comes_without_them_and_go_when_terms_end(youtube):
    youtube.command("ana", "look youtube:c1")
    youtube.press("ana", newest(youtube, "ana"), "creator_keep")
    with youtube.reading() as tx:
        number = profiles.by_handle(tx, "c1")[0].id
        assert profiles.known(tx, [number])[number].post_texts
    later(youtube, days=2)
    youtube.command("ana", "find skincare youtube")  # a search brings channels without their posts

    with youtube.writing() as tx:
        of_profile = select(Snapshot).where(Snapshot.profile_id == number)
        without = [row for row in tx.session.exec(of_profile) if "post_texts" not in row.content]
        assert without
        assert profiles.known(tx, [number])[number].post_texts
        tx.now += dt.timedelta(days=31)
        expiry.delete_expired(tx, 100, youtube.bot.services.vocabulary, index.pools(tx))
        assert profiles.known(tx, [number])[number].post_texts == ()
