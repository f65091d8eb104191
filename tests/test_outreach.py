"""Texts to creators: filled in, sent by people, and what *Mark as contacted* sets."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from domain.outreach import FIELDS, FIRST_TEXT, fill, follow_up, read_text, unknown_fields
from domain.partnership import Stage
from domain.restriction import Kind
from storage import brands, partnerships
from storage.models import OutreachText, Partnership
from tests.partnering import open_log, rows
from tests.slack import Slack
from tests.test_cautions import block
from tests.test_partner_board import begin


def test_what_is_not_known_stays_in_braces_and_is_named():
    filled = fill("Hi { Name }, {brand} likes {niche}. {name}!", {"name": "Mara", "brand": ""})
    assert filled.text == "Hi Mara, {brand} likes {niche}. Mara!"
    assert filled.missing == ("brand", "niche")


@given(st.text(), st.dictionaries(st.sampled_from(list(FIELDS)), st.text(max_size=20)))
def test_any_text_is_filled_in_once_and_values_are_never_read_as_fields(text, values):
    filled = fill(text, values)
    assert fill("{name}", {"name": "{brand}"}).text == "{brand}"
    if "{" not in text:
        assert filled == (text, ())


def test_our_own_text_uses_only_fields_that_there_are():
    assert unknown_fields(FIRST_TEXT) == ()
    assert "fisrt" in read_text("Hi", "", "Dear {fisrt}")["text"]
    assert set(read_text("", "s" * 121, " ")) == {"name", "subject", "text"}


@given(st.dates(dt.date(2020, 1, 1), dt.date(2099, 1, 1)))
def test_the_follow_up_is_a_working_day_five_to_seven_days_on(today):
    again = follow_up(today)
    assert again.weekday() < 5
    assert 5 <= (again - today).days <= 7


@pytest.fixture
def number(slack: Slack) -> int:
    return begin(slack)


def write(slack: Slack, who: str = "ana"):
    slack.press(who, slack.command(who, "partners"), "outreach")
    return slack.workspace.ephemerals(who)[-1]


def test_one_click_sets_stage_date_and_follow_up(slack: Slack, number: int) -> None:
    draft = write(slack)
    text = slack.text_of(draft)
    assert "Hi Anna," in text
    assert "from Acme. Your posts about skincare on Instagram" in text
    assert "Not known, so please fill in: the product of the brief" in text
    assert any(block["type"] == "rich_text" for block in draft.blocks)

    slack.press("ana", draft, "outreach_sent")
    assert "@anna was contacted on" in slack.text_of(slack.workspace.ephemerals("ana")[-1])
    [row] = rows(slack, Partnership)
    with slack.reading() as tx:
        today = tx.now.date()
        moves = [one.to_stage for one in partnerships.stage_changes(tx, number)]
    assert (row.stage, row.follow_up_on) == ("contacted", follow_up(today))
    assert moves == ["approved", "contacted"]
    details = slack.press("ana", slack.command("ana", "partners"), "partner_details")
    assert "follow-up on: " in slack.text_of(details)


def test_a_text_is_written_and_marked_from_the_details_which_then_say_so(
    slack: Slack, number: int
) -> None:
    details = slack.press("ana", slack.command("ana", "partners"), "partner_details")
    text = slack.press("ana", details, "outreach")
    assert "Hi Anna," in slack.text_of(text)
    slack.press("ana", text, "outreach_sent")
    assert "@anna was contacted on" in slack.text_of(slack.view("ana"))
    slack.workspace.close_view("ana")
    said = slack.text_of(slack.view("ana"))
    assert "stage: approved → contacted by Ana" in said
    assert rows(slack, Partnership)[0].stage == "contacted"


def test_a_text_can_be_asked_for_from_the_log_while_nothing_is_agreed(
    slack: Slack, number: int
) -> None:
    open_log(slack, "ana")
    assert not slack.submit("ana", {"what": "write"})
    assert "Hi Anna," in slack.text_of(slack.view("ana"))
    slack.workspace.close_view("ana", everything=True)
    with slack.writing() as tx:
        row = tx.session.exec(select(Partnership)).one()
        row.stage = Stage.AGREED.value
        tx.session.add(row)
    assert "A text to send them" not in slack.text_of(open_log(slack, "ana"))


def test_who_went_on_meanwhile_is_left_as_they_are(slack: Slack, number: int) -> None:
    draft = write(slack)
    with slack.writing() as tx:
        row = tx.session.exec(select(Partnership)).one()
        row.stage = Stage.AGREED.value
        tx.session.add(row)
    slack.press("ana", draft, "outreach_sent")
    assert "is agreed already" in slack.text_of(slack.workspace.ephemerals("ana")[-1])
    assert rows(slack, Partnership)[0].follow_up_on is None


def test_nobody_gets_a_text_for_who_must_not_be_contacted(slack: Slack, number: int) -> None:
    draft = write(slack)
    block(slack, "anna", Kind.DO_NOT_CONTACT)
    slack.press("ana", draft, "outreach_sent")
    assert rows(slack, Partnership)[0].stage == "approved"
    slack.press("ana", slack.command("ana", "partners"), "outreach")
    said = slack.text_of(slack.workspace.ephemerals("ana")[-1])
    assert "Do not contact: fake comments" in said
    assert "Hi Anna" not in said


def test_a_brands_own_text_comes_first_and_is_chosen_and_deleted(slack: Slack, number: int) -> None:
    with slack.reading() as tx:
        acme = brands.named(tx, "Acme")
    assert acme is not None
    slack.press("olivia", slack.command("olivia", "texts"), "text_new")
    values = {"name": "Warm", "brand": str(acme.id), "subject": "", "text": "Dear {first}"}
    wrong = slack.submit("olivia", values)
    assert wrong is not None
    assert "I can't fill in {first}" in wrong["text"]
    assert not slack.submit("olivia", {**values, "text": "Dear {name}\n\nsee {link}"})
    listing = slack.workspace.ephemerals("olivia")[-1]
    assert "Warm" in slack.text_of(listing)

    draft = write(slack)
    assert "Dear Anna" in slack.text_of(draft)
    assert "the link of the brief" in slack.text_of(draft)
    slack.press("ana", draft, "outreach_other", value="0")
    assert "Hi Anna," in slack.text_of(slack.workspace.ephemerals("ana")[-1])

    slack.press("olivia", listing, "text_new")
    again = slack.submit("olivia", {**values, "name": "wárm", "text": "Dear {name}"})
    assert again == {"name": "There is a text of this name already."}
    slack.workspace.close_view("olivia", everything=True)
    slack.press("olivia", listing, "text_delete")
    assert rows(slack, OutreachText) == []
