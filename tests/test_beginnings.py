"""What the other tests begin with is what a start of the bot leaves."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, select

from bot.clock import Clock
from storage.database import Database
from tests.beginnings import EMPTY, MET, sqlite_beginning
from tests.slack import Slack

MOMENTS = ("_at", "_until", "ts", "url", "_key", "refreshed", "payload")


def rows(slack: Slack) -> dict[str, list[dict[str, Any]]]:
    """All rows by table, without what differs from one start to the next."""
    engine = slack.bot.services.database.engine
    tables = MetaData()
    tables.reflect(engine)
    with engine.connect() as connection:
        found = {
            table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
            for table in tables.sorted_tables
        }
    return {
        name: [
            {column: value for column, value in row.items() if not column.endswith(MOMENTS)}
            for row in sorted(table, key=lambda row: row.get("id") or 0)
        ]
        for name, table in found.items()
    }


def shown(slack: Slack) -> list[tuple[str, str]]:
    """All that Slack holds of messages, by channel."""
    store = slack.workspace.store
    return [
        (channel, slack.text_of(message))
        for channel, messages in store.messages.items()
        for message in messages
    ]


@pytest.fixture
def started(session_folder: Path, tmp_path: Path) -> Iterator[Slack]:
    """A start on empty tables."""
    folder = tmp_path / "started"
    folder.mkdir()
    begun = Slack.start(sqlite_beginning(EMPTY, session_folder, folder).database_url, folder)
    yield begun
    begun.stop()


@pytest.mark.parametrize("beginning", ["sqlite"], indirect=True)
def test_a_copied_beginning_is_what_a_first_start_leaves(slack: Slack, started: Slack) -> None:
    assert rows(slack) == rows(started)
    assert shown(slack) == shown(started)
    calls = [[call.method for call in one.workspace.store.api_calls] for one in (slack, started)]
    assert calls[0] == calls[1]
    assert "auth.test" in calls[0]


def test_two_tests_that_begin_alike_share_nothing(session_folder: Path, tmp_path: Path) -> None:
    folders = tmp_path / "one", tmp_path / "other"
    begun = []
    for folder in folders:
        folder.mkdir()
        copied = sqlite_beginning(MET, session_folder, folder)
        begun.append(Slack.start(copied.database_url, folder, copied.scene))
    one, other = begun
    before = rows(other), shown(other)

    one.open_home("ana")
    one.workspace.say("ana", "hello")

    assert (rows(other), shown(other)) == before
    assert rows(one)["deliveries"] != before[0]["deliveries"]
    assert shown(one) != before[1]
    for slack in begun:
        slack.stop()


def test_what_was_compiled_for_one_database_serves_all_others(tmp_path: Path) -> None:
    opened = [Database(f"sqlite:///{tmp_path / name}", Clock().now) for name in "ab"]
    kept = [one.engine.get_execution_options()["compiled_cache"] for one in opened]
    for one in opened:
        one.close()
    assert kept[0] is kept[1]
