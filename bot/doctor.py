"""What may be wrong with an installation, each finding with its cure."""

import datetime as dt
import email.utils
import shutil
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlmodel import func, select

from bot import backup_checkup, installations_checkup, isolation_checkup, live_checkup
from bot.manifest import optional_scopes, required_scopes
from bot.settings import Settings
from bot.slack import PATIENCE_SECONDS, plain_reason
from domain.troubles import LITTLE_DISK_BYTES
from domain.wording import counted
from storage import digests, shortlists, windows, workspaces
from storage.database import Database, Unavailable
from storage.migrate import is_known, versions
from storage.outbox import PENDING

State = Literal["ok", "warning", "problem"]
MINUTE = dt.timedelta(minutes=1)
LARGEST_SKEW_SECONDS = 60
WHAT_OPTIONAL_SCOPES_DO = {
    "reactions:write": "cards are not seeded with ✅ 🤔 ❌; people add the reactions themselves",
    "im:write": "direct messages can't be opened with people who never wrote to the bot",
    "channels:history": "a message that Slack did not confirm can't be looked for in public "
    "channels; owners are asked whether it is there",
    "groups:history": "the same in private channels",
    "im:history": "the same for direct messages: one that was not confirmed is not sent again",
    "files:write": "`/influencer export` can't send its file; the command line writes it",
}


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. cure: what to do, "" when nothing."""

    state: State
    what: str
    cure: str = ""

    def as_json(self) -> dict[str, str]:
        """For `--json`."""
        return asdict(self)


def examine(settings: Settings, database: Database) -> Iterator[Finding]:
    """Look at everything that can be looked at from here."""
    yield from _database(settings, database)
    yield from _isolation(settings, database)
    yield from _live_sources(settings, database)
    yield from _installations(settings, database)
    if settings.many_workspaces:
        yield from _ways_in(settings)
        return
    if settings.slack_bot_token is None:
        yield Finding(
            "problem",
            "SLACK_BOT_TOKEN is not set.",
            "Install the app in your workspace and copy its bot token.",
        )
        yield from _ways_in(settings)
        return
    client = WebClient(
        token=settings.slack_bot_token.get_secret_value(),
        base_url=settings.slack_api_base_url,
        timeout=PATIENCE_SECONDS,
        retry_handlers=[],
    )
    yield from _token(client)
    yield from _ways_in(settings)
    yield from _channels(client, database)


def _database(settings: Settings, database: Database) -> Iterator[Finding]:
    try:
        present, newest = versions(database)
    except Unavailable as error:
        yield Finding(
            "problem",
            f"The database can't be used: {getattr(error, 'orig', error)}.",
            "Check DATABASE_URL, DATA_DIR and the rights on them.",
        )
        return
    kind = "SQLite" if database.is_sqlite else "PostgreSQL"
    if present == newest:
        yield Finding("ok", f"Database: {kind}, tables at version {present}.")
    elif present is None:
        yield Finding(
            "warning",
            f"Database: {kind}, no tables yet.",
            "They are made at the first start, or by `influencer-bot migrate`.",
        )
        return
    elif is_known(present):
        yield Finding(
            "warning",
            f"Database: tables at version {present}, newest is {newest}.",
            "Run `influencer-bot migrate`, or start the bot.",
        )
        return
    else:
        yield Finding(
            "problem",
            f"Database: tables at version {present}, which this release does not know.",
            "Start the newer release, or restore the backup made before it.",
        )
        return
    for found in backup_checkup.check(database) if present == newest else ():
        yield Finding(found.state, found.what, found.cure)
    if database.is_sqlite:
        free = shutil.disk_usage(settings.data_dir).free
        if free < LITTLE_DISK_BYTES:
            yield Finding(
                "warning",
                f"Only {free // 1_000_000} MB free in {settings.data_dir}.",
                "Make room: a full disk stops votes and imports.",
            )
    yield from _queues(database)


def _isolation(settings: Settings, database: Database) -> Iterator[Finding]:
    for found in isolation_checkup.check(settings, database):
        wrong: State = "problem" if found.serious else "warning"
        yield Finding(wrong if found.cure else "ok", found.what, found.cure)


def _live_sources(settings: Settings, database: Database) -> Iterator[Finding]:
    for found in live_checkup.check(settings, database):
        yield Finding("warning" if found.wrong else "ok", found.what, found.cure)


def _installations(settings: Settings, database: Database) -> Iterator[Finding]:
    for found in installations_checkup.check(settings, database):
        yield Finding(found.state, found.what, found.cure)


def _queues(database: Database) -> Iterator[Finding]:
    messages, work = windows.outbox_queue.c, windows.job_queue.c
    with database.looking() as session:
        parked = session.exec(select(func.count()).where(messages.state == "parked")).one()
        oldest = session.exec(
            select(func.min(messages.due_at)).where(messages.state.in_(PENDING))
        ).one()
        failed = session.exec(select(func.count()).where(work.state == "failed")).one()
    if parked:
        yield Finding(
            "warning",
            f"Put aside, for nobody knows if they arrived: {counted(parked, 'message')}.",
            "Owners were asked in Slack: *It’s there* or *Send again*. With the history scopes the "
            "bot finds out by itself.",
        )
    if oldest is not None:
        waiting = dt.datetime.now(dt.UTC) - oldest
        if waiting > dt.timedelta(minutes=5):
            yield Finding(
                "warning",
                f"A message has waited for {counted(waiting // MINUTE, 'minute')}.",
                "Is the server running, and can it reach Slack?",
            )
    if failed:
        yield Finding(
            "warning",
            f"Given up after several tries: {counted(failed, 'job')}.",
            "The log names each with its reason.",
        )


def _token(client: WebClient) -> Iterator[Finding]:
    try:
        answer = client.auth_test()
    except SlackApiError as error:
        yield Finding(
            "problem",
            f"Slack refused the bot token: {error.response.get('error')}.",
            "Copy it anew from OAuth & Permissions of your Slack app.",
        )
        return
    except Exception as error:  # DNS, TLS, resets: each its own class
        yield Finding(
            "problem",
            f"Slack can't be reached: {plain_reason(error)}.",
            "Allow https to slack.com from here, or check SLACK_API_BASE_URL.",
        )
        return
    yield Finding("ok", f"Bot token: {answer.get('team')} ({answer.get('team_id')}).")
    headers = {str(name).lower(): value for name, value in answer.headers.items()}
    yield from _scopes(str(headers.get("x-oauth-scopes", "")))
    yield from _clock(str(headers.get("date", "")))


def _scopes(listed: str) -> Iterator[Finding]:
    granted = {scope.strip() for scope in listed.split(",") if scope.strip()}
    if not granted:
        return
    missing = sorted(required_scopes() - granted)
    if missing:
        yield Finding(
            "problem",
            f"The token lacks the scopes {', '.join(missing)}.",
            "Take over manifest.yml in your Slack app and install it again.",
        )
    else:
        yield Finding("ok", "All required scopes are granted.")
    for scope in sorted(optional_scopes() - granted):
        loss = WHAT_OPTIONAL_SCOPES_DO.get(scope, "some comforts are missing")
        yield Finding(
            "warning",
            f"Without {scope}: {loss}.",
            f"Add {scope} to the app and install it again, if you want that.",
        )


def _clock(date: str) -> Iterator[Finding]:
    if not date:
        return
    try:
        skew = abs(time.time() - email.utils.parsedate_to_datetime(date).timestamp())
    except ValueError:  # not Slack's own header: something in between wrote it
        return
    if skew > LARGEST_SKEW_SECONDS:
        yield Finding(
            "problem",
            f"This machine's clock is {skew:.0f} s off from Slack's.",
            "Turn on time synchronisation: signatures expire after 5 minutes.",
        )
    else:
        yield Finding("ok", "The clock agrees with Slack's.")


def _ways_in(settings: Settings) -> Iterator[Finding]:
    if settings.slack_app_token is not None:
        client = WebClient(base_url=settings.slack_api_base_url, retry_handlers=[])
        try:
            client.apps_connections_open(app_token=settings.slack_app_token.get_secret_value())
        except SlackApiError as error:
            yield Finding(
                "problem",
                f"Socket Mode refused: {error.response.get('error')}.",
                "Make an app-level token with connections:write.",
            )
        except Exception as error:  # DNS, TLS, resets: each its own class
            yield Finding(
                "problem",
                f"Socket Mode can't be reached: {plain_reason(error)}.",
                "Allow https and wss to slack.com from here.",
            )
        else:
            yield Finding("ok", "Socket Mode: the app token works.")
    if settings.slack_signing_secret is not None:
        yield Finding("ok", "HTTP mode: a signing secret is set.")
    if settings.slack_app_token is None and settings.slack_signing_secret is None:
        yield Finding(
            "problem",
            "Neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET is set.",
            "Set the first for `run` (Socket Mode), the second for `serve` (HTTP).",
        )


def _channels(client: WebClient, database: Database) -> Iterator[Finding]:
    try:
        used = _channels_in_use(database)
    except Unavailable:
        return
    for channel, use in used.items():
        try:
            facts: Any = client.conversations_info(channel=channel).get("channel") or {}
        except SlackApiError as error:
            yield Finding(
                "problem",
                f"{use} go to {channel}: {error.response.get('error')}.",
                "Choose another channel, or invite the bot to this one.",
            )
            continue
        except Exception:  # said already when the token was looked at
            return
        name = f"#{facts.get('name', channel)}"
        bot_name = client.auth_test().get("user") or "influencer"
        if facts.get("is_archived"):
            yield Finding(
                "problem", f"{use} go to {name}, which is archived.", "Choose another channel."
            )
        elif not facts.get("is_member"):
            yield Finding(
                "problem",
                f"{use} go to {name}, which the bot is not in.",
                f"Type /invite @{bot_name} in {name}.",
            )
        else:
            yield Finding("ok", f"{use} go to {name}.")


def _channels_in_use(database: Database) -> dict[str, str]:
    used: dict[str, str] = {}
    for workspace in workspaces.all_active(database):
        with database.reading(workspace.id or 0) as tx:
            used |= dict.fromkeys(shortlists.open_channels(tx), "Shortlists")
            posted = digests.confirmed(tx, (digests.ACTIVE,))
            used |= dict.fromkeys((one.channel_id for one in posted), "Digests")
    return used
