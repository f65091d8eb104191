"""The record of who did what: complete, added to and never changed, exported for owners."""

import datetime as dt

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from storage import audit, audit_guard, purging, workspaces
from storage.models import AuditEntry
from tests.partnering import rows
from tests.slack import Slack

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
