"""Sends what the outbox holds: one message a lane at a time, each known to be there or not."""

import datetime as dt
import logging
import re
from collections.abc import Callable
from functools import cached_property
from typing import Any

import httpx
from slack_sdk import WebClient

from bot import metrics, unanswered
from bot.app import Bot, real_now
from bot.slack import (
    TOKEN_TROUBLE,
    RateLimited,
    SlackRefused,
    Unanswered,
    call,
    seconds_to_wait,
)
from storage import jobs, outbox, people, sending, workspaces
from storage.database import Unavailable
from storage.installations import NoToken
from storage.models import OutboxMessage, Workspace
from storage.sending import Claim
from storage.transaction import Transaction
from views import failures

log = logging.getLogger(__name__)

POST = "chat.postMessage"
REPEATABLE = frozenset(
    {"chat.update", "reactions.add", "reactions.remove", "views.publish", "views.update"}
)
ALREADY_DONE = frozenset({"already_reacted", "no_reaction"})
NEWER_BLOCKS = frozenset({"data_visualization", "data_table", "table", "card", "carousel"})
WHOLE_BLOCK = re.compile(r"json-pointer:/blocks/(\d+)(?:/type)?\]")
FIRST_WAIT_SECONDS = 3.0  # a call that was given up may still arrive
LONGEST_WAIT_SECONDS = 60.0
TOKEN_WAIT_SECONDS = 60.0
UNCONFIRMED = "unconfirmed"


class Sender:
    """One round claims what is due and sends it; several senders work side by side.

    now: real time, by which leases and waits go.
    """

    def __init__(self, bot: Bot, now: Callable[[], dt.datetime] = real_now) -> None:
        self._bot = bot
        self._database = bot.services.database
        self._now = now

    @cached_property
    def _http(self) -> httpx.Client:
        """For response_urls; made when first needed, for it reads all certificates."""
        return httpx.Client(timeout=10, follow_redirects=False)

    def send_due(self) -> bool:
        """Send one message that is due; says whether there was one."""
        with self._database.looking() as session:
            if not sending.is_due(session, self._now()):
                return False
        with self._database.everywhere() as session:
            claim = sending.claim(session, self._now())
        if claim is None:
            return False
        try:
            self._send(claim)
        except Unavailable:
            log.warning("what came of %s could not be stored: it is asked again when its "
                        "lease has lapsed", claim.message.message_key)  # fmt: skip
        except Exception:  # one message that can't be sent must not hold up its lane
            log.exception("%s can't be sent", claim.message.message_key)
            self._settle(claim, "failed", error="a mistake of ours, see the log")
        return True

    def close(self) -> None:
        """Let go of connections."""
        if "_http" in self.__dict__:
            self._http.close()

    def _send(self, claim: Claim) -> None:
        try:
            client = self._bot.services.slack.client(claim.workspace)
            if claim.unanswered:
                self._settle_unanswered(client, claim)
            else:
                self._deliver(client, claim)
        except RateLimited as limit:
            self._later(claim, limit.seconds, "ratelimited")
        except Unanswered as error:
            self._unknown(claim, error)
        except NoToken as error:
            self._wait_for_token(claim, str(error))
        except SlackRefused as refusal:
            self._refused(claim, refusal)

    def _deliver(self, client: WebClient, claim: Claim) -> None:
        message = claim.message
        if message.method == "response_url":
            self._respond(claim)
            return
        arguments = _arguments(claim)
        if arguments is None:
            self._settle(claim, "failed", error="what it changes or answers was never posted")
            return
        answer = call(client, message.method, json=arguments)
        posted = message.method == POST
        facts = {"ts": answer.get("ts"), "channel_id": answer.get("channel")} if posted else {}
        self._settle(claim, "sent", error=None, **facts)

    def _respond(self, claim: Claim) -> None:
        payload = claim.message.payload
        body = {name: v for name, v in payload["message"].items() if name != "fallback_blocks"}
        try:
            answer = self._http.post(payload["url"], json=body)
        except httpx.HTTPError as error:
            self._settle(claim, "failed", error=f"{error!r}; sent at most once"[:300])
            return
        if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
            raise RateLimited(seconds_to_wait(answer.headers.get("retry-after")))
        refusal = None if answer.is_success else answer.text[:300]
        self._settle(claim, "failed" if refusal else "sent", error=refusal)

    def _settle_unanswered(self, client: WebClient, claim: Claim) -> None:
        """What was sent and not answered: repeated where that does no harm, else looked for."""
        if claim.message.method in REPEATABLE:
            self._deliver(client, claim)
        elif claim.message.method != POST:
            self._settle(claim, "failed", error="no answer; sent at most once")
        else:
            self._find_or_repeat(client, claim)

    def _find_or_repeat(self, client: WebClient, claim: Claim) -> None:
        """An unanswered post is looked for by its metadata before it is ever sent again."""
        try:
            found = unanswered.find(client, claim)
        except SlackRefused as refusal:
            if refusal.code in TOKEN_TROUBLE:
                raise
            self._park(claim, refusal.code)
            return
        if found is None:
            self._deliver(client, claim)
        else:
            self._settle(claim, "sent", ts=found.ts, channel_id=found.channel_id, error=None)

    def _park(self, claim: Claim, code: str) -> None:
        """Nobody can find out whether it was posted: the owners are told, and decide.

        They are not told of private messages, which are nobody else's.
        """
        message = claim.message
        channel = unanswered.place_of(message)
        log.warning("%s is put aside: Slack did not confirm it, and looking for it was refused: %s",
                    message.message_key, code)  # fmt: skip
        with self._database.writing(message.workspace_id) as tx:
            held = sending.settle(tx.session, message, "parked", error=code, settled_at=self._now())
            if held and message.about != UNCONFIRMED and not unanswered.is_private(channel):
                _tell_owners(tx, message, channel, code)

    def _refused(self, claim: Claim, refusal: SlackRefused) -> None:
        message = claim.message
        if refusal.code in TOKEN_TROUBLE:
            self._wait_for_token(claim, refusal.code)
        elif refusal.code in ALREADY_DONE:
            self._settle(claim, "sent", error=None)
        elif refusal.code == "invalid_blocks" and message.payload.get("fallback_blocks"):
            self._send_plainer(claim, refusal)
        else:
            log.warning("Slack refused %s: %s", message.message_key, refusal)
            self._settle(claim, "failed", error=str(refusal)[:300])
            self._tell_feature(message, refusal.code)

    def _wait_for_token(self, claim: Claim, code: str) -> None:
        """Nothing is lost while the token is wrong; whether the app was removed is asked."""
        log.error("Slack can't be called with the bot token (%s): messages wait", code)
        if self._bot.tokens is not None:
            self._bot.tokens.forget()
        self._later(claim, TOKEN_WAIT_SECONDS, code)
        with self._database.writing(claim.message.workspace_id) as tx:
            jobs.add(tx, "install.check_token", f"install.check_token:{self._now():%Y-%m-%dT%H}")

    def _send_plainer(self, claim: Claim, refusal: SlackRefused) -> None:
        payload = claim.message.payload
        unknown_types = _unknown_types(payload.get("blocks") or [], refusal.details)
        if not unknown_types:
            log.error("blocks of %s are wrong: %s", claim.message.message_key, refusal)
        plainer = {**payload, "blocks": payload["fallback_blocks"]}
        del plainer["fallback_blocks"]
        with self._database.writing(claim.message.workspace_id) as tx:
            for block_type in sorted(unknown_types):
                workspaces.remember_refused_block(tx, block_type)
            sending.settle(tx.session, claim.message, "waiting", payload=plainer)
            tx.wakes_outbox = True

    def _unknown(self, claim: Claim, error: Unanswered) -> None:
        log.info("no answer to %s: %s", claim.message.message_key, error)
        self._settle(
            claim,
            "unknown",
            error=str(error)[:300],
            due_at=self._now() + _wait_after(claim.message.attempts),
        )

    def _later(self, claim: Claim, seconds: float, why: str) -> None:
        """Slack did nothing this time; what was unknown before stays so."""
        state = "unknown" if claim.unanswered else "waiting"
        due_at = self._now() + dt.timedelta(seconds=seconds)
        self._settle(claim, state, error=why, due_at=due_at)

    def _settle(self, claim: Claim, state: str, **facts: Any) -> None:
        if state in ("sent", "failed"):
            facts["settled_at"] = self._now()
        with self._database.everywhere() as session:
            held = sending.settle(session, claim.message, state, **facts)
        if not held:
            log.warning("%s was taken over by another worker", claim.message.message_key)
            return
        shown = claim.message.about.partition(":")[0] or "other"
        metrics.MESSAGES.labels(shown, state).inc()

    def _tell_feature(self, message: OutboxMessage, code: str) -> None:
        """Let the feature whose message was refused act on it ("digest:3" → digest)."""
        kind, _, number = message.about.partition(":")
        handler = self._bot.feature.failures.get(kind)
        if handler is None:
            return
        with self._database.reading(message.workspace_id) as tx:
            context = self._bot.context(workspaces.get(tx))
        try:
            handler({"id": int(number), "error": code, "outbox_id": message.id,
                     "channel": message.payload.get("channel", "")}, context)  # fmt: skip
        except Exception:
            log.exception("the failure of %s could not be handled", message.message_key)


def _tell_owners(tx: Transaction, message: OutboxMessage, channel: str, code: str) -> None:
    told = failures.unconfirmed(channel, may_not_look=code == "missing_scope").payload()
    for owner in people.with_role(tx, "owner"):
        key = f"{UNCONFIRMED}:{message.id}:{owner.slack_user_id}"
        outbox.direct(tx, key, owner.slack_user_id, told, about=UNCONFIRMED)


def _arguments(claim: Claim) -> dict[str, Any] | None:
    """Arguments of the call, with the places of earlier messages; None when one has no place."""
    message = claim.message
    arguments = {name: v for name, v in message.payload.items() if name != "fallback_blocks"}
    plainer = message.payload.get("fallback_blocks")
    if plainer and _refused_before(message.payload.get("blocks") or [], claim.workspace):
        arguments["blocks"] = plainer
    if message.changes:
        if claim.target is None:
            return None
        channel, ts = claim.target
        arguments["channel"] = channel
        arguments["ts" if message.method == "chat.update" else "timestamp"] = ts
    if message.reply_to:
        if claim.thread_ts is None:
            return None
        arguments["thread_ts"] = claim.thread_ts
    if message.method == POST:
        arguments["metadata"] = unanswered.metadata_of(message)
        arguments |= {"unfurl_links": False, "unfurl_media": False}
    return arguments


def _refused_before(blocks: list[dict[str, Any]], workspace: Workspace) -> bool:
    return any(block.get("type") in workspace.refused_blocks for block in blocks)


def _unknown_types(blocks: list[dict[str, Any]], details: tuple[str, ...]) -> set[str]:
    """Newer block types that this workspace refuses as a whole.

    details: Slack's sentences, which point to what is wrong; where they point into a block, its
    content is wrong and its type is known. Without any, every newer type is meant.
    """
    newer = {n: str(b.get("type")) for n, b in enumerate(blocks) if b.get("type") in NEWER_BLOCKS}
    if not details:
        return set(newer.values())
    pointed = {int(number) for line in details for number in WHOLE_BLOCK.findall(line)}
    return {kind for number, kind in newer.items() if number in pointed}


def _wait_after(attempts: int) -> dt.timedelta:
    seconds = FIRST_WAIT_SECONDS * 2 ** min(attempts - 1, 10)
    return dt.timedelta(seconds=min(LONGEST_WAIT_SECONDS, seconds))
