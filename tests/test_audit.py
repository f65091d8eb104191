"""The record of who did what: complete, added to and never changed, exported for owners."""

import ast
import csv
import datetime as dt
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from domain import roles
from storage import audit, audit_export, audit_guard, brands, people, purging, workspaces
from storage.models import AuditEntry, Card
from tests import trying
from tests.command_line import run
from tests.partnering import rows
from tests.shortlisting import CHECK, add_brief, shortlist
from tests.slack import Slack
from tests.test_export_slack import export
from tests.trying import Try

CHANGES = (
    "UPDATE audit SET actor = 'U0SOMEBODY'",
    "UPDATE audit SET after = '{}'",
    "DELETE FROM audit",
)


@pytest.fixture
def recorded(slack: Slack) -> Slack:
    """A workspace in which the owner changed a setting."""
    slack.workspace.command("olivia", "settings")
    assert not slack.submit("olivia", {"currency": "GBP"})
    return slack


def test_an_entry_says_who_did_what_to_which_object_before_and_after(recorded: Slack) -> None:
    (entry,) = rows(recorded, AuditEntry)

    assert (entry.action, entry.object_kind) == ("change", "settings")
    assert entry.object_id == recorded.workspace_id
    assert entry.actor == recorded.workspace.user("olivia").id
    assert (entry.before, entry.after) == ({"currency": None}, {"currency": "GBP"})
    assert entry.delivery.startswith("view:")


@pytest.mark.parametrize("change", CHANGES)
def test_the_database_refuses_to_change_an_entry(recorded: Slack, change: str) -> None:
    before = rows(recorded, AuditEntry)

    with pytest.raises(IntegrityError, match=audit_guard.REFUSED), recorded.writing() as tx:
        tx.session.execute(text(change))

    assert rows(recorded, AuditEntry) == before


def test_who_did_what_stays_even_where_a_name_is_taken_out(recorded: Slack) -> None:
    (entry,) = rows(recorded, AuditEntry)
    with recorded.writing() as tx:
        audit.rewrite(tx, entry.id, {"after": {"currency": "?"}, "actor": "U0SOMEBODY"})
    with (
        pytest.raises(IntegrityError, match=audit_guard.REFUSED),
        recorded.writing() as tx,
        audit.opened(tx.session, tx.workspace_id),
    ):
        tx.session.execute(text(CHANGES[0]))

    (left,) = rows(recorded, AuditEntry)
    assert (left.actor, left.after) == (entry.actor, {"currency": "?"})


def test_what_is_kept_long_enough_goes_and_the_record_is_closed_again(recorded: Slack) -> None:
    with recorded.writing() as tx:
        assert audit.delete_before(tx, tx.now - dt.timedelta(days=1), 10) == 0
        assert audit.delete_before(tx, tx.now + dt.timedelta(days=1), 10) == 1
        audit.record(tx, "test", "settings", 1)

    with pytest.raises(IntegrityError), recorded.writing() as tx:
        tx.session.execute(text(CHANGES[2]))
    assert [entry.action for entry in rows(recorded, AuditEntry)] == ["test"]


def test_it_goes_with_a_workspace_whose_data_is_deleted(recorded: Slack) -> None:
    database, number = recorded.bot.services.database, recorded.workspace_id
    with recorded.writing() as tx:
        workspaces.mark_removed(tx)
    assert number in purging.begin(database, recorded.bot.services.clock.now())

    purging.delete_all(database, number)

    assert rows(recorded, AuditEntry) == []


def test_owners_get_the_record_as_a_file_that_runs_nothing(slack: Slack) -> None:
    posted = shortlist(slack, "mara", asker="ana", approvers=("ana",))
    slack.react("ana", CHECK, posted.card)
    with slack.writing() as tx:
        audit.record(tx, "=HYPERLINK(1)", "settings", 1)

    content = export(slack, "olivia", "audit", "csv").decode("utf-8-sig")

    acts = list(csv.DictReader(io.StringIO(content)))
    vote = next(one for one in acts if one["Did"] == "vote")
    assert (vote["Who"], vote["To"], vote["Named"]) == ("Ana", "card", "Mara")
    assert vote["Slack id"] == slack.workspace.user("ana").id
    assert json.loads(vote["After"])["vote"] == "approve"
    assert vote["Delivery"].startswith("event:")
    assert "'=HYPERLINK(1)" in {one["Did"] for one in acts}
    assert acts[-1]["Did"] == "export"  # this one is on record as well
    assert len({one["Entry"] for one in acts}) == len(acts) == len(rows(slack, AuditEntry))


def test_digests_posted_at_once_and_cards_posted_again_are_on_record(slack: Slack) -> None:
    shortlist(slack, "mara", asker="ana", approvers=("ana",))
    slack.workspace.command("olivia", "digest now")
    slack.settle()
    trying.answer(slack, "ana", Try("actions", "card_repost", str(rows(slack, Card)[0].id)))

    acts = {(one.action, one.object_kind) for one in rows(slack, AuditEntry)}
    assert {("post at once", "digest"), ("post again", "card")} <= acts


def test_managers_are_not_offered_the_record_and_do_not_get_it(slack: Slack) -> None:
    slack.workspace.command("olivia", "settings")
    slack.submit("olivia", {"managers": [slack.workspace.user("ana").id]})
    slack.workspace.command("ana", "export audit")
    assert "who did what" not in slack.text_of(slack.view("ana"))

    asked = trying.form(Try("submissions", "export"), "ana", "", {"what": "audit", "kind": "csv"})
    assert roles.FOR_OWNERS in trying.answer(slack, "ana", Try("submissions", "export"), view=asked)
    slack.settle()
    assert not [one for one in slack.workspace.direct_messages("ana") if one.files]

    slack.workspace.command("olivia", "export audit")
    assert "who did what" in slack.text_of(slack.view("olivia"))


def test_what_belongs_to_a_brand_limited_to_others_is_left_out(slack: Slack) -> None:
    with slack.writing() as tx:
        brand = brands.create(tx, "Lumen", None)
        ana, number = people.get(tx, slack.workspace.user("ana").id), brand.id or 0
        brands.limit(tx, brand, True, [ana])
    add_brief(slack, "Secret Glow", number)
    posted = shortlist(slack, "mara", asker="ana", approvers=("ana",))
    slack.react("ana", CHECK, posted.card)
    with slack.writing() as tx:
        audit.record(tx, "note", "creator", 1, after={"note": 1, "brand": number})
        audit.record(tx, "start", "digest", 1, after={"scope": {"brands": [number]}})
        audit.record(tx, "approve", "card", 999)  # whose it was can't be told any more

    with slack.reading() as tx:
        everything = list(audit_export.entries(tx))
        shown = list(audit_export.entries(tx, frozenset({number})))

    of_others = {"brief", "shortlist", "card", "partnership"}
    assert of_others <= {one["To"] for one in everything}
    assert {one["To"] for one in shown} == {"brand", "digest"}
    assert [one["After"] for one in shown if one["To"] == "digest"] == [None]


def kinds_on_record() -> Iterator[str]:
    """The kinds of objects that our code records acts on."""
    for folder in ("storage", "handlers", "bot"):
        for path in (Path(__file__).parent.parent / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record":
                    kind = node.args[2]
                    assert isinstance(kind, ast.Constant | ast.Name), path.name
                    yield str(kind.value) if isinstance(kind, ast.Constant) else kind.id


def test_each_kind_of_object_is_of_a_brand_or_of_none_or_its_entries_are_not_told() -> None:
    """Whoever records acts on another kind says here whether limited brands are in them."""
    untold = {"digest", "outreach text", "promo code", "weight change"}
    exported = {"what"}  # the contents of exports, which are in the list
    known = audit_export.OF_A_BRAND | audit_export.OF_NO_BRAND | untold | exported

    assert set(kinds_on_record()) - known == set()
    assert audit_export.OF_A_BRAND.isdisjoint(audit_export.OF_NO_BRAND)


def test_the_command_line_writes_the_whole_record(slack: Slack, tmp_path: Path) -> None:
    with slack.writing() as tx:
        audit.record(tx, "test", "settings", 1)
    file = tmp_path / "acts.json"

    url = slack.bot.services.database.url.render_as_string(hide_password=False)
    result = run("export", str(file), "--what", "audit", database_url=url, folder=tmp_path)
    assert result.exit_code == 0, result.output

    assert [one["Did"] for one in json.loads(file.read_text())] == ["test"]
    assert rows(slack, AuditEntry)[-1].actor == "command line"
