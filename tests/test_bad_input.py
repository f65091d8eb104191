"""What nobody should send, from the form in Slack to what is shown: each has its answer.

Deleted posts, falling figures, the same result from two people and webhooks for unknown codes are
tried where they belong (`test_posts_read`, `test_corrections`, `test_logging`, `test_sales_slack`).
"""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.agreement import read_owed
from domain.agreement_form import TermsForm, read_terms
from domain.chosen_day import NO_DAY, NotADay, chosen_day
from domain.partnership import Stage
from storage import partnership_posts, preferences
from storage.models import Cost, Post, Result
from tests.digests import last_private
from tests.partnering import add_brief, add_creators, log, open_log, rows, saved
from tests.slack import Slack
from tests.test_partner_board import begin
from tests.test_posts_elsewhere import LINK, online
from tests.test_posts_read import IDA, later, log_post, the_post, told
from tests.test_results import TODAY
from tests.test_source_posts import status

POST = "https://www.instagram.com/p/Abc123/"


def test_a_link_to_nowhere_is_said_to_its_owner_and_counts_as_no_live_post(live, bluesky) -> None:
    add_creators(live, "anna")
    log_post(live, f"https://bsky.app/profile/{IDA}/post/3never")
    live.workspace.move_clock_to(1, 10, who="ana")
    live.tick()

    assert the_post(live).absent == "gone"
    assert rows(live, Result) == []
    assert sum("or its link is wrong" in text for text in told(live)) == 1
    details = live.press("ana", live.command("ana", "partners"), "partner_details")
    said = live.text_of(details)
    assert "no longer there" in said
    assert "live post" not in said


def test_a_post_that_becomes_private_keeps_its_figures_and_is_marked(
    slack: Slack, tmp_path: Path
) -> None:
    add_creators(slack, "anna")
    answers: list[Any] = [status()]
    with online(slack, tmp_path, {"mastodon.social": lambda _: answers[-1]}):
        log_post(slack, LINK)
        answers.append(status(visibility="private"))
        later(slack, days=8)
        slack.tick()
        slack.workspace.move_clock_to(1, 10, who="ana")
        slack.tick()

    assert the_post(slack).absent == "private"
    assert [row.likes for row in rows(slack, Result)] == [5]
    assert sum("is private now" in text for text in told(slack)) == 1
    details = slack.press("ana", slack.command("ana", "partners"), "partner_details")
    assert "private: last figures kept" in slack.text_of(details)


def test_results_of_a_day_before_the_post_are_refused_under_the_date(slack: Slack) -> None:
    add_creators(slack, "anna")
    log(slack, "ana", "stage", {"stage": "live", "posts": POST, "posted_on": "2026-11-10"})
    saved(slack, "ana")
    (post,) = rows(slack, Post)

    wrong = log(
        slack, "ana", "results", {"post": str(post.id), "likes": "5", "as_of": "2026-11-09"}
    )

    assert list(wrong) == ["as_of"]
    assert "The post went live on" in wrong["as_of"]
    assert rows(slack, Result) == []
    assert not slack.submit("ana", {"as_of": "2026-11-10"})
    assert [row.likes for row in rows(slack, Result)] == [5]


def test_currencies_in_one_brief_stay_apart_until_a_dated_rate_was_given(slack: Slack) -> None:
    add_creators(slack, "anna", "bea")
    brief = add_brief(slack, "Spring Glow")
    for creator, fee, revenue in (("@anna", "€300", "€900"), ("@bea", "$200", "$800")):
        new = {"partnership": f"n:{brief}", "creator": creator}
        assert not log(slack, "ana", "stage", {"stage": "live", "fee": fee}, **new)
        slack.workspace.close_view("ana", everything=True)
        figures = {"likes": "1000", "conversions": "10", "revenue": revenue}
        assert not log(slack, "ana", "results", figures, creator=creator)
        slack.workspace.close_view("ana", everything=True)

    board = slack.text_of(slack.command("ana", "partners"))
    assert "€300" in board
    assert "US$200" in board
    report = slack.text_of(slack.command("ana", "report spring"))
    assert "€300 and US$200 spent" in report
    assert "no rate between them is set" in report
    slack.workspace.move_clock_to(0, 9)
    slack.command("olivia", "digest preview")
    digest = slack.text_of(last_private(slack, "olivia"))
    assert "EUR: €300 in all" in digest
    assert "USD: US$200 in all" in digest

    with slack.writing() as tx:
        rate = {"base": "EUR", "quote": "USD", "rate": "1.25", "date": "2026-11-02"}
        preferences.change(tx, currency="EUR", rates=[rate])
    report = slack.text_of(slack.command("ana", "report spring"))
    assert "€460 spent" in report
    assert "at 1.25 of 2 Nov 2026" in report
    assert [(one.amount, one.currency) for one in rows(slack, Cost)] == [
        (30_000, "EUR"), (20_000, "USD"),
    ]  # fmt: skip


@pytest.mark.parametrize("day", ["0001-01-01", "1066-10-14", "9999-12-31", "soon"])
def test_a_day_of_another_age_is_none(day: str) -> None:
    with pytest.raises(NotADay):
        chosen_day(day)
    for name in ("usage_until", "exclusive_until", "follow_up_on"):
        typed = TermsForm(**{name: day, "exclusive_of": "skincare"})
        assert read_terms(typed, TODAY) == {name: NO_DAY}


def test_an_absurd_day_is_refused_and_the_form_opens_again(slack: Slack) -> None:
    """The year 1 once was stored, and Slack would then open the form no more."""
    begin(slack, Stage.AGREED)
    for day in ("0001-01-01", "9999-12-31"):
        slack.press("ana", slack.command("ana", "partners"), "partner_terms")
        assert slack.submit("ana", {"usage_until": day}) == {"usage_until": NO_DAY}
        slack.workspace.close_view("ana", everything=True)
    log_form = open_log(slack, "ana")
    assert "@anna" in slack.text_of(log_form)
    slack.submit("ana", {"what": "stage"})
    assert slack.submit("ana", {"posts": POST, "posted_on": "0001-01-01"}) == {"posted_on": NO_DAY}
    with slack.reading() as tx:
        assert not any(partnership_posts.of_partnerships(tx, [1]).values())


@pytest.mark.parametrize("line", ["-5 Reels", "−5 Reels by 2026-12-14", "• -1 story", "0 posts"])
def test_less_than_one_deliverable_is_refused(line: str) -> None:
    assert isinstance(read_owed(line, TODAY), str)


@given(st.integers(1, 100), st.sampled_from(["", "- ", "• ", "* ", "– "]))
def test_a_line_of_a_list_is_read_without_its_mark(count: int, mark: str) -> None:
    (one,) = read_owed(f"{mark}{count} Reels on TikTok by 2026-12-14", TODAY)
    assert (one.amount, one.kind) == (count, "Reels")
