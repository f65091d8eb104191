"""What waits for a person is told privately, over several days, until it is settled."""

import datetime as dt

from hypothesis import example, given
from hypothesis import strategies as st
from sqlmodel import select

from domain.nudging import waits_since_yesterday
from domain.wording import cut_mrkdwn
from playground.records import Message
from storage import nudges, people
from storage.models import Partnership
from tests.shortlisting import CHECK, CROSS, add_brief, add_creators, shortlist
from tests.slack import Slack
from views import nudges as view

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = range(5)


def tick_on(slack: Slack, weekday: int, hour: int = 10) -> None:
    """Move the clock to the next such hour where Ana is."""
    slack.workspace.move_clock_to(weekday, hour, who="ana")
    slack.tick()


def nudges_of(slack: Slack, who: str) -> list[Message]:
    found = slack.workspace.direct_messages(who)
    return [one for one in found if "nudge_later" in slack.actions(one)]


def told(slack: Slack, who: str) -> list[str]:
    return [slack.text_of(one) for one in nudges_of(slack, who)]


def test_an_approver_hears_of_open_votes_the_next_working_day_and_only_once(slack: Slack) -> None:
    tick_on(slack, MONDAY)
    posted = shortlist(slack, "mara", "nils", approvers=("ana",))
    tick_on(slack, MONDAY, 15)
    assert told(slack, "ana") == []  # the summary mentioned her today

    tick_on(slack, TUESDAY)
    (text,) = told(slack, "ana")
    assert "2 creators wait for your vote" in text
    assert "@mara and @nils" in text

    slack.react("ana", CHECK, posted.cards["mara"])
    tick_on(slack, WEDNESDAY)
    tick_on(slack, THURSDAY)
    assert len(told(slack, "ana")) == 1  # nothing new is left of it


def test_a_card_that_is_added_is_news_and_a_vote_given_in_time_is_none(slack: Slack) -> None:
    tick_on(slack, MONDAY)
    posted = shortlist(slack, "mara", approvers=("ana",))
    slack.react("ana", CROSS, posted.cards["mara"])
    tick_on(slack, TUESDAY)
    assert told(slack, "ana") == []

    shortlist(slack, "nils", approvers=("ana",))
    tick_on(slack, WEDNESDAY)
    (text,) = told(slack, "ana")
    assert "1 creator waits for your vote" in text
    assert "@mara" not in text


def test_later_tells_what_still_waits_and_leaves_out_what_was_settled(slack: Slack) -> None:
    tick_on(slack, MONDAY)
    first = shortlist(slack, "mara", approvers=("ana",))
    shortlist(slack, "nils", approvers=("ana",))
    tick_on(slack, TUESDAY)
    slack.press("ana", nudges_of(slack, "ana")[0], "nudge_later")

    slack.react("ana", CROSS, first.cards["mara"])
    tick_on(slack, WEDNESDAY)
    text = told(slack, "ana")[-1]
    assert "@nils" in text
    assert "@mara" not in text


def test_the_owner_is_told_of_an_approval_and_of_a_week_without_news(slack: Slack) -> None:
    tick_on(slack, MONDAY)
    posted = shortlist(slack, "mara", approvers=("ana",))
    slack.react("ana", CHECK, posted.cards["mara"])
    tick_on(slack, TUESDAY, 15)
    (text,) = told(slack, "olivia")
    assert "@mara is approved for" in text
    assert "next, write to them" in text

    with slack.writing() as tx:
        one = tx.session.exec(select(Partnership)).one()
        one.stage, one.updated_at = "contacted", tx.now
        tx.session.add(one)
    tick_on(slack, FRIDAY, 15)
    assert len(told(slack, "olivia")) == 1
    tick_on(slack, THURSDAY, 15)
    assert "nothing logged for a week about @mara" in told(slack, "olivia")[-1]
    assert "without news for a week" in slack.text_of(slack.open_home("olivia"))


def test_the_asker_is_told_of_a_split(slack: Slack) -> None:
    tick_on(slack, MONDAY)
    posted = shortlist(slack, "mara", approvers=("ana", "ben"), quorum=2)
    slack.react("ana", CHECK, posted.cards["mara"])
    slack.react("ben", CROSS, posted.cards["mara"])
    tick_on(slack, TUESDAY, 15)
    assert "@mara is split" in told(slack, "olivia")[-1]


def test_somebody_named_later_is_told_unless_nothing_is_left_to_vote_on(slack: Slack) -> None:
    add_creators(slack, "mara")
    add_brief(slack)
    with slack.writing() as tx:
        ana = people.get(tx, slack.workspace.user("ana").id)
        nudges.add(tx, ana.id or 0, "approver:7:U1", "Olivia made you an approver")
    tick_on(slack, TUESDAY)
    assert told(slack, "ana") == []


def test_what_one_message_cannot_take_comes_with_the_next(slack: Slack) -> None:
    tick_on(slack, MONDAY, 3)
    with slack.writing() as tx:
        ana = people.get(tx, slack.workspace.user("ana").id)
        for number in range(20):
            text = f"No. {number}: " + "&amp; " * 100
            nudges.add(tx, ana.id or 0, f"line:{number}", text)
    shown: list[str] = []
    for day in (MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY):
        tick_on(slack, day)
        shown.append(told(slack, "ana")[-1])
    assert "and 15 more, which I will tell you next time" in shown[0]
    everything = "\n".join(shown)
    for number in range(20):
        assert f"No. {number}:" in everything


@given(st.lists(st.text(min_size=1, max_size=500), min_size=1, max_size=30))
def test_the_lines_of_a_message_fit_into_one_section(texts: list[str]) -> None:
    count = view.fitting(texts)
    assert 1 <= count <= len(texts)
    assert sum(len(text) + 3 for text in texts[:count]) <= 2_900


@given(st.text(alphabet="a&<>@;mp|", max_size=80), st.integers(1, 60))
@example(";<<@aaa", 4)
@example("a&am<@aaaa", 6)
def test_mrkdwn_is_cut_between_entities_and_links(text: str, limit: int) -> None:
    shown = cut_mrkdwn(text, limit)
    assert len(shown) <= limit or len(text) <= limit
    if len(text) > limit:
        assert shown.rfind("<") <= shown.rfind(">") or "<" not in shown


def test_a_day_ends_where_the_person_is() -> None:
    since = dt.datetime(2026, 11, 23, 23, tzinfo=dt.UTC)
    two_hours_later = since + dt.timedelta(hours=2)
    assert waits_since_yesterday(since, two_hours_later, "UTC")
    assert not waits_since_yesterday(since, two_hours_later, "America/New_York")
