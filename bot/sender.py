"""Sends what the outbox holds: one message a lane at a time, each known to be there or not."""

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import Any

import httpx
from slack_sdk import WebClient

from bot import metrics, unanswered
from bot.app import Bot, real_now
from bot.arguments import call_of, refused_types
from bot.pace import Pace
from bot.slack import (
    NO_ACCESS,
    PATIENCE_SECONDS,
    TOKEN_TROUBLE,
    OutOfReach,
    RateLimited,
    SlackRefused,
    Unanswered,
    call,
    seconds_to_wait,
)
from handlers import unconfirmed
from storage import jobs, sending, workspaces
from storage.database import Unavailable
from storage.installations import NoToken
from storage.models import OutboxMessage
from storage.outbox import COMPLETE, FAIL, POST, SHARE
from storage.parking import PARKED
from storage.sending import Claim
from storage.transaction import Transaction

log = logging.getLogger(__name__)

REPEATABLE = frozenset(
    {"chat.update", "reactions.add", "reactions.remove", "views.publish", "views.update"}
    | {COMPLETE, FAIL}  # a workflow's step ends once
)
NOT_LET_IN = TOKEN_TROUBLE | {NO_ACCESS}
ALREADY_DONE = frozenset({"already_reacted", "no_reaction", "execution_not_in_running_state"})
FIRST_WAIT_SECONDS = 3.0  # a call that was given up may still arrive
LONGEST_WAIT_SECONDS = 60.0
TOKEN_WAIT_SECONDS = 60.0
REPLACED = "a newer drawing replaces it"
MOST_PUT_OFF = 20
"""Edits in one transaction, for others write too."""
PACED = "waits for its turn among the edits that Slack grants"


class Sender:
    """One round claims what is due and sends it; several senders work side by side.

    now: real time, by which leases and waits go.
    """

    def __init__(self, bot: Bot, now: Callable[[], dt.datetime] = real_now) -> None:
        self._bot = bot
        self._database = bot.services.database
        self._now = now
        self._pace = Pace()

    @cached_property
    def _http(self) -> httpx.Client:
        """For response_urls; made when first needed, for it reads all certificates."""
        return httpx.Client(timeout=10, follow_redirects=False)

    def send_due(self) -> bool:
        """Send one message that is due; says whether there was one."""
        claim = self._claim()
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

    def _claim(self) -> Claim | None:
        """Look where something is due, then take it there."""
        with self._database.looking() as session:
            places = sending.due_in(session, self._now())
        for workspace_id in places:
            with self._database.writing(workspace_id) as tx:
                claim = self._claim_in(tx)
            if claim is not None:
                self._database.outbox_added.ring()  # where one is, there may be more
                return claim
        return None

    def _claim_in(self, tx: Transaction) -> Claim | None:
        """Take what may be sent now; an edit whose turn has not come is put off until then."""
        for _ in range(MOST_PUT_OFF):
            claim = sending.claim(tx, self._now())
            wait = self._wait_for_turn(claim) if claim is not None else None
            if claim is None or not wait:
                return claim
            sending.settle(tx.session, claim.message, "waiting", due_at=self._now() + wait,
                           error=PACED, unknown_since=None)  # fmt: skip
        self._database.outbox_added.ring()  # to go on behind them
        return None

    def _wait_for_turn(self, claim: Claim) -> dt.timedelta:
        """How long an edit has to wait, once; one that was sent before has had its turn."""
        message = claim.message
        had = message.error == PACED or message.attempts > 1
        if message.method != "chat.update" or claim.unanswered or had:
            return dt.timedelta()
        return self._pace.wait(message.workspace_id, self._now())

    def close(self) -> None:
        """Let go of connections."""
        if "_http" in self.__dict__:
            self._http.close()

    def _send(self, claim: Claim) -> None:
        message = claim.message
        try:
            client = self._bot.services.slack.client(claim.workspace)
        except NoToken as error:
            self._wait_for_token(claim, str(error))
            return
        try:
            if claim.unanswered:
                if self._is_settled(client, claim):
                    return
                claim = replace(claim, unanswered=False)
            self._deliver(client, claim)
        except RateLimited as limit:
            if claim.unanswered and unanswered.is_overdue(message, self._now()):
                self._park(claim, "ratelimited")
            else:
                self._later(claim, limit.seconds, "ratelimited")
        except OutOfReach as error:
            self._later(claim, _wait_after(message.attempts).total_seconds(), str(error))
        except Unanswered as error:
            self._unknown(client, claim, error)
        except SlackRefused as refusal:
            self._refused(claim, refusal)

    def _deliver(self, client: WebClient, claim: Claim) -> None:
        message = claim.message
        if self._now() > claim.until - dt.timedelta(seconds=PATIENCE_SECONDS):
            log.warning("%s was held up for too long: it is asked again", message.message_key)
            return  # by whoever takes it when the lease has lapsed
        if message.method == "response_url":
            self._respond(claim)
            return
        if message.method == "chat.update" and not message.payload:
            drawn = self._drawn(message)
            if drawn is None:
                self._settle(claim, "failed", error="what it shows is not there any more")
                return
            message.payload = drawn
        asked = call_of(claim)
        if asked is None:
            self._settle(claim, "failed", error="what it changes or answers was never posted")
            return
        method, arguments = asked
        answer = call(client, method, json=arguments)
        posted = message.method == POST
        facts = {"ts": answer.get("ts"), "channel_id": answer.get("channel")} if posted else {}
        self._settle(claim, "sent", error=None, **facts)

    def _drawn(self, message: OutboxMessage) -> dict[str, Any] | None:
        """A message as its feature draws it from what is stored at this moment ("card:3")."""
        kind, _, number = message.about.partition(":")
        with self._database.reading(message.workspace_id) as tx:
            return self._bot.feature.drawings[kind](tx, int(number))

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

    def _is_settled(self, client: WebClient, claim: Claim) -> bool:
        """See to what was sent and not answered; False where it may be sent (again) now.

        Some calls do no harm when repeated; a post is looked for before it is ever sent again.
        """
        message = claim.message
        if message.method in REPEATABLE:
            replaced = message.method == "chat.update" and self._is_replaced(message)
            if replaced:  # drawn again now, it would cover the newer drawing
                self._settle(claim, "failed", error=REPLACED)
            return replaced
        if message.method not in (POST, SHARE):
            self._settle(claim, "failed", error="no answer; sent at most once")
            return True
        try:
            found = unanswered.find(client, claim)
        except SlackRefused as refusal:
            if refusal.code in NOT_LET_IN:
                raise
            self._park(claim, refusal.code)
            return True
        if found is None:
            return False
        place = {"ts": found.ts, "channel_id": found.channel_id} if found.ts else {}
        self._settle(claim, "sent", error=None, **place)
        return True

    def _park(self, claim: Claim, code: str) -> None:
        """Nobody can find out whether it was posted: people decide, and the lane goes on."""
        message = claim.message
        log.warning("%s is put aside: nobody knows whether Slack took it: %s",
                    message.message_key, code)  # fmt: skip
        with self._database.writing(message.workspace_id) as tx:
            held = sending.settle(
                tx.session, message, PARKED, error=code, settled_at=self._now(),
                unknown_since=message.unknown_since or self._now(),
            )  # fmt: skip
            if held:
                unconfirmed.tell(tx, message.id or 0)
        if message.method == SHARE:
            self._tell_feature(message, "unconfirmed")

    def _refused(self, claim: Claim, refusal: SlackRefused) -> None:
        message = claim.message
        if refusal.code in NOT_LET_IN:
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
        """Nothing is lost while the token is wrong; whether the app was removed is asked.

        An organisation's token may be right, and no longer let us into this workspace.
        """
        log.error("Slack can't be called with the bot token (%s): messages wait", code)
        if self._bot.tokens is not None:
            self._bot.tokens.forget()
        self._later(claim, TOKEN_WAIT_SECONDS, code)
        with self._database.writing(claim.message.workspace_id) as tx:
            kind = "install.check_access" if code == NO_ACCESS else "install.check_token"
            jobs.add(tx, kind, f"{kind}:{self._now():%Y-%m-%dT%H}")

    def _send_plainer(self, claim: Claim, refusal: SlackRefused) -> None:
        payload = claim.message.payload
        refused = refused_types(payload.get("blocks") or [], refusal.details)
        if not refused:
            log.error("blocks of %s are wrong: %s", claim.message.message_key, refusal)
        plainer = {**payload, "blocks": payload["fallback_blocks"]}
        del plainer["fallback_blocks"]
        with self._database.writing(claim.message.workspace_id) as tx:
            for block_type in sorted(refused):
                workspaces.remember_refused_block(tx, block_type)
            sending.settle(tx.session, claim.message, "waiting", payload=plainer,
                           unknown_since=None)  # fmt: skip
            tx.wakes_outbox = True

    def _unknown(self, client: WebClient, claim: Claim, error: Unanswered) -> None:
        message = claim.message
        log.info("no answer to %s: %s", message.message_key, error)
        overdue = unanswered.is_overdue(message, self._now()) and unanswered.answers(client)
        if overdue and message.method in (POST, SHARE) and not unconfirmed.is_notice(message):
            self._park(claim, str(error)[:300])
            return
        since = message.unknown_since or self._now()
        again = {"error": str(error)[:300], "unknown_since": since,
                 "due_at": self._now() + _wait_after(message.attempts)}  # fmt: skip
        if not overdue or message.method in (POST, COMPLETE, FAIL):  # these two hold up nothing
            self._settle(claim, "unknown", **again)
        elif message.method == "chat.update":
            self._settle(claim, "unknown", lane=f"aside:{message.id}", **again)
        else:
            self._settle(claim, "failed", error=f"no answer for long: {error}"[:300])

    def _is_replaced(self, message: OutboxMessage) -> bool:
        with self._database.reading(message.workspace_id) as tx:
            return sending.has_newer(tx.session, message)

    def _later(self, claim: Claim, seconds: float, why: str) -> None:
        """Slack did nothing this time; what was unknown before stays so."""
        state = "unknown" if claim.unanswered else "waiting"
        due_at = self._now() + dt.timedelta(seconds=seconds)
        known = {} if claim.unanswered else {"unknown_since": None}
        self._settle(claim, state, error=why[:300], due_at=due_at, **known)

    def _settle(self, claim: Claim, state: str, **facts: Any) -> None:
        if state in ("sent", "failed"):
            facts |= {"settled_at": self._now(), "unknown_since": None}
        with self._database.writing(claim.message.workspace_id) as tx:
            held = sending.settle(tx.session, claim.message, state, **facts)
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


def _wait_after(attempts: int) -> dt.timedelta:
    seconds = FIRST_WAIT_SECONDS * 2 ** min(attempts - 1, 10)
    return dt.timedelta(seconds=min(LONGEST_WAIT_SECONDS, seconds))
