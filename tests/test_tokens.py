"""Tokens that end: exchanged in time, by one process, and never seen in a log or by doctor."""

import io
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlmodel import select

from bot.app import real_now
from bot.cli import sentence_for
from bot.doctor import examine
from bot.redaction import RedactingFilter
from bot.running import require_for_serving, secrets_of
from bot.settings import Settings, WrongSettings
from bot.tokens import WorkspaceTokens
from playground.grants import TOKEN_SECONDS
from storage import outbox, resealing, shops
from storage import renewals as stored
from storage.database import Database
from storage.installations import BOT, REFRESH, NoToken, unseal
from storage.models import Installation, Workspace
from storage.sealing import CannotUnseal, Keys, is_sealed
from tests.behind import everything
from tests.command_line import run
from tests.installing import CLIENT, browser, install, start
from tests.slack import LOOPBACK, Slack, new_key

HOUR = 3_600.0


@pytest.fixture
def many(database_url: str, tmp_path: Path) -> Iterator[Slack]:
    """A bot for many workspaces, installed in one whose tokens end after twelve hours."""
    started = start(database_url, tmp_path)
    started.workspace.grants.rotating = True
    install(started)
    yield started
    started.stop()
    assert started.problems == []


def row(slack: Slack) -> tuple[Workspace, Installation]:
    with everything(slack.bot.services.database) as session:
        installation = session.exec(select(Installation)).one()
        return session.get_one(Workspace, installation.workspace_id), installation


def renewals(slack: Slack) -> int:
    asked = [call.arguments for call in slack.workspace.api_calls("oauth.v2.access")]
    return sum(one.get("grant_type") == "refresh_token" for one in asked)


def post(slack: Slack, key: str) -> None:
    with slack.bot.services.database.writing(row(slack)[0].id or 0) as tx:
        outbox.direct(tx, key, "U0OLIVIA001", {"text": f"Message {key}"})
    slack.settle()


def arrived(slack: Slack, key: str) -> bool:
    return any(f"Message {key}" in text for text in slack.private("olivia"))


def process(slack: Slack) -> WorkspaceTokens:
    """What another process on the same database has."""
    url = slack.bot.services.database.url.render_as_string(hide_password=False)
    database = Database(url, slack.bot.services.clock.now, keys=Keys(slack.bot.settings.keys))
    return WorkspaceTokens(database, slack.bot.settings.slack_api_base_url, CLIENT, real_now)


def test_a_token_is_exchanged_hours_before_it_ends_though_nobody_is_there(many: Slack) -> None:
    _, before = row(many)
    many.workspace.advance_clock(TOKEN_SECONDS - 3.5 * HOUR)
    many.workers.renew_tokens()
    assert renewals(many) == 0, "not yet"

    many.workspace.advance_clock(HOUR)
    many.workers.renew_tokens()
    many.workers.renew_tokens()

    workspace, after = row(many)
    assert renewals(many) == 1
    keys = many.bot.services.database.keys
    for kind in (BOT, REFRESH):
        assert unseal(keys, before, kind) != unseal(keys, after, kind)
    assert after.expires_at is not None
    assert before.expires_at is not None
    assert after.expires_at > before.expires_at
    assert is_sealed(after.refresh_token)
    assert workspace.removed_at is None


def test_what_nobody_asked_for_is_posted_with_a_new_token_after_a_night_of_standstill(
    many: Slack,
) -> None:
    many.workspace.advance_clock(5 * TOKEN_SECONDS)

    post(many, "of the night")

    assert arrived(many, "of the night")
    assert renewals(many) == 1


@pytest.mark.both_databases
def test_of_processes_that_need_a_new_token_at_once_one_gets_it_for_all(many: Slack) -> None:
    """Slack takes each refresh token once: a second exchange would lose the installation."""
    workspace, _ = row(many)
    many.workspace.advance_clock(2 * TOKEN_SECONDS)
    many.workspace.faults.add("oauth.v2.access", "delay", seconds=0.2)
    others = [process(many) for _ in range(4)]
    ready, got, failed = threading.Barrier(len(others) * 2), [], []

    def need(tokens: WorkspaceTokens, *, ahead: bool) -> None:
        ready.wait()
        try:
            if ahead:
                tokens.renew_expiring()
            got.append(tokens.of(workspace).value)
        except Exception as error:
            failed.append(error)

    threads = [
        threading.Thread(target=need, args=(one,), kwargs={"ahead": ahead})
        for one in others
        for ahead in (True, False)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one in others:
        one._database.close()

    assert failed == []
    assert renewals(many) == 1
    assert len(set(got)) == 1
    assert many.workspace.grants.place_of(got[0]) is not None


PROCESS = """
import datetime as dt, hashlib, sys
from bot.app import build
from bot.settings import Settings
from storage import workspaces
bot = build(Settings(_env_file=None))
workspace = workspaces.all_active(bot.services.database)[0]
print("ready", flush=True)
sys.stdin.readline()
print(hashlib.sha256(bot.tokens.of(workspace).value.encode()).hexdigest(), flush=True)
"""


@pytest.mark.both_databases
def test_two_real_processes_racing_for_a_new_token_both_get_it(many: Slack) -> None:
    if many.bot.services.database.is_sqlite:
        pytest.skip("one server only works on a SQLite file")
    settings = many.bot.settings
    many.workspace.advance_clock(2 * TOKEN_SECONDS)
    many.workspace.faults.add("oauth.v2.access", "delay", seconds=0.3)
    environment = os.environ | {
        "DATABASE_URL": many.bot.services.database.url.render_as_string(hide_password=False),
        "DATA_DIR": str(many.data_dir / "other"),
        "SLACK_CLIENT_ID": CLIENT[0],
        "SLACK_CLIENT_SECRET": CLIENT[1],
        "SLACK_SIGNING_SECRET": "signing",
        "SLACK_API_BASE_URL": settings.slack_api_base_url,
        "ENCRYPTION_KEYS": settings.encryption_keys.get_secret_value(),  # type: ignore[union-attr]
        "PLAYGROUND_CLOCK_FILE": str(settings.playground_clock_file),
    }
    both = [
        subprocess.Popen(
            [sys.executable, "-c", PROCESS],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for one in both:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    for one in both:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    digests = {one.communicate(timeout=30)[0].strip() for one in both}

    assert renewals(many) == 1
    assert len(digests) == 1
    assert len(digests.pop()) == 64


def test_an_exchange_that_fails_for_now_leaves_the_token_in_use_and_is_tried_again(
    many: Slack,
) -> None:
    many.workspace.advance_clock(TOKEN_SECONDS - HOUR)
    many.workspace.faults.add("oauth.v2.access", "lost")
    many.workers.renew_tokens()
    many.bot.forget_workspaces()
    post(many, "with the old one")
    assert arrived(many, "with the old one")

    many.workers.renew_tokens()

    assert renewals(many) >= 1
    _, after = row(many)
    assert after.lost is None
    assert after.leased_until is None


def test_a_lost_refresh_token_removes_nothing_and_doctor_says_who_must_install_again(
    many: Slack,
) -> None:
    many.workspace.grants.granted[0].refresh = "xoxe-1-another"
    many.workspace.advance_clock(2 * TOKEN_SECONDS)
    post(many, "late")

    workspace, installation = row(many)
    assert installation.lost == "invalid_refresh_token"
    assert workspace.removed_at is None
    found = list(examine(many.bot.settings, many.bot.services.database))
    (lost,) = [one for one in found if "gives no new token" in one.what]
    assert workspace.name in lost.what
    assert "/slack/install" in lost.cure
    with pytest.raises(NoToken):
        process(many).of(workspace)

    install(many)
    assert row(many)[1].lost is None
    assert process(many).of(workspace).value


@pytest.mark.both_databases
def test_a_lease_whose_holder_died_is_taken_over_after_half_a_minute(many: Slack) -> None:
    database, (workspace, _) = many.bot.services.database, row(many)
    many.workspace.advance_clock(2 * TOKEN_SECONDS)
    assert stored.lease(database, workspace.id or 0, real_now()) is not None
    assert stored.lease(database, workspace.id or 0, real_now()) is None

    later = real_now() + stored.LEASE
    assert stored.lease(database, workspace.id or 0, later) is not None


# Keys


@pytest.mark.both_databases
def test_rotating_keys_encrypts_all_anew_and_then_the_old_key_is_not_needed(
    many: Slack, tmp_path: Path
) -> None:
    workspace, before = row(many)
    with many.bot.services.database.writing(workspace.id or 0) as tx:
        shops.create(tx, "shopify", "Aqua Skin", "canary-of-a-shop", None)
    old = many.bot.settings.encryption_keys
    assert old is not None
    url = many.bot.services.database.url.render_as_string(hide_password=False)
    new = new_key()
    missing = Database(url, real_now, keys=Keys(Settings(_env_file=None, encryption_keys=new).keys))
    with pytest.raises(CannotUnseal, match="3 of the secrets"):
        resealing.see_that_all_open(missing)

    both = f"{new},{old.get_secret_value()}"
    os.environ["ENCRYPTION_KEYS"] = both
    try:
        said = run("rotate-keys", database_url=url, folder=tmp_path)
        again = run("rotate-keys", database_url=url, folder=tmp_path)
        os.environ["ENCRYPTION_KEYS"] = new_key()
        unreadable = run("rotate-keys", database_url=url, folder=tmp_path)
    finally:
        del os.environ["ENCRYPTION_KEYS"]

    assert said.exit_code == 0, said.output
    assert "Encrypted with the newest key: 3 secrets." in said.output
    assert "Were so already: 3 secrets." in again.output
    assert unreadable.exit_code == 1
    assert "3 secrets" in unreadable.output
    for one in (said, again, unreadable):
        assert both not in one.output
    resealing.see_that_all_open(missing)
    _, after = row(many)
    assert after.bot_token != before.bot_token
    assert unseal(missing.keys, after, BOT) == unseal(many.bot.services.database.keys, before, BOT)
    with missing.reading(workspace.id or 0) as tx:
        (shop,) = shops.everyone(tx)
        assert "canary" not in shop.secret
        assert shops.secret_of(missing.keys, shop) == "canary-of-a-shop"
    missing.close()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"encryption_keys": None}, "ENCRYPTION_KEYS is not set"),
        ({"slack_client_secret": None}, "SLACK_CLIENT_SECRET is not set"),
        ({"slack_client_id": ""}, "SLACK_CLIENT_ID is not set"),
        ({"public_url": ""}, "PUBLIC_URL is not set"),
        ({"public_url": "http://bot.example.com"}, "https://"),
        ({"slack_bot_token": "xoxb-1"}, "Unset one of them"),
    ],
)
def test_serving_many_workspaces_starts_with_all_it_needs_only(
    changes: dict[str, str | None], said: str
) -> None:
    complete = {
        "slack_client_id": CLIENT[0],
        "slack_client_secret": CLIENT[1],
        "slack_signing_secret": "signing",
        "encryption_keys": new_key(),
        "public_url": "https://bot.example.com",
    }
    require_for_serving(Settings(_env_file=None, **complete))  # type: ignore[arg-type]

    with pytest.raises(WrongSettings, match=said):
        require_for_serving(Settings(_env_file=None, **(complete | changes)))  # type: ignore[arg-type]


def test_doctor_says_which_secrets_are_not_encrypted_and_which_key_is_missing(slack: Slack) -> None:
    database = slack.bot.services.database
    with slack.writing() as tx:
        shops.create(tx, "shopify", "Aqua Skin", "canary-of-a-shop", None)
    (plain,) = [one for one in examine(slack.bot.settings, database) if "Not encrypted" in one.what]
    assert (plain.state, plain.what) == ("warning", "Not encrypted in the database: 1 secret.")
    assert "Set ENCRYPTION_KEYS" in plain.cure

    url = database.url.render_as_string(hide_password=False)
    with_key = Database(url, real_now, keys=Keys([bytes(range(1, 33))]))
    assert resealing.seal_anew(with_key).changed == 1
    with_key.close()
    (missing,) = [one for one in examine(slack.bot.settings, database) if "lacks a key" in one.what]
    assert missing.state == "problem"
    with pytest.raises(CannotUnseal) as why:
        resealing.see_that_all_open(database)
    assert "Put it back" in (sentence_for(why.value) or "")


def test_a_webhook_is_not_verified_without_the_key_and_the_shop_sends_it_again(
    slack: Slack,
) -> None:
    database = slack.bot.services.database
    with slack.writing() as tx:
        shop = shops.create(tx, "shopify", "Aqua Skin", "canary-of-a-shop", None)
    url = database.url.render_as_string(hide_password=False)
    with_key = Database(url, real_now, keys=Keys([bytes(range(1, 33))]))
    resealing.seal_anew(with_key)
    with_key.close()

    where = f"http://{LOOPBACK}:{slack.server.port}/webhooks/shopify/{shop.token}"
    answer = httpx.post(where, content=b"{}", headers={"x-shopify-hmac-sha256": "x"})

    assert answer.status_code == 503


def test_an_example_key_stops_the_start_with_a_sentence_that_does_not_have_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = "Y2hhbmdlLW1lLWNoYW5nZS1tZS1jaGFuZ2UtbWUtY2g="
    monkeypatch.setenv("ENCRYPTION_KEYS", key)

    refused = run("serve", database_url="", folder=tmp_path).exception

    assert isinstance(refused, WrongSettings)
    assert "ENCRYPTION_KEYS is wrong: key 1 is an example" in str(refused)
    assert key not in str(refused)


# Canaries


def test_no_token_key_or_secret_is_ever_logged_or_shown_by_doctor(many: Slack) -> None:
    """All that happens to an installation, at the most talkative level."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.addFilter(RedactingFilter(secrets_of(many.bot.settings)))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    seen: set[str] = set()
    grants = many.workspace.grants

    def look() -> None:
        for one in grants.granted:
            seen.update({*one.tokens, one.refresh})

    try:
        look()
        many.workspace.advance_clock(2 * TOKEN_SECONDS)
        post(many, "one")
        look()
        install(many)
        look()
        grants.granted[0].refresh = "xoxe-1-0123456789abcdef0123456789abcdef"
        many.workspace.advance_clock(2 * TOKEN_SECONDS)
        post(many, "two")
        many.workspace.uninstall()
        many.settle()
        grants.client = CLIENT[0], "another secret"
        here = browser(many)
        pages = [here.get(many.workspace.authorize(here.begin())).text, install(many).text]
        found = list(examine(many.bot.settings, many.bot.services.database))
    finally:
        root.removeHandler(handler)
        root.setLevel(level)

    said = "\n".join([written.getvalue(), *pages, *(f"{one.what} {one.cure}" for one in found)])
    assert "oauth.v2.access" in said, "the log was on"
    canaries = {one for one in seen if one} | set(secrets_of(many.bot.settings))
    assert len(canaries) > 8
    assert [one for one in canaries if one in said] == []
