"""Sends what the outbox holds: one message a lane at a time, each known to be there or not."""

import datetime as dt
import logging
from typing import Any

import httpx
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.app import Bot, real_now
from storage import outbox, workspaces
from storage.database import Unavailable
from storage.models import OutboxMessage, Workspace

log = logging.getLogger(__name__)

METADATA_EVENT = "influencer_bot_message"
PARK_AFTER = dt.timedelta(minutes=10)
REPEATABLE = frozenset({"chat.update", "reactions.add", "reactions.remove", "views.publish"})
ALREADY_DONE = frozenset({"already_reacted", "no_reaction", "message_not_found_for_reaction"})
NEWER_BLOCKS = frozenset({"data_visualization", "data_table", "table", "card", "carousel"})
PASSING = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout"})


class Unanswered(Exception):
    """Slack may or may not have done it."""


class Sender:
    """One round claims what is due and sends it; several senders work side by side."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._database = bot.services.database
        self._http = httpx.Client(timeout=10, follow_redirects=False)

    def send_due(self) -> int:
        """Send what is due now; gives how many messages were worked on."""
        with self._database.everywhere() as session:
            claims = outbox.claim(session, real_now())
        for claim in claims:
            self._send(claim)
        return len(claims)

    def close(self) -> None:
        """Let go of connections."""
        self._http.close()

    def _send(self, claim: outbox.Claim) -> None:
        message = claim.message
        workspace = self._workspace(message.workspace_id)
        client = self._bot.services.slack.client(workspace)
        try:
            if claim.was == "unknown" and message.method == "chat.postMessage":
                self._find_or_repeat(client, claim, workspace)
            elif claim.was == "unknown" and message.method not in REPEATABLE:
                self._settle(message, "failed", error="no answer; sent at most once")
            else:
                self._deliver(client, claim, workspace)
        except SlackApiError as error:
            self._refused(claim, workspace, error)
        except (Unanswered, OSError, TimeoutError) as error:
            self._unanswered(message, error)

    def _deliver(self, client: WebClient, claim: outbox.Claim, workspace: Workspace) -> None:
        message = claim.message
        if message.method == "response_url":
            self._respond(message)
            return
        arguments = _arguments(claim, workspace)
        if arguments is None:
            self._settle(message, "failed", error="what it changes or answers was never posted")
            return
        answer = _call(client, message.method, arguments)
        self._settle(
            message,
            "sent",
            ts=answer.get("ts") if message.method == "chat.postMessage" else None,
            channel_id=answer.get("channel") if message.method == "chat.postMessage" else None,
        )

    def _respond(self, message: OutboxMessage) -> None:
        body = {name: v for name, v in message.payload["message"].items()
                if name != "fallback_blocks"}  # fmt: skip
        try:
            answer = self._http.post(message.payload["url"], json=body)
        except httpx.HTTPError as error:
            self._settle(message, "failed", error=f"{error!r}; sent at most once")
            return
        if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
            self._later(message, float(answer.headers.get("retry-after", 1)))
            return
        accepted = answer.is_success
        self._settle(message, "sent" if accepted else "failed",
                     error=None if accepted else answer.text[:300])  # fmt: skip

    def _find_or_repeat(self, client: WebClient, claim: outbox.Claim, workspace: Workspace) -> None:
        """An unanswered post is looked for by its metadata before it is ever sent again."""
        message = claim.message
        channel = str(message.channel_id or message.payload["channel"])
        try:
            found = _find_by_metadata(client, channel, message, claim.thread_ts)
        except SlackApiError as error:
            if error.response.get("error") == "ratelimited":
                raise
            self._park_or_wait(message, f"can't be looked for: {error.response.get('error')}")
            return
        if found:
            self._settle(message, "sent", ts=found, channel_id=channel)
        else:
            self._deliver(client, claim, workspace)

    def _park_or_wait(self, message: OutboxMessage, why: str) -> None:
        if real_now() - message.due_at > PARK_AFTER or "missing_scope" in why:
            log.warning("outbox message %s parked: %s", message.id, why)
            self._settle(message, "parked", error=why)
        else:
            self._settle(message, "unknown", error=why, due_at=None)

    def _refused(self, claim: outbox.Claim, workspace: Workspace, error: SlackApiError) -> None:
        message, code = claim.message, str(error.response.get("error", "unknown"))
        if code == "ratelimited" or error.response.status_code == 429:
            self._later(message, float(error.response.headers.get("Retry-After", 1)))
        elif code in ALREADY_DONE:
            self._settle(message, "sent")
        elif code == "invalid_blocks" and message.payload.get("fallback_blocks"):
            self._send_plainer(claim, workspace)
        elif code in PASSING or error.response.status_code >= 500:
            self._unanswered(message, error)
        else:
            log.warning("Slack refused %s: %s", message.message_key, error.response.data)
            self._settle(message, "failed", error=code)
            self._tell_feature(message, code)

    def _send_plainer(self, claim: outbox.Claim, workspace: Workspace) -> None:
        message = claim.message
        with self._database.writing(message.workspace_id) as tx:
            for block in message.payload.get("blocks") or []:
                if block.get("type") in NEWER_BLOCKS:
                    workspaces.remember_refused_block(tx, block["type"])
            plainer = {**message.payload, "blocks": message.payload["fallback_blocks"]}
            del plainer["fallback_blocks"]
            stored = tx.session.get_one(OutboxMessage, message.id)
            stored.payload = plainer
            stored.state = "waiting"
            stored.leased_until = None
            tx.wakes_outbox = True
        self._bot.workspaces_seen.clear()

    def _unanswered(self, message: OutboxMessage, error: Exception) -> None:
        log.info("no answer to %s: %r", message.message_key, error)
        wait = min(60.0, 0.5 * 2**message.attempts)
        state = "waiting" if message.method in REPEATABLE else "unknown"
        self._settle(message, state, error=repr(error)[:300],
                     due_at=real_now() + dt.timedelta(seconds=wait))  # fmt: skip

    def _later(self, message: OutboxMessage, seconds: float) -> None:
        due_at = real_now() + dt.timedelta(seconds=seconds)
        self._settle(message, "waiting", error="ratelimited", due_at=due_at)

    def _settle(self, message: OutboxMessage, state: str, **facts: Any) -> None:
        try:
            with self._database.everywhere() as session:
                outbox.settle(session, message, state, now=real_now(), **facts)
        except Unavailable:
            log.exception("outbox message %s could not be settled; its lease lapses", message.id)

    def _tell_feature(self, message: OutboxMessage, code: str) -> None:
        """Let the feature whose message was refused act on it ("digest:3" → digest)."""
        kind, _, number = message.about.partition(":")
        handler = self._bot.feature.failures.get(kind)
        if handler is None:
            return
        context = self._bot.context(self._workspace(message.workspace_id))
        try:
            handler({"id": int(number), "error": code, "outbox_id": message.id,
                     "channel": message.payload.get("channel", "")}, context)  # fmt: skip
        except Exception:
            log.exception("the failure of %s could not be handled", message.message_key)

    def _workspace(self, workspace_id: int) -> Workspace:
        with self._database.reading(workspace_id) as tx:
            return workspaces.get(tx)


def _arguments(claim: outbox.Claim, workspace: Workspace) -> dict[str, Any] | None:
    """Arguments of the call, with the places of earlier messages filled in."""
    message = claim.message
    arguments = {name: v for name, v in message.payload.items() if name != "fallback_blocks"}
    plainer = message.payload.get("fallback_blocks")
    if plainer and _refused_before(message.payload.get("blocks") or [], workspace):
        arguments["blocks"] = plainer
    if message.changes:
        if claim.target is None:
            return None
        channel, ts = claim.target
        arguments |= {"channel": channel, ("ts" if message.method == "chat.update"
                                           else "timestamp"): ts}  # fmt: skip
    if message.reply_to:
        if claim.thread_ts is None:
            return None
        arguments["thread_ts"] = claim.thread_ts
    if message.method == "chat.postMessage":
        arguments |= {
            "metadata": {
                "event_type": METADATA_EVENT,
                "event_payload": {"key": message.message_key},
            },
            "unfurl_links": False,
            "unfurl_media": False,
        }
    return arguments


def _refused_before(blocks: list[dict[str, Any]], workspace: Workspace) -> bool:
    return any(block.get("type") in workspace.refused_blocks for block in blocks)


def _call(client: WebClient, method: str, arguments: dict[str, Any]) -> dict[str, Any]:
    try:
        answer = client.api_call(method, json=arguments)
    except SlackApiError:
        raise
    except Exception as error:  # dropped connections and garbage come in many classes
        raise Unanswered(repr(error)) from error
    return dict(answer.data) if isinstance(answer.data, dict) else {}


def _find_by_metadata(
    client: WebClient, channel: str, message: OutboxMessage, thread_ts: str | None
) -> str | None:
    """The ts of a message that carries our key, looked for since shortly before it was due."""
    arguments: dict[str, Any] = {
        "channel": channel,
        "include_all_metadata": True,
        "limit": 15,
    }
    if thread_ts:
        answer = client.conversations_replies(ts=thread_ts, **arguments)
    else:
        answer = client.conversations_history(**arguments)
    for posted in answer.get("messages") or []:
        payload = (posted.get("metadata") or {}).get("event_payload") or {}
        if payload.get("key") == message.message_key:
            return str(posted["ts"])
    return None
