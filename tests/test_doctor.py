"""Doctor names what is wrong with an installation, each with its cure."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from bot import doctor
from bot.app import real_now
from bot.doctor import Finding, examine
from bot.manifest import optional_scopes
from storage import outbox, people
from storage.database import Database
from storage.models import DigestSchedule, Job, OutboxMessage
from tests.behind import everything
from tests.command_line import run
from tests.slack import Slack


def findings(slack: Slack, **changes: Any) -> list[Finding]:
    """What doctor finds, with some settings changed."""
    settings = slack.bot.settings.model_copy(update=changes)
    return list(examine(settings, slack.bot.services.database))


def one(found: list[Finding], words: str) -> Finding:
    """The one finding that says so."""
    (match,) = [finding for finding in found if words in finding.what]
    return match


def digest_to(slack: Slack, channel: str) -> None:
    with slack.writing() as tx:
        tx.session.add(
            DigestSchedule(
                workspace_id=tx.workspace_id,
                owner_id=people.get(tx, "U0OLIVIA001").id or 0,
                channel_id=channel,
                weekday=0,
                hour=9,
                timezone="Europe/London",
                state="active",
                since=tx.now,
                created_at=tx.now,
            )
        )


def test_a_sound_installation_needs_no_cure(slack: Slack) -> None:
    digest_to(slack, "C0MARKETING")

    found = findings(slack)

    assert {finding.state for finding in found} == {"ok"}, found
    assert one(found, "Bot token: ").cure == ""
    assert one(found, "All required scopes are granted.")
    assert one(found, "The clock agrees with Slack's.")
    assert one(found, "Digests go to #marketing.")


def test_a_missing_token_is_a_problem_with_its_cure(slack: Slack) -> None:
    missing = one(findings(slack, slack_bot_token=None), "SLACK_BOT_TOKEN is not set.")

    assert missing.state == "problem"
    assert "copy its bot token" in missing.cure


def test_a_wrong_token_is_a_problem_and_never_shown(slack: Slack) -> None:
    found = findings(slack, slack_bot_token=SecretStr("xoxb-wrong-secret"))

    assert one(found, "Slack refused the bot token: invalid_auth.").state == "problem"
    assert "xoxb-wrong-secret" not in repr(found)


def test_slack_out_of_reach_is_a_problem(slack: Slack) -> None:
    slack.workspace.faults.add("auth.test", "lost")

    unreachable = one(findings(slack), "Slack can't be reached")

    assert unreachable.state == "problem"
    assert "SLACK_API_BASE_URL" in unreachable.cure


@pytest.mark.parametrize(
    ("scope", "state", "cure"),
    [
        ("reactions:read", "problem", "Take over manifest.yml"),
        ("channels:history", "warning", "Add channels:history"),
        ("reactions:write", "warning", "Add reactions:write"),
    ],
)
def test_a_missing_scope_is_named(slack: Slack, scope: str, state: str, cure: str) -> None:
    manifest = slack.workspace.store.manifest
    kept = tuple(one for one in manifest.scopes or () if one != scope)
    slack.workspace.store.manifest = type(manifest)(**{**manifest.__dict__, "scopes": kept})

    (named,) = [finding for finding in findings(slack) if scope in finding.what]

    assert named.state == state
    assert cure in named.cure


def test_every_optional_scope_has_a_word_on_what_is_lost_without_it() -> None:
    assert set(doctor.WHAT_OPTIONAL_SCOPES_DO) == optional_scopes()


@pytest.mark.parametrize(
    ("channel", "words", "cure"),
    [
        ("C0ARCHIVED1", "#last-year, which is archived", "Choose another channel."),
        ("C0NOBOT0001", "#random, which the bot is not in", "/invite @influencer"),
        ("C0GONE00001", "channel_not_found", "Choose another channel"),
    ],
)
def test_a_channel_that_cannot_be_posted_to_is_named(
    slack: Slack, channel: str, words: str, cure: str
) -> None:
    digest_to(slack, channel)

    named = one(findings(slack), words)

    assert named.state == "problem"
    assert cure in named.cure


def test_without_tables_or_behind_or_ahead_the_database_says_what_to_do(
    slack: Slack, tmp_path: Path
) -> None:
    empty = Database(f"sqlite:///{tmp_path / 'none.db'}", real_now)
    assert (
        "influencer-bot migrate"
        in one(list(examine(slack.bot.settings, empty)), "no tables yet").cure
    )
    empty.close()
    with everything(slack.bot.services.database) as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    ahead = one(findings(slack), "version 9999")

    assert ahead.state == "problem"
    assert "newer release" in ahead.cure


def test_a_database_out_of_reach_is_a_problem(slack: Slack, tmp_path: Path) -> None:
    lost = Database(f"sqlite:///{tmp_path / 'no' / 'such' / 'folder' / 'bot.db'}", real_now)

    found = one(list(examine(slack.bot.settings, lost)), "The database can't be used")

    assert found.state == "problem"
    assert "DATA_DIR" in found.cure


def test_what_waits_failed_or_was_put_aside_is_counted(slack: Slack) -> None:
    with slack.writing() as tx:
        outbox.post(tx, "old", "C0MARKETING", {"text": "old"})
        outbox.post(tx, "aside", "C0MARKETING", {"text": "aside"})
        tx.session.flush()
        old, aside = outbox.by_key(tx, "old"), outbox.by_key(tx, "aside")
        assert isinstance(old, OutboxMessage) and isinstance(aside, OutboxMessage)
        old.due_at = real_now() - dt.timedelta(days=2, minutes=10)
        aside.state = "parked"
        job = Job(workspace_id=tx.workspace_id, kind="test", job_key="1", state="failed",
                  due_at=tx.now, created_at=tx.now)  # fmt: skip
        tx.session.add_all([old, aside, job])

    found = findings(slack)

    assert one(found, "A message has waited for 2,890 minutes.").state == "warning"
    assert one(found, "Put aside, for nobody knows if they arrived: 1 message.").state == "warning"
    assert one(found, "Given up after several tries: 1 job.").state == "warning"


def test_no_way_in_is_a_problem(slack: Slack) -> None:
    neither = findings(slack, slack_app_token=None, slack_signing_secret=None)

    assert one(neither, "Neither SLACK_APP_TOKEN nor").state == "problem"


def test_the_command_prints_json_and_fails_when_something_must_be_cured(
    database_url: str, tmp_path: Path
) -> None:
    result = run("doctor", "--json", database_url=database_url, folder=tmp_path)

    found = json.loads(result.output)
    assert result.exit_code == 1
    assert {"state", "what", "cure"} == set(found[0])
    assert "SLACK_BOT_TOKEN is not set." in {finding["what"] for finding in found}
