"""Backups of a bot at work, and what a restored one does about what it has forgotten."""

import datetime as dt
import os
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func
from sqlmodel import select, text

from bot.cli import group
from bot.clock import Clock
from bot.doctor import Finding, examine
from domain.lost_time import OWED_AGAIN, LostTime
from handlers.lost_messages import NOT_KNOWN
from playground.people import BOT_USER_ID
from storage import digests, outbox, people, workspaces
from storage.database import Database
from storage.models import AuditEntry, DigestPeriod, DigestSchedule, OutboxMessage
from tests import postgres
from tests.shortlisting import CHECK, shortlist
from tests.slack import Slack

pytestmark = pytest.mark.both_databases


def run(database_url: str, folder: Path, *arguments: str) -> Result:
    """A command beside the server, with PostgreSQL's programs at hand."""
    installation = postgres._installation()
    programs = f"{installation / 'bin'}{os.pathsep}" if installation else ""
    environment = {
        "DATABASE_URL": database_url,
        "DATABASE_OWNER_URL": "" if "sqlite" in database_url else postgres.as_owner(database_url),
        "DATA_DIR": str(folder / "command-line"),
        "SLACK_BOT_TOKEN": "",
        "PLAYGROUND_CLOCK_FILE": "",
        "PATH": f"{programs}{os.environ['PATH']}",
    }
    return CliRunner().invoke(group, list(arguments), env=environment)


@pytest.fixture
def new_url(database_url: str, tmp_path: Path, session_folder: Path) -> Iterator[str]:
    """A database of the same kind without anything in it."""
    if database_url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'restored.db'}"
        return
    url = postgres.postgres_url(session_folder)
    yield url
    postgres.drop_database(url)


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    """Where a backup goes."""
    return tmp_path / "a.backup"


def owe_a_digest(slack: Slack) -> None:
    """A digest that is due and was not posted yet."""
    with slack.writing() as tx:
        tx.session.add(
            DigestSchedule(
                workspace_id=tx.workspace_id,
                owner_id=people.get(tx, slack.workspace.user("olivia").id).id or 0,
                channel_id=slack.workspace.channel("marketing").id, timezone="Europe/London",
                weekday=(tx.now - dt.timedelta(days=2)).weekday(), hour=0, state=digests.ACTIVE,
                since=tx.now - OWED_AGAIN, created_at=tx.now - OWED_AGAIN,
            )
        )  # fmt: skip


def keys(slack: Slack) -> Counter[str]:
    """How often each message of the bot's stands in Slack."""
    return Counter(
        one.metadata["event_payload"]["key"]
        for found in slack.workspace.store.messages.values()
        for one in found
        if one.user == BOT_USER_ID and one.metadata
    )


def test_after_a_restore_nothing_that_stands_in_slack_is_posted_again(
    slack: Slack, new_url: str, backup: Path, tmp_path: Path
) -> None:
    """The digest fell due and the notice went out after the backup: both are owed once more."""
    old_url = slack.bot.settings.database_url
    owe_a_digest(slack)
    channel = slack.workspace.channel("marketing").id
    with slack.writing() as tx:
        outbox.post(tx, "notice", channel, {"text": "Said in the lost time"})
        outbox.direct(tx, "private", slack.workspace.user("ana").id, {"text": "To Ana"})
        outbox.tell(tx, "aside", slack.workspace.user("ana").id, channel, {"text": "Once"})
    assert run(old_url, tmp_path, "backup", str(backup)).exit_code == 0
    slack.tick()
    lost = shortlist(slack, "mara", approvers=("ana",))
    before, asides = keys(slack), slack.private("ana").count("Once")
    assert {"notice", "private"} < set(before)
    assert any(one.startswith("digest:") for one in before)
    scene = slack.scene()

    told = run(new_url, tmp_path, "restore", str(backup))

    assert told.exit_code == 0, told.output
    assert "3 messages will be looked for in Slack before posting" in told.output
    (tmp_path / "again").mkdir()
    again = Slack.start(new_url, tmp_path / "again", scene)
    try:
        again.tick()
        assert keys(again) == before
        assert again.private("ana").count("Once") == asides
        with again.reading() as tx:
            assert tx.session.exec(select(func.count()).select_from(DigestPeriod)).one() == 1
            states = tx.session.exec(select(OutboxMessage.message_key, OutboxMessage.state)).all()
        assert {"notice", "private"} <= {key for key, state in states if state == "sent"}
        new = shortlist(again, "nora", approvers=("ana",))
        shown = again.text_of(new.card)
        again.press("ana", lost.card, "card_approve")
        assert again.text_of(new.card) == shown, "a lost card's number is now this one's"
        assert NOT_KNOWN in again.private("ana")
        again.react("ana", CHECK, new.card)
        assert "Approved by Ana" in again.text_of(new.card), "what is new is as ever"
    finally:
        again.stop()
    assert again.problems == []


def test_a_backup_made_while_the_bot_writes_holds_whole_transactions_and_all_acknowledged(
    slack: Slack, new_url: str, backup: Path, tmp_path: Path
) -> None:
    url, going_on, written = slack.bot.settings.database_url, threading.Event(), []
    going_on.set()

    def write() -> None:
        while going_on.is_set():
            with slack.writing() as tx:
                for side in ("left", "right"):
                    tx.session.add(
                        AuditEntry(workspace_id=tx.workspace_id, at=tx.now, action=side,
                                   object_kind="pair", object_id=len(written))
                    )  # fmt: skip
            written.append(len(written))

    writer = threading.Thread(target=write)
    writer.start()
    slack.workspace.wait_for(lambda: len(written) > 20, "writes before")
    acknowledged = len(written)
    made = run(url, tmp_path, "backup", str(backup))
    slack.workspace.wait_for(lambda: len(written) > acknowledged + 20, "writes after")
    going_on.clear()
    writer.join()

    assert made.exit_code == 0, made.output
    assert backup.stat().st_mode & 0o077 == 0, "it is for its owner alone"
    assert run(new_url, tmp_path, "restore", str(backup)).exit_code == 0
    restored = Database(new_url, Clock().now)
    with restored.looking() as session:
        pairs = session.exec(
            text("SELECT object_id, count(*) FROM audit WHERE object_kind = 'pair' GROUP BY 1")
        ).all()
    restored.close()
    assert {count for _, count in pairs} == {2}
    assert acknowledged <= len(pairs) <= len(written)
    assert {number for number, _ in pairs} == set(range(len(pairs)))


def last_backup(slack: Slack) -> Finding:
    """What doctor says of it."""
    [said] = [one for one in examine(slack.bot.settings, slack.bot.services.database)
              if "backup" in one.what]  # fmt: skip
    return said


def test_doctor_says_how_old_the_last_backup_is(slack: Slack, backup: Path, tmp_path: Path) -> None:
    url, day = slack.bot.settings.database_url, 24 * 3600.0
    assert last_backup(slack) == Finding("ok", "The bot has made no backup yet.")
    with slack.writing() as tx:
        workspaces.lock(tx).created_at -= dt.timedelta(days=9)
    never = last_backup(slack)
    assert (never.state, never.what) == ("warning", "The bot has made no backup yet.")
    assert "influencer-bot backup" in never.cure and "other means" in never.cure

    assert run(url, tmp_path, "backup", str(backup)).exit_code == 0
    assert last_backup(slack) == Finding("ok", "Last backup: within the last 24 hours.")
    slack.workspace.advance_clock(3 * day)
    assert last_backup(slack) == Finding("ok", "Last backup: 3 days ago.")
    slack.workspace.advance_clock(6 * day)
    old = last_backup(slack)
    assert (old.state, old.what) == ("warning", "Last backup: 9 days ago.")

    nowhere = tmp_path / "no" / "such" / "folder" / "a.backup"
    assert run(url, tmp_path, "backup", str(nowhere)).exit_code != 0
    assert last_backup(slack) == old, "a backup that failed is none"


def test_neither_command_overwrites_anything(
    slack: Slack, new_url: str, backup: Path, tmp_path: Path
) -> None:
    url = slack.bot.settings.database_url
    assert run(url, tmp_path, "backup", str(backup)).exit_code == 0
    size = backup.stat().st_size

    again = run(url, tmp_path, "backup", str(backup))
    over = run(url, tmp_path, "restore", str(backup))

    assert "exists already: a backup overwrites nothing" in again.output
    assert backup.stat().st_size == size
    assert "a restore overwrites nothing" in over.output
    assert (again.exit_code, over.exit_code) == (1, 1)
    with slack.reading() as tx:
        assert slack.bot.workspace_of("", "T0PLAYGRND").restored_at is None
        assert tx.session.exec(select(func.count()).select_from(OutboxMessage)).one() > 0
    assert [one for one in tmp_path.iterdir() if one.name.endswith(".part")] == []


def test_what_is_no_whole_backup_is_not_put_back(tmp_path: Path) -> None:
    url, file = f"sqlite:///{tmp_path / 'restored.db'}", tmp_path / "a.backup"
    assert run(f"sqlite:///{tmp_path / 'first.db'}", tmp_path, "migrate").exit_code == 0
    assert run(f"sqlite:///{tmp_path / 'first.db'}", tmp_path, "backup", str(file)).exit_code == 0
    whole = file.read_bytes()
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as link:
        link.execute("CREATE TABLE notes (line)")
    newer = tmp_path / "newer.db"
    newer.write_bytes(whole)
    with sqlite3.connect(newer) as link:
        link.execute("UPDATE alembic_version SET version_num = '9999'")
    cut, words = tmp_path / "cut.db", tmp_path / "words.txt"
    cut.write_bytes(whole[: len(whole) // 2])
    words.write_text("handle,followers\n")

    said = {one.name: run(url, tmp_path, "restore", str(one)) for one in (other, newer, cut, words)}

    sentences = {name: str(result.exception or result.output) for name, result in said.items()}
    assert "is no backup of influencer-bot" in sentences["other.db"]
    assert "is of a newer release" in sentences["newer.db"]
    assert "damaged" in sentences["cut.db"]
    assert "is no SQLite database" in sentences["words.txt"]
    assert not (tmp_path / "restored.db").exists()
    assert run(url, tmp_path, "restore", str(file)).exit_code == 0


def test_a_database_put_back_by_other_means_is_told_so(slack: Slack, tmp_path: Path) -> None:
    with slack.writing() as tx:
        outbox.post(tx, "notice", slack.workspace.channel("marketing").id, {"text": "Hello"})
    url = slack.bot.settings.database_url

    told = run(url, tmp_path, "restore", "--in-place")

    assert told.exit_code == 0, told.output
    slack.bot.forget_workspaces()
    workspace = slack.bot.workspace_of("", "T0PLAYGRND")
    assert workspace.restored_at is not None
    assert workspace.restored_from is not None
    assert workspace.restored_from <= workspace.restored_at
    with slack.reading() as tx:
        assert (outbox.by_key(tx, "notice") or OutboxMessage()).state == "unknown"
    slack.settle()
    assert keys(slack)["notice"] == 1, "looked for, not found, posted"


@given(st.timedeltas(min_value=-OWED_AGAIN, max_value=OWED_AGAIN * 2))
def test_what_was_asked_for_after_a_restore_is_new_and_all_else_is_looked_for_in_the_lost_time(
    later: dt.timedelta,
) -> None:
    begin = dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)
    end = begin + dt.timedelta(days=3)
    lost, asked = LostTime(begin, end), end + later

    found = lost.looked_for_since(asked, end + dt.timedelta(hours=1))

    assert found == (begin if later < dt.timedelta() else None)
    assert lost.looked_for_since(None, end + later) == (begin if later < OWED_AGAIN else None)
    assert lost.holds(f"{asked.timestamp():.6f}") == (begin < asked < end)
    assert not lost.holds("")
