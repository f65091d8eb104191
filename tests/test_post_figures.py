"""Figures that no platform tells are asked for once a week and filled in together."""

import datetime as dt
import io

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.figures_wanted import ASKED_FOR, NEVER, SETTLES, are_wanted, week_of
from storage import disclosures
from storage.models import Post, Result
from tests.partnering import add_creators, log, rows
from tests.slack import Slack
from tests.test_import_slack import brought, confirm, hand_over
from tests.test_nudges import MONDAY, THURSDAY, TUESDAY, nudges_of, tick_on, told
from tests.test_posts_read import GOOD, IDA, when

TODAY = dt.date(2026, 11, 23)
_days = st.integers(0, 200)


@given(age=_days, newest=st.one_of(st.none(), _days))
def test_a_post_is_asked_for_while_it_grows_and_once_its_figures_are_a_week_old(age, newest):
    posted = TODAY - dt.timedelta(days=age)
    last = None if newest is None else TODAY - dt.timedelta(days=newest)
    wanted = are_wanted(posted, last, TODAY)

    if wanted:
        assert SETTLES.days <= age <= NEVER.days
        assert last is None or (TODAY - last).days >= 7
    if last is None:
        assert wanted == (SETTLES.days <= age <= NEVER.days)
    elif newest >= 7:
        assert wanted == (SETTLES.days <= age <= ASKED_FOR.days)


@given(st.dates(), st.integers(0, 6))
def test_all_days_of_a_week_are_one_week(day, more):
    if day.year < 9999 and day.year > 1:
        monday = dt.date.fromisoformat(week_of(day))
        assert monday.weekday() == 0
        assert week_of(monday + dt.timedelta(days=more)) == monday.isoformat()


def live_posts(slack: Slack, *codes: str, creator: str = "anna", posted_on: str = "") -> None:
    links = "\n".join(f"https://www.instagram.com/p/{code}" for code in codes)
    values = {"stage": "live", "posts": links, "posted_on": posted_on}
    assert not log(slack, "ana", "stage", values, creator=f"@{creator}")
    slack.workspace.close_view("ana", everything=True)


@pytest.fixture
def asked(slack: Slack) -> Slack:
    """Two creators with three posts; it is the Monday after, and Ana was asked for figures."""
    add_creators(slack, "anna", "bob")
    tick_on(slack, TUESDAY)
    live_posts(slack, "C1", "C2")
    live_posts(slack, "C3", creator="bob")
    tick_on(slack, MONDAY)
    return slack


def test_one_message_a_week_asks_for_all_posts_of_an_owner(asked):
    def asks(who: str) -> list[str]:
        return [text for text in told(asked, who) if "this week's figures" in text]

    (text,) = asks("ana")
    assert "3 posts wait for this week's figures: @anna instagram.com/p/C1" in text
    assert asks("ben") == []

    tick_on(asked, THURSDAY)
    assert len(asks("ana")) == 1
    tick_on(asked, MONDAY)
    assert len(asks("ana")) == 2


def test_whoever_wants_to_answer_now_asks_for_the_same(asked):
    answer = asked.command("ana", "figures")
    assert "3 posts wait for this week's figures" in asked.text_of(answer)
    asked.press("ana", answer, "figures_fill")
    assert asked.text_of(asked.view("ana")).count("Views (@anna)") == 2
    assert "nothing is left to fill in" in asked.text_of(asked.command("ben", "figures"))


def test_one_form_takes_figures_of_several_posts_and_says_who_said_the_same_before(asked):
    asked.press("ana", nudges_of(asked, "ana")[0], "figures_fill")
    form = asked.text_of(asked.view("ana"))
    assert form.count("Views (@anna)") == 2
    assert asked.submit("ana", {"views:1": "1,200", "likes:1": "80", "views:3": "9k"}) is None

    assert "✅ Saved, true on" in asked.text_of(asked.view("ana"))
    assert [(r.post_id, r.views, r.likes) for r in rows(asked, Result)] == [
        (1, 1200, 80), (3, 9000, None),
    ]  # fmt: skip
    asked.redeliver_last("submission")
    assert len(rows(asked, Result)) == 2
    asked.workspace.close_view("ana", everything=True)

    errors = log(asked, "ben", "results", {"post": "1", "views": "1200", "likes": "80"})
    assert errors == {}
    assert "on the record already" in asked.text_of(asked.view("ben"))
    assert "Ana logged them on" in asked.text_of(asked.view("ben"))
    assert len(rows(asked, Result)) == 2


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"views:1": "-5"}, "views:1", "A total can't be negative."),
        ({"likes:3": "lots"}, "likes:3", "Please give a whole number"),
        ({"views:1": "999999999999999"}, "views:1", "more than any post ever had"),
        ({}, "views:1", "Please give at least one figure"),
        ({"views:1": "5", "as_of": "2020-01-01"}, "as_of", "The post went live on"),
    ],
)
def test_figures_that_cannot_be_are_refused_under_their_field(slack, typed, field, said):
    add_creators(slack, "anna", "bob")
    tick_on(slack, TUESDAY)
    today = slack.bot.services.clock.now().date().isoformat()
    live_posts(slack, "C1", "C2", posted_on=today)
    live_posts(slack, "C3", creator="bob", posted_on=today)
    tick_on(slack, MONDAY)
    slack.press("ana", nudges_of(slack, "ana")[0], "figures_fill")

    errors = slack.submit("ana", typed) or {}
    assert list(errors) == [field]
    assert said in errors[field]
    assert rows(slack, Result) == []
    now = slack.bot.services.clock.now().date().isoformat()
    assert slack.submit("ana", {"views:1": "5", "likes:3": "", "as_of": now}) is None


def test_the_owner_says_whether_a_post_is_disclosed_where_nobody_can_read_it(asked):
    asked.press("ana", nudges_of(asked, "ana")[0], "figures_fill")
    assert asked.submit("ana", {"said:1": "yes", "said:2": "no"}) is None

    with asked.reading() as tx:
        count = disclosures.count(tx)
    assert count.describe() == "1 of 2 live posts disclosed, 1 not checked"
    assert told(asked, "ana") == [asked.text_of(nudges_of(asked, "ana")[0])]
    assert rows(asked, Post)[1].alerted_at is None  # whoever said so knows it


def test_more_posts_than_one_form_takes_follow_in_the_next(slack):
    add_creators(slack, "anna")
    tick_on(slack, TUESDAY)
    live_posts(slack, *(f"C{number}" for number in range(7)))
    tick_on(slack, MONDAY)
    slack.press("ana", nudges_of(slack, "ana")[0], "figures_fill")
    assert "2 more posts follow" in slack.text_of(slack.view("ana"))
    assert slack.submit("ana", {f"views:{number}": "10" for number in range(1, 6)}) is None

    assert slack.text_of(slack.view("ana")).count("Views (@anna)") == 2
    assert slack.submit("ana", {"views:6": "10", "views:7": "20"}) is None
    assert "That was all for this week" in slack.text_of(slack.view("ana"))
    slack.workspace.close_view("ana", everything=True)
    slack.press("ana", nudges_of(slack, "ana")[0], "figures_fill")
    assert "No figures are missing this week" in slack.private("ana")[-1]


def test_the_sheet_is_filled_in_and_comes_back_through_the_import(asked):
    asked.press("ana", nudges_of(asked, "ana")[0], "figures_sheet")
    sent = asked.workspace.direct_messages("ana")[-1]
    content = next(iter(asked.workspace.store.files[f].content for f in sent.files))
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.active
    headers = [cell.value for cell in sheet[1]]
    assert headers[:6] == ["Creator", "Platform", "Post link", "Campaign", "Published", "Date"]
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == ["anna", "anna", "bob"]
    for number, row in enumerate(sheet.iter_rows(min_row=2), start=1):
        row[headers.index("Views")].value = 1000 * number
        row[headers.index("Likes")].value = 10 * number
    filled = io.BytesIO()
    book.save(filled)

    hand_over(asked, filled.getvalue(), "figures.xlsx")
    assert confirm(asked, {}) == {}
    assert confirm(asked) == {}
    assert "3" in asked.text_of(brought(asked))
    assert [(r.post_id, r.views, r.likes) for r in rows(asked, Result)] == [
        (1, 1000, 10), (2, 2000, 20), (3, 3000, 30),
    ]  # fmt: skip


def test_posts_that_their_platform_tells_of_are_not_asked_for(live, bluesky):
    add_creators(live, "anna")
    tick_on(live, TUESDAY)
    link = bluesky.publish(IDA, "3kpost", GOOD, when(live, hours=2), likeCount=7)
    assert not log(live, "ana", "stage", {"stage": "live", "posts": link})
    live.workspace.close_view("ana", everything=True)
    tick_on(live, MONDAY)

    assert told(live, "ana") == []
