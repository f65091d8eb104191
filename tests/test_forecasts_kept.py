"""Forecasts are written down when creators are shortlisted and agreed, and held against results."""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from sqlmodel import select

from domain.creator import Figures, Money, Platform, ProfileSnapshot
from domain.forecast_compare import record_of
from domain.look_up import Account, PostSeen
from domain.niche import default_vocabulary
from domain.partnership import Stage
from domain.partnership_form import PartnershipDraft
from domain.result_form import ResultDraft
from domain.results import Totals
from handlers import forecasting, refreshing
from handlers.context import Context
from storage import (
    brands,
    briefs,
    exporting,
    forecasts,
    index,
    live_accounts,
    partnerships,
    profile_store,
    profiles,
    recent_posts,
    results,
    workspaces,
)
from storage.models import Card, ForecastRow, Partnership, Profile, RecentPost
from tests.beginnings import Beginning
from tests.partnering import add_brief, add_creators, log, rows, saved
from tests.shortlisting import CHECK, shortlist
from tests.slack import Slack
from tests.test_partner_board import begin, board

VIEWS = (9_000, 11_000, 10_500, 9_500, 12_000, 10_000, 8_000, 14_000)
NOW = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)


def account(
    handle: str,
    views: Sequence[int | None] = VIEWS,
    platform: Platform = Platform.INSTAGRAM,
    first: int = 0,
    **more: object,
) -> Account:
    """What a platform shows of an account now: its posts of the last days, the newest first."""
    posts = tuple(
        PostSeen(
            url=f"https://example.com/{handle}/{first + place}",
            text="Morning routine",
            published_at=NOW - dt.timedelta(days=5 + place),
            views=seen,
            likes=None if seen is None else seen // 20,
            comments=5,
        )
        for place, seen in enumerate(views)
    )
    snapshot = ProfileSnapshot(
        platform=platform,
        handle=handle,
        display_name=handle.capitalize(),
        figures=Figures(followers=12_300, fee=Money(amount=300, currency="EUR")),
        as_of=NOW.date(),
        source=platform.value,
    )
    return Account(snapshot=snapshot, native_id=f"id-{handle}", posts=posts, **more)  # type: ignore[arg-type]


def show(slack: Slack, *accounts: Account) -> None:
    """Platforms show these accounts, as a look-up or a refresh stores them."""
    with slack.writing() as tx:
        pools = index.pools(tx)
        ready = live_accounts.prepare(accounts, default_vocabulary(), pools)
        live_accounts.store(tx, ready, default_vocabulary(), pools)


def known_posts(slack: Slack, handle: str) -> recent_posts.Known:
    with slack.reading() as tx:
        number = tx.session.exec(select(Profile.id).where(Profile.handle == handle)).one() or 0
        return recent_posts.of_profiles(tx, [number])[number]


def finish(slack: Slack, number: int, likes: int) -> None:
    """An agreed partnership is forecast, costs €300, brings so much and is done."""
    fee = {"fee": Money(amount=300, currency="EUR")}
    with slack.writing() as tx:
        row = partnerships.get(tx, number)
        assert row is not None
        partnerships.change(tx, row, PartnershipDraft(costs=fee), None)
        forecasting.when_moved(tx, row)
        totals = Totals(likes=likes, conversions=9)
        results.record(tx, row, None, ResultDraft(as_of=NOW.date(), totals=totals), None)
        partnerships.change(tx, row, PartnershipDraft(stage=Stage.DONE), None)


def details(slack: Slack, who: str = "ben") -> str:
    slack.command(who, "partners")
    text = slack.text_of(slack.press(who, board(slack, who), "partner_details"))
    slack.workspace.close_view(who, everything=True)
    return text


def test_a_card_says_what_is_expected_and_it_is_written_down_in_the_same_step(
    slack: Slack,
) -> None:
    add_creators(slack, "mara", "ines")
    show(slack, account("mara"))
    cards = shortlist(slack, "mara", "ines").cards

    said = slack.text_of(cards["mara"])
    assert re.search(r"Expected 3\.\dk–\d\dk views, 1\d\d–1\.\dk engagements a post", said)
    assert "€" not in said.partition("Expected")[2].partition("\n")[0]
    first, second = rows(slack, ForecastRow)
    assert (first.occasion, first.model, first.inputs["planned"]) == (
        "shortlisted",
        "1",
        {"instagram": 1},
    )
    assert first.content["bases"]["views"]["posts"] == 8
    assert first.sources == ["instagram", "invented for a test"]
    assert second.content.get("views") is None


def test_a_creator_of_whom_too_little_is_known_has_no_forecast_and_the_card_says_so(
    slack: Slack,
) -> None:
    with slack.writing() as tx:
        unknown = ProfileSnapshot(
            platform=Platform.TWITCH, handle="nobody", display_name="No Body", source="a test"
        )
        profile_store.store(tx, [unknown], default_vocabulary(), index.pools(tx))
    text = slack.text_of(shortlist(slack, "nobody").card)

    assert "No forecast: too little history" in text


def test_the_partnership_shows_the_forecast_made_when_it_was_agreed_and_then_what_came(
    slack: Slack,
) -> None:
    add_creators(slack, "anna")
    show(slack, account("anna"))
    begin(slack, Stage.NEGOTIATING)
    slack.press("ben", slack.command("ben", "partners"), "partner_move", value="agreed")

    assert re.search(r"expected 3\.\dk–\d\dk views", slack.text_of(board(slack, "ben")))
    text = details(slack)
    assert "Forecast" in text
    assert "Made when agreed" in text
    assert "from 8 recent posts" in text
    assert "no cost known" in text
    assert not log(slack, "ana", "stage", {"fee": "400 EUR", "stage": "live"})
    saved(slack, "ana")
    assert [one.occasion for one in rows(slack, ForecastRow)] == ["agreed", "terms changed"]
    assert "Cost per engagement: €0." in details(slack)

    assert not log(slack, "ana", "results", {"views": "90,000", "likes": "510"})
    saved(slack, "ana")
    text = details(slack)
    assert "Forecast and results so far" in text
    assert "90,000 came: above" in text
    assert "510 came: as expected" in text
    assert "€0.78 came" in text
    assert len(rows(slack, ForecastRow)) == 2


def test_terms_that_change_are_forecast_anew_until_results_are_in_and_nothing_is_overwritten(
    slack: Slack,
) -> None:
    add_creators(slack, "anna")
    show(slack, account("anna"))
    begin(slack, Stage.NEGOTIATING)
    slack.press("ben", slack.command("ben", "partners"), "partner_move", value="agreed")

    def owe(typed: str) -> None:
        assert not log(slack, "ana", "terms", {"owed": typed})
        saved(slack, "ana")

    owe("1 Reel by 2026-12-14")
    owe("3 Reels, please")
    made = rows(slack, ForecastRow)
    assert [one.content["posts"] for one in made] == [1, 3]
    before = [one.model_dump() for one in made]
    assert not log(slack, "ana", "results", {"views": "9,000"})
    saved(slack, "ana")
    owe("5 Reels")

    assert [one.model_dump() for one in rows(slack, ForecastRow)] == before


def test_a_forecast_that_was_made_after_the_first_result_is_never_held_against_it(
    slack: Slack,
) -> None:
    add_creators(slack, "anna")
    begin(slack, Stage.LIVE)
    assert not log(slack, "ana", "results", {"views": "9,000"})
    saved(slack, "ana")
    show(slack, account("anna"))
    slack.workspace.advance_clock(86_400)
    with slack.writing() as tx:
        row = tx.session.exec(select(Partnership)).one()
        forecasting.when_moved(tx, row)
        assert forecasts.compared(tx, [row]) == {}
    assert "came" not in details(slack)


def test_finished_partnerships_are_summed_up_for_the_digest_and_teach_the_next_forecast(
    slack: Slack,
) -> None:
    handles = [f"creator{number}" for number in range(4)]
    add_creators(slack, *handles)
    show(slack, *(account(handle) for handle in handles))
    came = {"creator0": 600, "creator1": 900, "creator2": 700, "creator3": 90_000}
    for handle, likes in came.items():
        finish(slack, begin(slack, Stage.AGREED, handle), likes)

    with slack.reading() as tx:
        numbers = [one.id or 0 for one in tx.session.exec(select(Partnership))]
        record = record_of(forecasts.compared_with(tx, numbers))
        learned = forecasts.learned(tx, ())
        acme = brands.named(tx, "Acme")
        assert acme is not None
        assert forecasts.learned(tx, {acme.id or 0}).ratio("engagements").outcomes == 0
    assert (record.within, record.of, record.above) == (3, 4, 1)
    assert record.words.startswith("3 of 4 within what we expected; cost per engagement 9")
    assert "better" in record.words
    assert learned.ratio("engagements").outcomes == 4
    assert learned.ratio("engagements").factor.middle > 0
    assert learned.conversion_rate is not None
    add_creators(slack, "mara")
    show(slack, account("mara"))
    begin(slack, Stage.NEGOTIATING, "mara")
    assert not log(slack, "ana", "stage", {"stage": "agreed"}, creator="@mara")
    saved(slack, "ana")
    newest = rows(slack, ForecastRow)[-1]
    assert newest.content["conversions"]["middle"] > 0
    assert newest.content["bases"]["engagements"]["outcomes"] == 4


def test_newer_counts_of_a_post_take_the_place_of_older_ones_and_thirty_are_kept(
    slack: Slack,
) -> None:
    show(slack, account("anna", [100] * 25))
    show(slack, account("anna", [200] * 10), account("ben", [7]))
    show(slack, account("anna", [300] * 12, first=100))

    posts = known_posts(slack, "anna").posts
    assert len(posts) == 30
    assert len(rows(slack, RecentPost)) == 31
    assert sorted({one.views for one in posts if one.views}) == [100, 200, 300]


def test_youtube_is_forecast_only_where_the_operator_allows_it_and_no_longer_than_its_terms(
    slack: Slack,
) -> None:
    shown = account(
        "anna",
        platform=Platform.YOUTUBE,
        keep_until=NOW + dt.timedelta(days=30),
    )
    show(slack, shown)
    text = slack.text_of(shortlist(slack, "anna").card)

    assert "xpected" not in text
    assert rows(slack, ForecastRow) == []
    assert known_posts(slack, "anna").posts == ()
    assert all(one.keep_until == shown.keep_until for one in rows(slack, RecentPost))


@pytest.fixture
def youtube(beginning: Beginning, tmp_path: Path) -> Iterator[Slack]:
    """A workspace whose operator says that figures may be worked out from YouTube's."""
    started = Slack.start(
        beginning.database_url, tmp_path, beginning.scene, youtube_derived_figures=True
    )
    yield started
    started.stop()
    assert started.problems == []


def test_with_leave_youtube_is_forecast_for_as_long_as_its_figures_are_kept(
    youtube: Slack,
) -> None:
    until = NOW + dt.timedelta(days=3_000)
    show(youtube, account("anna", platform=Platform.YOUTUBE, keep_until=until))
    posted = shortlist(youtube, "anna")

    assert "Expected" in youtube.text_of(posted.card)
    (made,) = rows(youtube, ForecastRow)
    assert (made.keep_until, made.sources) == (until, ["youtube"])
    youtube.bot.services.database.underived = frozenset({"youtube"})  # the switch is off again
    with youtube.reading() as tx:
        assert forecasts.of_cards(tx, [made.card_id or 0]) == {}
    with youtube.writing() as tx:
        assert forecasts.delete_ended(tx, 25).snapshots == 1


def test_posts_that_a_platform_showed_go_with_an_opt_out_and_others_stay(
    slack: Slack,
) -> None:
    show(slack, account("anna"), account("anna.tiktok", platform=Platform.TIKTOK))
    with slack.writing() as tx:
        profile = tx.session.exec(select(Profile).where(Profile.handle == "anna")).one()
        recent_posts.forget_shown(tx, profile)

    assert known_posts(slack, "anna").posts == ()
    assert len(known_posts(slack, "anna.tiktok").posts) == 8


def test_an_approved_card_passes_its_forecast_on_to_the_partnership(slack: Slack) -> None:
    add_creators(slack, "mara")
    show(slack, account("mara"))
    posted = shortlist(slack, "mara")
    slack.react("ana", CHECK, posted.card)

    with slack.reading() as tx:
        row = tx.session.exec(select(Partnership)).one()
        assert len(forecasts.of_partnerships(tx, [row])[row.id or 0]) == 1
        card = tx.session.exec(select(Card)).one()
        assert forecasts.of_cards(tx, [card.id or 0])
    assert "Made when shortlisted" in details(slack, "ana")


def test_people_from_outside_read_what_is_expected_without_any_cost_and_no_lack_of_it(
    slack: Slack,
) -> None:
    add_creators(slack, "mara", "ines")
    show(slack, account("mara"))
    with slack.writing() as tx:
        bare = ProfileSnapshot(
            platform=Platform.TWITCH, handle="nobody", display_name="No Body", source="a test"
        )
        profile_store.store(tx, [bare], default_vocabulary(), index.pools(tx))
    cards = shortlist(slack, "mara", "nobody", channel="clients").cards

    assert "Expected" in slack.text_of(cards["mara"])
    assert "€" not in slack.text_of(cards["mara"])
    assert "orecast" not in slack.text_of(cards["nobody"])


def test_the_export_of_partnerships_has_what_was_expected(slack: Slack) -> None:
    add_creators(slack, "anna")
    show(slack, account("anna"))
    number = begin(slack, Stage.AGREED)
    with slack.writing() as tx:
        row = partnerships.get(tx, number)
        assert row is not None
        forecasting.when_moved(tx, row)
        (line,) = exporting.partnerships(tx)

    assert 2_000 < line["Expected views, at least"] < 10_000 < line["Expected views, at most"]
    assert line["Expected conversions, at most"] is None


def test_what_a_brief_would_bring_is_told_without_being_written_down(slack: Slack) -> None:
    add_creators(slack, "mara")
    show(slack, account("mara"))
    number = add_brief(slack)
    with slack.reading() as tx:
        brief = briefs.get(tx, number)
        assert brief is not None
        (profile,) = profiles.by_handle(tx, "mara")
        known = list(profiles.current(tx, [profile.id or 0]).values())
        found = forecasting.expected(tx, known, brief)

    assert found[profile.id or 0].engagements is not None
    assert rows(slack, ForecastRow) == []


def test_a_forecast_goes_with_the_figures_it_rests_on_and_its_card_is_drawn_anew(
    slack: Slack,
) -> None:
    """The fit is from a file and stays; the posts are from a platform whose terms end."""
    add_creators(slack, "mara")
    show(slack, account("mara", keep_until=slack.bot.services.clock.now() + dt.timedelta(days=1)))
    posted = shortlist(slack, "mara")
    assert "Expected" in slack.text_of(posted.card)
    slack.workspace.advance_clock(2 * 86_400)
    with slack.reading() as tx:
        context = Context(services=slack.bot.services, workspace=workspaces.get(tx))
    refreshing.expire(context)
    slack.settle()

    assert rows(slack, ForecastRow) == []
    assert rows(slack, RecentPost) == []
    card = slack.replies(posted.summary)[0]
    assert "xpected" not in slack.text_of(card)
    assert "Fit" in slack.text_of(card)
