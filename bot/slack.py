"""Slack clients: which token, where the API is, what is never retried, and what answers mean."""

import errno
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.watched_client import WatchedClient
from domain.slack_answer import is_refusal
from storage.models import Workspace

PATIENCE_SECONDS = 20
MODAL_SECONDS = 2
TOKEN_TROUBLE = frozenset(
    {"account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"}
)

NO_ACCESS = "team_access_not_granted"
"""The token is an organisation's, which took the app away from this workspace."""


class Unanswered(Exception):
    """Slack may or may not have done it."""


class OutOfReach(Unanswered):
    """Slack was not reached at all: it did nothing."""


class RateLimited(Exception):
    """Slack did nothing and wants to be asked again in `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"asked to wait {seconds:g} s")
        self.seconds = seconds


class SlackRefused(Exception):
    """Slack did nothing and says why: `code`, and `details` where a block is wrong."""

    def __init__(self, code: str, details: tuple[str, ...] = ()) -> None:
        super().__init__(" ".join((code, *details)))
        self.code = code
        self.details = details


def call(
    client: WebClient,
    method: str,
    *,
    json: dict[str, Any] | None = None,
    params: dict[str, Any] | None = None,
    data: dict[str, Any] | None = None,
    auth: dict[str, str] | None = None,
) -> dict[str, Any]:
    """One Web API call; what it gave.

    json: for methods that write. params: for methods that read, some of which take no JSON.
    data, auth: for methods that take a form, and the app's own id and secret.

    Raises:
        Unanswered: dropped, too late, garbage or a fault of Slack's: it may have been done.
        OutOfReach: not done, no connection was made.
        RateLimited: not done, come again later.
        SlackRefused: not done.
    """
    try:
        answer = client.api_call(method, json=json, params=params, data=data, auth=auth)
    except SlackApiError as error:
        raise _meaning(error) from error
    except Exception as error:  # dropped connections come in many classes
        raise (OutOfReach if _never_left(error) else Unanswered)(repr(error)) from error
    return dict(answer.data) if isinstance(answer.data, dict) else {}


def _never_left(error: Exception) -> bool:
    """Whether no connection was made; one that broke may have carried the call."""
    reason = getattr(error, "reason", None)
    return isinstance(reason, OSError) and (
        isinstance(reason, (ConnectionRefusedError, socket.gaierror, ssl.SSLCertVerificationError))
        or reason.errno in (errno.ENETUNREACH, errno.EHOSTUNREACH)
    )


def _meaning(error: SlackApiError) -> Exception:
    answer = error.response
    code = str(answer.get("error", ""))
    if answer.status_code == HTTPStatus.TOO_MANY_REQUESTS or code == "ratelimited":
        return RateLimited(seconds_to_wait(answer.headers.get("Retry-After")))
    if not is_refusal(answer.status_code, code):
        return Unanswered(f"no answer of Slack's, or a fault: {answer.status_code} {code[:100]}")
    details = (answer.get("response_metadata") or {}).get("messages") or ()
    return SlackRefused(code, tuple(str(one) for one in details))


def seconds_to_wait(retry_after: str | None) -> float:
    """What Slack's header asks for; a second where it says nothing."""
    try:
        return max(1.0, float(retry_after or 1))
    except ValueError:
        return 1.0


@dataclass(frozen=True, repr=False)
class Token:
    """What a call is made with. team_id: named with each call where one token serves many teams."""

    value: str
    team_id: str = ""


MOST_CLIENTS = 4_000
"""Kept at once: tokens that are exchanged twice a day would pile up."""


class SlackClients:
    """Clients for the workspaces of this process.

    No client repeats a call by itself: slack_sdk's own repeat after a dropped connection was seen
    to post a message twice. The outbox decides what may be sent again.
    """

    def __init__(
        self,
        base_url: str,
        token_of: Callable[[Workspace], Token],
        forget: Callable[[], None] = lambda: None,
        noticed: Callable[[str], None] = lambda _code: None,
    ) -> None:
        """Use the Web API at `base_url`; `token_of` gives a workspace's bot token.

        forget: has `token_of` look at each token anew. noticed: as of `WatchedClient`. What
        `token_of` raises, as `storage.installations.NoToken`, whoever wants a client gets.
        """
        self._base_url = base_url
        self._token_of = token_of
        self._forget = forget
        self._noticed = noticed
        self._certificates: ssl.SSLContext | None = None
        self._lock = threading.Lock()
        self._clients: dict[tuple[Token, int], WebClient] = {}

    def client(self, workspace: Workspace) -> WebClient:
        """For workers: patient, and never retrying by itself."""
        return self._client(self._token_of(workspace), PATIENCE_SECONDS)

    def anew(self, workspace: Workspace) -> WebClient:
        """With the token that is stored at this moment: another process may have a newer one."""
        self._forget()
        return self.client(workspace)

    def quick(self, workspace: Workspace) -> WebClient:
        """For a handler that opens a modal: gives up after 2 s and never retries."""
        return self._client(self._token_of(workspace), MODAL_SECONDS)

    def with_token(self, token: str) -> WebClient:
        """For finding out which workspace a token belongs to."""
        return self._client(Token(token), PATIENCE_SECONDS)

    def _client(self, token: Token, timeout: int) -> WebClient:
        with self._lock:
            if (token, timeout) not in self._clients:
                if len(self._clients) >= MOST_CLIENTS:
                    self._clients.clear()
                self._clients[token, timeout] = WatchedClient(
                    noticed=self._noticed,
                    token=token.value,
                    base_url=self._base_url,
                    timeout=timeout,
                    retry_handlers=[],
                    team_id=token.team_id or None,
                    ssl=self._trusted(),
                )
            return self._clients[token, timeout]

    def _trusted(self) -> ssl.SSLContext | None:
        """Whose certificates count, read once: left to each call, that takes 20 ms every time."""
        if self._certificates is None and self._base_url.startswith("https:"):
            self._certificates = ssl.create_default_context()
        return self._certificates


def plain_reason(error: BaseException) -> str:
    """Why Slack could not be reached, in words: "connection refused"."""
    cause = getattr(error, "reason", None) or error.__cause__ or error
    said = getattr(cause, "strerror", None) or str(cause) or type(cause).__name__
    return str(said)[:1].lower() + str(said)[1:].rstrip(".")
