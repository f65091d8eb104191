"""What Slack delivers twice changes something once, on both databases."""

import pytest

from storage import deliveries, workspaces
from storage.database import Database, RepeatedDelivery
from storage.models import Person
from storage.transaction import Transaction


def _insert(tx: Transaction, slack_user_id: str) -> bool:
    person = Person(workspace_id=tx.workspace_id, slack_user_id=slack_user_id)
    return deliveries.insert_ignoring(tx, Person, person.model_dump(exclude={"id"}))


def test_a_repeated_delivery_is_known_and_gets_the_answer_of_the_first(database: Database) -> None:
    number = workspaces.ensure(database, "", "T1").id or 0
    with database.writing(number, "U1", "trigger:1") as tx:
        tx.answer = {"clear": True}

    with (
        pytest.raises(RepeatedDelivery) as repeat,
        database.writing(number, "U1", "trigger:1") as tx,
    ):
        _insert(tx, "U2")

    assert repeat.value.answer == {"clear": True}
    with database.reading(number) as tx:
        assert tx.session.get(Person, 1) is None


def test_inserting_says_whether_a_row_was_inserted(database: Database) -> None:
    number = workspaces.ensure(database, "", "T1").id or 0
    with database.writing(number) as tx:
        assert [_insert(tx, "U1"), _insert(tx, "U1"), _insert(tx, "U2")] == [True, False, True]
