"""Results of posts and campaigns come in from files, attach to partnerships, and go again."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from sqlmodel import select

from domain.creator import Money
from domain.niche import default_vocabulary
from domain.partnership import Stage
from domain.post_link import read_link
from domain.results import Totals
from handlers.importing import Importer
from playground.records import View
from storage import (
    briefs,
    costs,
    exporting,
    kpi,
    partnership_posts,
    partnerships,
    profiles,
    result_imports,
    results,
)
from storage.digest_scope import Sight
from storage.models import ImportRun, Post, Result
from tests.partnering import log, open_log, rows
from tests.shortlisting import add_brief, add_creators
from tests.slack import Slack
from tests.test_import_slack import brought, confirm, hand_over

LINK = "https://www.instagram.com/p/abc?utm_source=x"
OTHER_LINK = "https://www.instagram.com/p/def"


def partner(
    slack: Slack, handle: str, brief_id: int | None = None, posts: tuple[str, ...] = ()
) -> int:
    """A live partnership with a creator who is there already."""
    with slack.writing() as tx:
        (profile,) = profiles.by_handle(tx, handle)
        brief = briefs.get(tx, brief_id) if brief_id else None
        made = partnerships.create(tx, profile.creator_id, profile.id, brief, None, Stage.LIVE)
        for url in posts:
            link = read_link(url)
            partnership_posts.add(tx, made, link.url, link.platform)
        return made.id or 0


def known(slack: Slack, number: int) -> Totals:
    with slack.reading() as tx:
        return results.known(tx, [number])[number].totals


def cost(slack: Slack, number: int) -> dict[str, Money]:
    with slack.reading() as tx:
        return costs.of_partnerships(tx, [number])[number]


def preview(slack: Slack, content: str | bytes, name: str = "results.csv", **values: Any) -> View:
    """Hand over a file of results and confirm its columns; gives what attaches."""
    hand_over(slack, content, name)
    errors = confirm(slack, values)
    assert errors == {}, errors
    return slack.view("olivia")


def bring(slack: Slack, content: str | bytes, name: str = "results.csv", **values: Any) -> str:
    """Import a file of results to the end; gives the report."""
    preview(slack, content, name, **values)
    assert confirm(slack) == {}
    return slack.text_of(brought(slack))


def last_import(slack: Slack) -> ImportRun:
    with slack.reading() as tx:
        return tx.session.exec(select(ImportRun).order_by(ImportRun.id.desc())).first()  # type: ignore[union-attr, return-value]


POSTS = f"""Date,Post URL,Creator,Impressions,Likes,Clicks,Orders,Revenue (EUR),Ad spend (EUR)
03.11.2026,{LINK},@anna,"10,000",400,90,5,"250,00","100,00"
14.11.2026,{LINK},@anna,"25,000",900,210,12,"610,50","180,00"
14.11.2026,{OTHER_LINK},@anna,8000,300,40,-3,90,20
14.11.2026,https://www.instagram.com/p/zzz,@ben,8000,300,40,3,90,20
14.11.2026,https://www.instagram.com/p/yyy,@nobody,8000,300,40,3,90,20
14.11.2026,https://www.instagram.com/p/xxx,,8000,300,40,3,90,20
14.11.2031,https://www.instagram.com/p/fut,@anna,8000,300,40,3,90,20
"""


def test_results_attach_by_post_link_and_what_does_not_is_listed_with_its_reason(
    slack: Slack,
) -> None:
    add_creators(slack, "anna", "ben")
    number = partner(slack, "anna", posts=(LINK, OTHER_LINK))

    review = slack.text_of(hand_over(slack, POSTS, "results.csv"))
    assert "This looks like results of posts or campaigns, not creators." in review
    assert confirm(slack) == {}
    shown = slack.text_of(slack.view("olivia"))
    assert "2 of 7 rows attach to 1 partnership" in shown
    assert rows(slack, Result) == [], "nothing is stored before it is confirmed"
    assert confirm(slack) == {}

    report = slack.text_of(brought(slack))
    assert "2 of 7 rows attached to 1 partnership: 2 dated results stored" in report
    assert "3 not attached, 2 refused" in report
    assert "Row 4 has negative conversions (-3)" in report
    assert "Row 5 has no partnership: nobody logged one with @ben" in report
    assert "Row 6 has no partnership: @nobody on Instagram is not on the list of creators" in report
    assert "Row 7 links to a post that is of no partnership, and names no creator" in report
    assert "Row 8 is dated 14 November 2031, which is still to come" in report

    assert known(slack, number) == Totals(
        impressions=25_000,
        likes=900,
        clicks=210,
        conversions=12,
        revenue=Money(amount=Decimal("610.50"), currency="EUR"),
        spend=Money(amount=Decimal("180.00"), currency="EUR"),
    )
    first, second = rows(slack, Result)
    assert (first.as_of, second.as_of) == (dt.date(2026, 11, 3), dt.date(2026, 11, 14))
    assert {first.source, second.source} == {"import:file"}
    assert {first.import_id, second.import_id} == {last_import(slack).id}
    assert cost(slack, number) == {"boost": Money(amount=Decimal("180.00"), currency="EUR")}


def test_the_same_file_again_adds_nothing_and_undoing_either_keeps_what_the_other_says(
    slack: Slack,
) -> None:
    add_creators(slack, "anna")
    number = partner(slack, "anna", posts=(LINK,))
    bring(slack, POSTS)
    first, stored = last_import(slack), len(rows(slack, Result))

    assert "0 dated results stored, 2 on the record already" in bring(slack, POSTS)
    assert len(rows(slack, Result)) == stored
    second = last_import(slack)

    undo(slack, first)
    assert known(slack, number).likes == 900, "the second file says the same"
    undo(slack, second)
    assert known(slack, number) == Totals()
    assert cost(slack, number) == {}


def undo(slack: Slack, run: ImportRun) -> str:
    shown = slack.command("olivia", "imports")
    slack.press("olivia", shown, f"import_undo:{run.id}")
    return "\n".join(slack.private("olivia"))


def test_undo_takes_back_exactly_what_the_file_brought(slack: Slack) -> None:
    add_creators(slack, "anna")
    number = partner(slack, "anna")
    assert log(slack, "olivia", "results", {"likes": "50", "as_of": "2026-11-01"}) == {}
    slack.workspace.close_view("olivia", everything=True)
    before = (known(slack, number), [row.model_dump() for row in rows(slack, Result)])

    report = bring(slack, POSTS)
    assert "2 posts added to partnerships" in report or "1 post added" in report
    assert known(slack, number).likes == 900
    said = undo(slack, last_import(slack))

    assert "2 dated results and 1 post removed" in said
    assert rows(slack, Post) == []
    assert (known(slack, number), [row.model_dump() for row in rows(slack, Result)]) == before


DAILY = """Campaign;Fecha;Importe gastado (EUR);Impresiones;Alcance;Clics;Conversiones
Spring Glow;01/11/2026;10,50;1.000;800;10;1
Spring Glow;02/11/2026;12,00;1.500;900;5;0
Spring Glow;15/11/2026;8,00;500;400;7;2
"""


def test_daily_figures_of_a_campaign_are_added_up_on_top_of_what_was_known(slack: Slack) -> None:
    add_creators(slack, "anna")
    number = partner(slack, "anna", add_brief(slack))
    typed = {"clicks": "100", "as_of": "2026-10-30"}
    assert log(slack, "olivia", "results", typed) == {}
    slack.workspace.close_view("olivia", everything=True)

    review = slack.text_of(hand_over(slack, DAILY, "meta.csv"))
    assert "rise and fall from one date to the next, as daily ones do" in review
    assert confirm(slack) == {}
    assert confirm(slack) == {}

    totals = known(slack, number)
    assert (totals.clicks, totals.impressions, totals.conversions) == (122, 3_000, 3)
    assert totals.spend == Money(amount=Decimal("30.50"), currency="EUR")
    assert totals.accounts_reached is None, "people reached on several days are not added up"
    days = [(row.as_of.day, row.clicks) for row in rows(slack, Result)]
    assert days == [(30, 100), (1, 110), (2, 115), (15, 122)]

    assert "3 on the record already" in bring(slack, DAILY, "meta.csv")
    assert known(slack, number) == totals


def test_who_is_meant_is_never_guessed(slack: Slack) -> None:
    add_creators(slack, "anna", "ben")
    spring, autumn = add_brief(slack, "Spring Glow"), add_brief(slack, "Autumn Care")
    partner(slack, "anna", spring)
    second = partner(slack, "anna", autumn, posts=(LINK,))
    partner(slack, "ben", autumn)
    content = (
        "date,influencer,campaign,likes,post link\n"
        "2026-11-20,@anna,,10,\n"
        "2026-11-20,,Autumn Care,10,\n"
        "2026-11-20,@anna,Winter,10,\n"
        f"2026-11-20,@ben,,10,{LINK}\n"
        "2026-11-20,,,10,\n"
        "2026-11-20,@anna,autumn care,77,\n"
    )

    report = bring(slack, content)

    assert "Row 2 may be of 2 partnerships with @anna" in report
    assert "Row 3 names no creator, and “Autumn Care” has 2 partnerships" in report
    assert "Row 4 names a campaign that is no brief here: “Winter”" in report
    assert "Row 5 links to a post of @anna, but names @ben" in report
    assert "Row 6 names no post, creator or campaign" in report
    assert known(slack, second).likes == 77


def test_what_holds_for_all_rows_can_be_said_once(slack: Slack) -> None:
    add_creators(slack, "anna")
    number = partner(slack, "anna")
    content = "Impressions,Likes,Saves,Shares\n5000,100,9,4\n"

    hand_over(slack, content)
    errors = confirm(slack)
    assert "which partnership" in errors["creator"]
    assert "day on which" in errors["true_on"]
    assert confirm(slack, {"creator": "@anna", "true_on": "2026-11-20"}) == {}
    assert confirm(slack) == {}

    assert known(slack, number) == Totals(impressions=5_000, likes=100, saves=9, shares=4)


def test_dates_that_read_both_ways_and_amounts_without_currency_are_asked(slack: Slack) -> None:
    add_creators(slack, "anna")
    number = partner(slack, "anna")
    content = "Date,Handle,Clicks,Spend\n03/04/2026,@anna,5,100\n"

    hand_over(slack, content)
    assert set(confirm(slack)) == {"date_order"}, "a required field"
    assert set(confirm(slack, {"date_order": "month"})) == {"amounts_in"}
    assert confirm(slack, {"date_order": "month", "amounts_in": "GBP", "spend": "fee"}) == {}
    assert confirm(slack) == {}

    (row,) = rows(slack, Result)
    assert row.as_of == dt.date(2026, 3, 4)
    assert cost(slack, number) == {"fee": Money(amount=Decimal(100), currency="GBP")}


def test_a_typed_cost_stands_beside_a_files_spend(slack: Slack) -> None:
    add_creators(slack, "anna")
    number = partner(slack, "anna", posts=(LINK,))
    assert log(slack, "olivia", "stage", {"paid_boost": "75", "currency": "EUR"}) in ({}, None)
    slack.workspace.close_view("olivia", everything=True)
    if not cost(slack, number):
        with slack.writing() as tx:
            row = partnerships.get(tx, number)
            assert row is not None
            partnerships._set_cost(tx, row, "boost", Money(amount=Decimal(75), currency="EUR"))

    report = bring(slack, POSTS)

    assert "Costs that somebody typed stay as they are: @anna" in report
    assert cost(slack, number) == {"boost": Money(amount=Decimal(75), currency="EUR")}


def test_two_rows_of_one_day_that_differ_are_both_left_out(slack: Slack) -> None:
    add_creators(slack, "anna")
    number = partner(slack, "anna", posts=(LINK,))
    content = (
        "date,post link,likes\n"
        f"2026-11-01,{LINK},5\n"
        f"2026-11-02,{LINK},9\n"
        f"2026-11-02,{LINK},12\n"
        f"2026-11-01,{LINK},5\n"
    )

    report = bring(slack, content)

    assert "Row 3 says otherwise than row 4 of the same day" in report
    assert "Row 5 says the same as row 2" in report
    assert known(slack, number).likes == 5


def test_a_file_can_be_taken_for_the_other_kind(slack: Slack) -> None:
    modal = hand_over(slack, POSTS)
    slack.press("olivia", modal, "import_as")
    assert "Review the columns" in slack.text_of(slack.view("olivia"))
    slack.press("olivia", slack.view("olivia"), "import_as")
    assert "results of posts" in slack.text_of(slack.view("olivia"))


def test_a_closed_modal_leads_back_to_what_attaches(slack: Slack) -> None:
    add_creators(slack, "anna")
    partner(slack, "anna", posts=(LINK,))
    preview(slack, POSTS)
    slack.press("olivia", slack.view("olivia"), "import_back")
    assert "See what attaches" in slack.text_of(slack.view("olivia"))
    assert confirm(slack) == {}
    slack.workspace.close_view("olivia", everything=True)
    slack.settle()

    slack.press("olivia", brought(slack), "import_columns")
    slack.settle()
    assert "2 of 7 rows attach" in slack.text_of(slack.view("olivia"))


def test_form_list_export_and_digest_have_the_results_of_a_file(slack: Slack) -> None:
    add_creators(slack, "anna")
    partner(slack, "anna", posts=(LINK,))
    bring(slack, POSTS)

    form = slack.text_of(open_log(slack, "olivia"))
    assert "210 clicks" in form
    assert "900 likes" in form
    listed = slack.text_of(slack.command("olivia", "partners"))
    assert "€180 · 25k impressions" in listed
    with slack.reading() as tx:
        sight = Sight()
        (tracked,) = kpi.facts(tx, sight, dt.date(2026, 11, 16), ZoneInfo("UTC")).tracked
        (exported,) = exporting.partnerships(tx)
    assert (exported["Clicks"], exported["Costs"]) == (210, "boost 180.00 EUR")
    assert tracked.costs == (Money(amount=Decimal("180.00"), currency="EUR"),)
    assert [one.as_of.day for post in tracked.posts for one in post.readings] == [3, 14]


def test_real_videos_attach_by_their_id(slack: Slack, shared_data: Path) -> None:
    add_creators(slack, "anna")
    ids = ("wAZZ-UWGVHI", "b3x28s61q3c")
    number = partner(
        slack,
        "anna",
        posts=(f"https://www.youtube.com/watch?v={ids[0]}&si=x", f"https://youtu.be/{ids[1]}"),
    )
    file = shared_data / "results" / "yt_videos_stats_advaypatil.csv"

    report = bring(slack, file.read_bytes(), file.name, true_on="2022-09-01")

    assert "attached to 1 partnership: 2 dated results stored" in report
    assert "has no figures" in report, "-1 says that a figure is missing"
    totals = known(slack, number)
    assert (totals.views, totals.likes) == (135_612 + 1_758_063, 3_407 + 76_779)


def test_a_real_campaign_of_daily_figures_adds_up(slack: Slack, shared_data: Path) -> None:
    add_creators(slack, "anna")
    number = partner(slack, "anna", add_brief(slack, "Control campaign"))
    file = shared_data / "results" / "campaign_ab_control_group.csv"

    report = bring(slack, file.read_bytes(), file.name)

    assert "30 of 30 rows attached to 1 partnership: 30 dated results stored" in report
    totals = known(slack, number)
    assert totals.spend == Money(amount=Decimal(68_653), currency="USD")
    assert totals.impressions == 3_177_233


def test_real_posts_without_names_attach_to_the_creator_that_is_said(
    slack: Slack, shared_data: Path
) -> None:
    add_creators(slack, "anna")
    number = partner(slack, "anna")
    file = shared_data / "results" / "ig_posts_kharwal_dated.csv"

    report = bring(slack, file.read_bytes(), file.name, creator="@anna", their_platform="instagram")

    assert "rows attached to 1 partnership" in report
    assert (known(slack, number).impressions or 0) > 500_000


def test_real_campaigns_attach_to_briefs_of_their_number(slack: Slack, shared_data: Path) -> None:
    add_creators(slack, "anna")
    number = partner(slack, "anna", add_brief(slack, "7"))
    file = shared_data / "results" / "campaign_influencerimpact_first60.csv"

    report = bring(slack, file.read_bytes(), file.name, true_on="2026-11-01")

    assert "1 of 60 rows attached to 1 partnership" in report
    assert "has negative clicks (-3450)" in report
    assert known(slack, number).clicks is not None


@pytest.mark.parametrize("written", [0, 1, 2])
def test_an_import_of_results_that_dies_and_is_taken_up_again_ends_as_if_it_had_not(
    slack: Slack, written: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_creators(slack, "anna", "ben")
    numbers = [partner(slack, "anna", posts=(LINK,)), partner(slack, "ben", posts=(OTHER_LINK,))]
    content = POSTS.replace(
        f"{OTHER_LINK},@anna,8000,300,40,-3", f"{OTHER_LINK},@ben,8000,300,40,3"
    )
    preview(slack, content)
    slack.workspace.submit("olivia", None)  # confirmed, and no worker has begun yet

    with monkeypatch.context() as until_it_dies:
        _die_after_partnerships(slack, written, until_it_dies)
    assert [known(slack, number) for number in numbers] == [Totals(), Totals()]
    with slack.writing() as tx:  # time passes until its lease lapses
        tx.session.connection().execute(text("UPDATE imports SET leased_until = NULL"))
    slack.tick()

    report, first = slack.text_of(brought(slack)), last_import(slack)
    assert "4 dated results stored" in report
    interrupted = ([known(slack, number) for number in numbers], len(rows(slack, Result)))
    undo(slack, first)
    assert rows(slack, Result) == []
    again = bring(slack, content)
    assert report.replace(f"--skipped {first.id}", "") == again.replace(
        f"--skipped {last_import(slack).id}", ""
    )
    assert interrupted == ([known(slack, number) for number in numbers], len(rows(slack, Result)))


class _Killed(BaseException):
    """Stands for the end of the process: nothing in the bot survives it."""


def _die_after_partnerships(slack: Slack, written: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a worker write results of so many partnerships, and no more."""
    left, store = written, result_imports.store

    def die(*_: Any) -> None:
        raise _Killed

    def store_or_die(*given: Any) -> None:
        nonlocal left
        left -= 1
        store(*given) if left >= 0 else die()

    monkeypatch.setattr(result_imports, "store", store_or_die)
    monkeypatch.setattr(result_imports, "publish", die)
    bot = slack.bot
    importer = Importer(
        bot.services.database, slack.workspace_id, default_vocabulary(), bot.settings.data_dir
    )
    with pytest.raises(_Killed):
        importer.carry_on(last_import(slack).id or 0)


def test_results_of_a_day_before_their_post_are_left_out_with_the_reason(slack: Slack) -> None:
    add_creators(slack, "anna")
    number = partner(slack, "anna", posts=(LINK,))
    with slack.writing() as tx:
        (post,) = partnership_posts.of_partnerships(tx, [number])[number]
        post.posted_on = dt.date(2026, 11, 10)
        tx.session.add(post)
    content = f"Date,Post URL,Likes\n2026-11-09,{LINK},5\n2026-11-10,{LINK},7\n"

    text = slack.text_of(preview(slack, content))
    assert "is of a day before its post went live (2026-11-10)" in text
    assert confirm(slack) == {}
    assert [row.likes for row in rows(slack, Result)] == [7]
