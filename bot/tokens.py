"""Bot tokens of many workspaces: read, kept for a moment, exchanged before they end."""

import datetime as dt
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from slack_sdk import WebClient

from bot.slack import PATIENCE_SECONDS, RateLimited, SlackRefused, Token, Unanswered, call
from storage import installations, renewals
from storage.database import Database, Unavailable
from storage.installations import BOT, REFRESH, NoToken, Tokens
from storage.models import Installation, Workspace

log = logging.getLogger(__name__)

KEPT_SECONDS = 30.0
AHEAD = dt.timedelta(hours=3)
"""So long before their end tokens are exchanged, of the twelve hours that Slack gives them."""
AT_ONCE = dt.timedelta(minutes=5)
"""With less left whoever needs the token exchanges it."""
WAIT_SECONDS, STEP_SECONDS = 2.0, 0.05
LOST = frozenset(
    {"invalid_refresh_token", "token_revoked", "account_inactive", "invalid_grant", "token_expired"}
)


@dataclass(frozen=True)
class _Kept:
    token: Token
    ends: dt.datetime | None
    until: float


class WorkspaceTokens:
    """Thread-safe. Several processes may work side by side: one of them exchanges a token.

    real_now: real time, by which leases go; tokens end by the product's clock.
    """

    def __init__(
        self,
        database: Database,
        base_url: str,
        client: tuple[str, str],
        real_now: Callable[[], dt.datetime],
    ) -> None:
        """client: id and secret of the Slack app."""
        self._database = database
        self._base_url = base_url
        self._client = client
        self._now = real_now
        self._kept: dict[int, _Kept] = {}
        self._lock = threading.Lock()

    def of(self, workspace: Workspace) -> Token:
        """The token to call Slack with for a workspace.

        Raises:
            NoToken: there is none, or none at this moment.
            one of `Unavailable`: the database is out of reach and the token not at hand.
        """
        number, now = workspace.id or 0, self._database.now()
        with self._lock:
            kept = self._kept.get(number)
        good = kept is not None and (kept.ends is None or now < kept.ends - AT_ONCE)
        if kept is not None and good and time.monotonic() < kept.until:
            return kept.token
        try:
            installation = self._good(workspace)
        except Unavailable:
            if kept is None or not good:
                raise
            return kept.token
        token = self._token(installation, workspace)
        with self._lock:
            until = time.monotonic() + KEPT_SECONDS
            self._kept[number] = _Kept(token, installation.expires_at, until)
        return token

    def forget(self) -> None:
        """Look at each workspace's token anew."""
        with self._lock:
            self._kept.clear()

    def renew_expiring(self) -> int:
        """Exchange the tokens that end within hours; gives how many were.

        So posts that nobody asked for, in the night, find a token that works.
        """
        with self._database.looking() as session:
            due = renewals.expiring(session, self._database.now() + AHEAD)
        return sum(self._exchange(number) for number in due)

    def exchange_code(self, code: str, redirect_uri: str) -> dict[str, Any]:
        """What Slack grants for the code of an installation; errors as of `bot.slack.call`."""
        return self._ask(code=code, redirect_uri=redirect_uri)

    def tokens_in(self, answer: dict[str, Any]) -> Tokens:
        """The tokens that Slack's answer holds.

        Raises:
            SlackRefused: it holds none.
        """
        seconds = answer.get("expires_in")
        if not answer.get("access_token") or not str(seconds or 0).isdecimal():
            raise SlackRefused("no_token_in_answer")
        ends = self._database.now() + dt.timedelta(seconds=int(seconds)) if seconds else None
        return Tokens(str(answer["access_token"]), str(answer.get("refresh_token") or ""), ends)

    def _good(self, workspace: Workspace) -> Installation:
        """The installation with a token that works for some minutes, or still works at all."""
        until, exchanged = time.monotonic() + WAIT_SECONDS, False
        while True:
            with self._database.reading(workspace.id or 0) as tx:
                found = installations.serving(tx, workspace)
            if found is None or not found.bot_token:
                raise NoToken("the app is not installed", gone=True)
            left = found.expires_at - self._database.now() if found.expires_at else None
            if left is None or left > AT_ONCE or exchanged:
                return found
            if exchanged := self._exchange(found.workspace_id):
                continue
            if left > dt.timedelta():
                return found
            if found.lost or time.monotonic() >= until:
                raise NoToken(f"the token has ended ({found.lost or 'no new one yet'})", gone=False)
            time.sleep(STEP_SECONDS)  # another process is at it

    def _exchange(self, workspace_id: int) -> bool:
        """Get new tokens, unless somebody else does; no transaction is open meanwhile."""
        held = renewals.lease(self._database, workspace_id, self._now())
        if held is None:
            return False
        with self._giving_back(held):
            if held.expires_at and held.expires_at - self._database.now() > AHEAD:
                renewals.give_back(self._database, held)  # somebody has just been here
                return True
            secret = installations.unseal(self._database.keys, held, REFRESH)
            answer = self._ask(grant_type="refresh_token", refresh_token=secret)
            renewals.renew(self._database, held, self.tokens_in(answer))
            log.info("new tokens for workspace %s", workspace_id)
            return True
        return False

    @contextmanager
    def _giving_back(self, held: Installation) -> Iterator[None]:
        try:
            yield
        except SlackRefused as refusal:
            lost = refusal.code if refusal.code in LOST else None
            log.error(
                "Slack gives no new token for workspace %s (%s)%s",
                held.workspace_id,
                refusal.code,
                ": the app has to be installed there again" if lost else "",
            )
            renewals.give_back(self._database, held, lost)
        except (Unanswered, RateLimited, NoToken) as error:
            log.warning("no new token for workspace %s yet: %s", held.workspace_id, error)
            renewals.give_back(self._database, held)

    def _ask(self, **arguments: str) -> dict[str, Any]:
        client_id, client_secret = self._client
        client = WebClient(base_url=self._base_url, timeout=PATIENCE_SECONDS, retry_handlers=[])
        auth = {"client_id": client_id, "client_secret": client_secret}
        return call(client, "oauth.v2.access", auth=auth, data=arguments)

    def _token(self, installation: Installation, workspace: Workspace) -> Token:
        secret = installations.unseal(self._database.keys, installation, BOT)
        return Token(secret, workspace.team_id if installation.whole_org else "")
