"""`/influencer export`: a file in a private message, as the person may see it."""

import csv
import datetime as dt
import io
import json

import pytest
from sqlmodel import select

from bot.app import real_now
from bot.workers import Workers
from domain.creator import Money
from playground.faults import Kind
from storage import brands, creators, people, preferences, roles
from storage.models import AuditEntry, Creator, Note, Partnership, Profile
from tests.shortlisting import add_creators
from tests.slack import Slack


def export(slack: Slack, who: str, what: str, kind: str) -> bytes:
    """Ask for a file; gives what came, b"" when none did."""
    slack.workspace.command(who, "export")
    slack.settle()
    assert not slack.submit(who, {"what": what, "kind": kind})
    slack.workspace.close_view(who, everything=True)
    files = [file for one in slack.workspace.direct_messages(who) for file in one.files]
    return slack.workspace.store.files[files[-1]].content if files else b""


def work_on(slack: Slack, minutes: int) -> None:
    """Let time pass for the bot's workers, minute by minute."""
    for minute in range(1, minutes + 1):
        now = real_now() + dt.timedelta(minutes=minute)
        Workers(slack.bot, lambda now=now: now).run_until_idle()
    slack.settle()


def limit_a_brand(slack: Slack, *named: str) -> None:
    """A creator with a note and a partnership of a brand that only these people see."""
    add_creators(slack, "mara")
    with slack.writing() as tx:
        creator = tx.session.exec(select(Creator)).one()
        brand = brands.create(tx, "Secret Brand", None)
        brands.limit(tx, brand, True, [people.get(tx, slack.workspace.user(n).id) for n in named])
        common = {"workspace_id": tx.workspace_id, "created_at": tx.now}
        for brand_id, text in ((brand.id, "hidden word"), (None, "open word")):
            tx.session.add(Note(creator_id=creator.id or 0, brand_id=brand_id, text=text, **common))
            tx.session.add(
                Partnership(
                    creator_id=creator.id or 0, brand_id=brand_id, updated_at=tx.now,
                    deliverables=text, **common,
                )
            )  # fmt: skip


def test_the_file_comes_privately_and_holds_every_account(slack: Slack) -> None:
    add_creators(slack, "mara", "nils")

    content = export(slack, "olivia", "creators", "csv")

    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert [row["Handle"] for row in rows] == ["mara", "nils"]
    assert "2 accounts" in slack.private("olivia")[-1]
    assert slack.messages() == []
    with slack.reading() as tx:
        entry = tx.session.exec(select(AuditEntry).where(AuditEntry.action == "export")).one()
    assert (entry.object_kind, entry.after) == ("creators", {"format": "csv"})


def test_limited_brands_are_left_out_for_those_not_named(slack: Slack) -> None:
    limit_a_brand(slack, "ana")
    for what in ("creators", "partnerships"):
        content = export(slack, "olivia", what, "json").decode()
        assert "open word" in content
        assert "hidden word" not in content
        assert "Secret Brand" not in content


def test_limited_brands_are_there_for_those_named(slack: Slack) -> None:
    limit_a_brand(slack, "olivia")
    assert len(json.loads(export(slack, "olivia", "partnerships", "json"))) == 2
    assert "hidden word" in export(slack, "olivia", "creators", "json").decode()


def test_fees_for_a_brand_come_with_it_and_only_the_newest(slack: Slack) -> None:
    limit_a_brand(slack, "ana")
    with slack.writing() as tx:
        profile = tx.session.exec(select(Profile)).one()
        secret, aqua = brands.named(tx, "secret brand"), brands.create(tx, "Aqua", None)
        for amount, brand_id in ((250, aqua.id), (300, aqua.id), (777, secret.id)):
            fee = Money(amount=amount, currency="EUR")
            creators.quote_fee(tx, profile.id or 0, fee, None, brand_id)

    (row,) = json.loads(export(slack, "olivia", "creators", "json"))
    assert row["Fees for brands"] == "Aqua: 300.00 EUR"
    assert "777" not in str(row)

    with slack.writing() as tx:
        secret = brands.named(tx, "secret brand")
        olivia = people.get(tx, slack.workspace.user("olivia").id)
        brands.limit(tx, secret, True, [olivia])
    (row,) = json.loads(export(slack, "olivia", "creators", "json"))
    assert row["Fees for brands"].split("; ") == ["Aqua: 300.00 EUR", "Secret Brand: 777.00 EUR"]


def test_without_the_right_to_send_files_a_sentence_names_the_way_out(slack: Slack) -> None:
    slack.workspace.faults.add(
        "files.getUploadURLExternal", "error", error="missing_scope", times=1
    )
    assert export(slack, "olivia", "creators", "xlsx") == b""
    said = slack.private("olivia")[-1]
    assert "files:write" in said
    assert "influencer-bot export" in said


@pytest.mark.parametrize("kind", ["garbage", "drop", "server_error"])
def test_a_file_that_slack_does_not_take_at_first_comes_later(slack: Slack, kind: Kind) -> None:
    slack.workspace.faults.add("files.getUploadURLExternal", kind, times=3)
    assert export(slack, "olivia", "creators", "csv") == b""

    work_on(slack, minutes=20)

    files = [file for one in slack.workspace.direct_messages("olivia") for file in one.files]
    assert len(files) == 1
    assert not [text for text in slack.private("olivia") if "did not take" in text]


def test_when_slack_never_takes_a_file_that_is_said_in_plain_words(slack: Slack) -> None:
    slack.workspace.faults.add("files.getUploadURLExternal", "garbage", times=50)
    export(slack, "olivia", "creators", "csv")

    work_on(slack, minutes=60)

    slack.workspace.faults.clear()
    assert "Slack did not take the file of your export (no answer)." in slack.private("olivia")[-1]


def test_only_owners_and_managers_export(slack: Slack) -> None:
    assert "Olivia" in slack.text_of(slack.command("ana", "export"))
    assert slack.workspace.view("ana") is None
    assert "home_export" not in slack.actions(slack.open_home("ana"))
    slack.press("olivia", slack.open_home("olivia"), "home_export")
    assert "Export" in slack.text_of(slack.view("olivia"))


def test_whoever_is_no_manager_any_more_gets_no_file(slack: Slack) -> None:
    """Between asking and writing an owner may have thought better of it."""
    add_creators(slack, "mara")
    with slack.writing() as tx:
        preferences.change(tx, managers=[slack.workspace.user("ana").id])
        roles.apply(tx, ())
    slack.workspace.command("ana", "export")
    slack.workspace.submit("ana", {"what": "creators", "kind": "csv"})
    with slack.writing() as tx:
        preferences.change(tx, managers=None)
        roles.apply(tx, ())

    slack.settle()

    assert not [file for one in slack.workspace.direct_messages("ana") for file in one.files]


def test_import_is_offered_on_home_too(slack: Slack) -> None:
    slack.press("olivia", slack.open_home("olivia"), "home_import")
    assert "Give me a list of creators" in slack.text_of(slack.view("olivia"))
