"""App Home and private nudges: what waits, searches, how often somebody is told."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from domain.creator import Platform
from domain.nudging import later, nudge_is_due
from storage import nudges, people, saved_searches
from storage.models import (
    Brand,
    Brief,
    Card,
    Creator,
    Partnership,
    Person,
    Profile,
    Shortlist,
    ShortlistApprover,
)
from storage.transaction import Transaction
from tests.digests import Scene
from tests.slack import Slack

UTC = dt.UTC


def person(slack: Slack, tx: Transaction, who: str) -> Person:
    return people.get(tx, slack.workspace.user(who).id)


def test_a_new_workspace_is_led_through_three_steps(slack: Slack) -> None:
    shown = slack.text_of(slack.open_home("ana"))
    for step in ("Bring in creators", "Find the first ones", "Decide together"):
        assert step in shown
    assert "(done)" not in shown


def test_steps_are_ticked_in_words_once_they_are_taken(slack: Slack) -> None:
    with slack.writing() as tx:
        tx.session.add(Creator(workspace_id=tx.workspace_id, name="Anna", created_at=tx.now))
    assert slack.text_of(slack.open_home("ana")).count("(done)") == 1


def test_only_owners_and_managers_are_offered_settings(slack: Slack) -> None:
    assert "settings_open" in slack.actions(slack.open_home("olivia"))
    assert "settings_open" not in slack.actions(slack.open_home("ana"))


def test_settings_and_brands_open_from_home(slack: Slack) -> None:
    home = slack.open_home("olivia")
    slack.press("olivia", home, "brands_open")
    assert "No brands yet" in slack.text_of(slack.view("olivia"))


def test_home_tells_a_guest_why_it_is_empty(slack: Slack) -> None:
    assert "Guests" in slack.text_of(slack.open_home("gus"))


def test_a_brief_written_from_home_is_on_home_afterwards(slack: Slack) -> None:
    slack.press("ana", slack.open_home("ana"), "brief_new")
    slack.submit("ana", {"name": "From Home", "niches": "skincare"})
    home = slack.workspace.home("ana")
    assert "From Home" in slack.text_of(home)


def test_home_lists_votes_to_give_splits_to_decide_and_creators_to_write_to(slack: Slack) -> None:
    with slack.writing() as tx:
        ana, ben = person(slack, tx, "ana"), person(slack, tx, "ben")
        common = {"workspace_id": tx.workspace_id, "created_at": tx.now}
        brief = Brief(name="Spring", name_key="spring", updated_at=tx.now, **common)
        tx.session.add(brief)
        tx.session.flush()
        shortlist = Shortlist(brief_id=brief.id, channel_id="C1", asker_id=ana.id or 0, **common)
        tx.session.add(shortlist)
        tx.session.flush()
        tx.session.add(
            ShortlistApprover(
                shortlist_id=shortlist.id or 0, person_id=ben.id or 0, workspace_id=tx.workspace_id
            )
        )
        for handle, state in (("open_one", "open"), ("split_one", "split")):
            creator = Creator(name=handle, **common)
            tx.session.add(creator)
            tx.session.flush()
            profile = Profile(
                creator_id=creator.id or 0, platform="instagram", handle=handle,
                handle_key=handle, **common,
            )  # fmt: skip
            tx.session.add(profile)
            tx.session.flush()
            tx.session.add(
                Card(
                    shortlist_id=shortlist.id or 0, creator_id=creator.id or 0,
                    profile_id=profile.id or 0, state=state, **common,
                )
            )  # fmt: skip
        tx.session.add(
            Partnership(
                creator_id=creator.id or 0, brief_id=brief.id, owner_id=ana.id,
                updated_at=tx.now, **common,
            )
        )  # fmt: skip

    seen_by_ben = slack.text_of(slack.open_home("ben"))
    assert "1 creator waits for your vote" in seen_by_ben
    assert "open_one" in seen_by_ben
    assert "split" not in seen_by_ben
    seen_by_ana = slack.text_of(slack.open_home("ana"))
    assert "is split: you decide" in seen_by_ana
    assert "waits for a first message" in seen_by_ana
    assert "open_one" not in seen_by_ana


def test_searches_are_kept_ten_at_most_and_saved_ones_stay(slack: Slack) -> None:
    with slack.writing() as tx:
        number = person(slack, tx, "ana").id or 0
        saved_searches.save(tx, number, "skincare micro", "Mine")
        for count in range(12):
            saved_searches.remember(tx, number, f"search {count}")

    with slack.reading() as tx:
        number = person(slack, tx, "ana").id or 0
        kept = [search.text for search in saved_searches.recent(tx, number)]
        assert [search.name for search in saved_searches.saved(tx, number)] == ["Mine"]
    assert len(kept) == 10
    shown = slack.text_of(slack.open_home("ana"))
    assert "search 11" in shown
    assert "Mine" in shown
    assert "search 11" not in slack.text_of(slack.open_home("ben"))


def test_a_search_run_again_moves_to_the_top(slack: Slack) -> None:
    with slack.writing() as tx:
        number = person(slack, tx, "ana").id or 0
        for minutes, text in enumerate(("first", "second", "first ")):
            at = tx.now + dt.timedelta(minutes=minutes)
            saved_searches.remember(tx, number, text, at)
        assert [search.text for search in saved_searches.recent(tx, number)] == ["first", "second"]


def tell(slack: Slack, who: str, key: str, text: str) -> None:
    with slack.writing() as tx:
        nudges.add(tx, person(slack, tx, who).id or 0, key, text)


def tick_on(slack: Slack, weekday: int, hour: int) -> None:
    """Move the clock to the next such hour where Ana is; Monday is 0."""
    slack.workspace.move_clock_to(weekday, hour, who="ana")
    slack.tick()


def test_what_waits_comes_in_one_message_a_working_day_and_not_at_night(slack: Slack) -> None:
    tick_on(slack, 0, 3)
    tell(slack, "ana", "one", "Anna's card waits")
    tell(slack, "ana", "one", "Anna's card waits")
    tell(slack, "ana", "two", "Ben's card waits")
    slack.tick()
    assert slack.private("ana") == []

    tick_on(slack, 0, 10)
    tell(slack, "ana", "three", "Cleo's card waits")
    slack.tick()
    (message,) = slack.private("ana")
    assert "2 things wait for you" in message

    tick_on(slack, 1, 10)
    assert "Cleo's card waits" in slack.private("ana")[-1]


def test_what_was_settled_in_time_is_not_told(slack: Slack) -> None:
    tell(slack, "ana", "one", "Anna's card waits")
    with slack.writing() as tx:
        nudges.withdraw(tx, "one")
    tick_on(slack, 0, 10)
    assert slack.private("ana") == []


def test_later_brings_the_same_back_on_the_next_working_day(slack: Slack) -> None:
    tell(slack, "ana", "one", "Anna's card waits")
    tick_on(slack, 4, 10)
    (message,) = slack.workspace.direct_messages("ana")

    slack.press("ana", message, "nudge_later")
    assert "again on" in slack.text_of(message)
    assert "again on <!date^" in message.text, "the day where the reader is"
    tick_on(slack, 5, 10)
    assert len(slack.private("ana")) == 1  # a Saturday

    tick_on(slack, 0, 10)
    assert "Anna's card waits" in slack.private("ana")[-1]


def test_fewer_makes_it_weekly_and_home_can_switch_it_off(slack: Slack) -> None:
    tell(slack, "ana", "one", "Anna's card waits")
    tick_on(slack, 0, 10)
    (message,) = slack.workspace.direct_messages("ana")
    slack.press("ana", message, "nudge_fewer")
    assert "at most one message a week" in slack.private("ana")[-1]

    tell(slack, "ana", "two", "Ben's card waits")
    tick_on(slack, 4, 10)
    assert not any("Ben's card" in text for text in slack.private("ana"))
    tick_on(slack, 0, 10)
    assert any("Ben's card" in text for text in slack.private("ana"))

    slack.press("ana", slack.open_home("ana"), "home_nudges", value="0")
    tell(slack, "ana", "three", "Cleo's card waits")
    tick_on(slack, 0, 10)
    assert not any("Cleo's card" in text for text in slack.private("ana"))


@given(
    st.integers(1_735_700_000, 1_800_000_000),
    st.sampled_from(["UTC", "Europe/London", "America/New_York", "Asia/Tokyo", "nowhere"]),
)
def test_later_is_always_a_later_working_day_at_nine(now: int, zone: str) -> None:
    instant = dt.datetime.fromtimestamp(now, UTC)
    until = later(instant, zone)
    assert until > instant
    assert until.astimezone(_zone(zone)).weekday() < 5
    assert until.astimezone(_zone(zone)).hour == 9
    assert not nudge_is_due(instant, zone, None, 1, until)
    assert nudge_is_due(until, zone, None, 1, until)


def _zone(name: str) -> dt.tzinfo:
    return UTC if name == "nowhere" else ZoneInfo(name)


@pytest.mark.parametrize(("days", "after", "due"), [(1, 1, True), (7, 1, False), (7, 7, True)])
def test_fewer_means_more_days_between(days: int, after: int, due: bool) -> None:
    monday = dt.datetime(2026, 11, 23, 12, tzinfo=UTC)
    now = monday + dt.timedelta(days=after)
    assert nudge_is_due(now, "UTC", monday.date(), days, None) is due
    assert not nudge_is_due(now, "UTC", None, 0, None)


def team_at_work(slack: Slack) -> None:
    """Ana's live partnership with new figures, Ben's without, one that did well long ago."""
    with slack.writing() as tx:
        scene = Scene(tx, tx.now.date())
        ana, ben = (scene.person(slack, name) for name in ("ana", "ben"))
        brief = scene.brief("Spring Glow")
        for handle, owner in (("anna", ana), ("bea", ben)):
            creator = scene.creator(handle, Platform.INSTAGRAM, 9_000)
            made = scene.partnership(creator, {"live": 10}, brief, 100)
            made.owner_id = owner.id
            post = scene.post(made, 10)
            scene.result(made, 9, post, likes=300)
            if handle == "anna":
                scene.result(made, 0, post, likes=500)
        for handle, likes in (("caro", 900), ("dora", 100), ("edda", 90)):
            creator = scene.creator(handle, Platform.TIKTOK, 9_000)
            old = scene.partnership(creator, {"live": 100, "done": 90}, brief, 100)
            old.created_at = scene.at(110)
            scene.result(old, 95, likes=likes)


def test_home_shows_live_partnerships_the_weeks_figures_and_whom_to_ask_again(
    slack: Slack,
) -> None:
    team_at_work(slack)

    seen_by_ana = slack.open_home("ana")
    said = slack.text_of(seen_by_ana)

    assert "Your live partnerships" in said
    assert "@anna" in said
    assert "@bea" not in said
    assert "Engagements: 200 (before: 600, −67 %)" in said.replace("*", "")
    assert "@caro: €0.11 an engagement" in said
    assert "@dora: €" not in said
    assert "partner_details" in " ".join(slack.actions(seen_by_ana))
    seen_by_olivia = slack.text_of(slack.open_home("olivia"))
    assert "Live partnerships" in seen_by_olivia
    assert "@bea" in seen_by_olivia


def test_home_tells_nothing_of_brands_limited_to_others(slack: Slack) -> None:
    team_at_work(slack)
    with slack.writing() as tx:
        brand = Brand(
            workspace_id=tx.workspace_id, name="Lumen", name_key="lumen", limited=True,
            created_at=tx.now,
        )  # fmt: skip
        tx.session.add(brand)
        tx.session.flush()
        for made in tx.session.exec(select(Partnership)):
            made.brand_id = brand.id
            tx.session.add(made)

    said = slack.text_of(slack.open_home("olivia"))

    for word in ("@anna", "@bea", "@caro", "ngagement"):
        assert word not in said.replace("goal: engagement", "")


def test_a_week_without_anything_takes_no_room_on_home(slack: Slack) -> None:
    said = slack.text_of(slack.open_home("ana"))
    for heading in ("Live partnerships", "This week's figures", "Worth asking again"):
        assert heading not in said
