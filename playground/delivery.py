"""Signed requests to the bot, as Slack sends them, and a record of each."""

import hashlib
import hmac
import json
import threading
import time
from collections import deque
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

import httpx

from playground.options import Options
from playground.records import Json

EVENTS_PATH = "/slack/events"
FORM = "application/x-www-form-urlencoded"
JSON_TYPE = "application/json"
HTTP_OK = 200


@dataclass(frozen=True)
class Delivery:
    """One request to the bot and its answer.

    kind: event, command, action, submission, closed, shortcut or suggestion.
    status: `None` when no answer came; then `failure` is timeout or unreachable.
    seconds: until the answer. retry: 0, or which repeat it was.
    """

    kind: str
    payload: Json
    body: bytes = field(repr=False)
    content_type: str = FORM
    retry: int = 0
    status: int | None = None
    answer: bytes = b""
    answer_headers: dict[str, str] = field(default_factory=dict, repr=False)
    seconds: float = 0.0
    failure: str | None = None
    headers: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def ok(self) -> bool:
        """Whether the bot answered 200."""
        return self.status == HTTP_OK

    @property
    def text(self) -> str:
        """The answer as text."""
        return self.answer.decode("utf-8", "replace")

    def json(self) -> Any:
        """The answer's JSON; `None` when it is empty. Raises ValueError when it is none."""
        return json.loads(self.answer) if self.answer.strip() else None


class Courier:
    """Signs, sends and remembers. It holds no lock while the bot works.

    down: while set, the bot counts as unreachable.
    """

    def __init__(self, options: Options) -> None:
        """Prepare for the bot at `options.bot_url`."""
        self.options = options
        self.deliveries: deque[Delivery] = deque(maxlen=20_000)
        self._last: dict[str, Delivery] = {}
        self._lock = threading.Lock()
        self._http = httpx.Client(
            timeout=options.timeout,
            limits=httpx.Limits(max_connections=64, max_keepalive_connections=0),
            trust_env=False,
            verify=False,  # noqa: S501  the bot is on loopback, without TLS: no certificates to read
        )
        self.down = False

    def send_form(self, kind: str, fields: dict[str, str]) -> Delivery:
        """A slash command: the fields themselves are the payload."""
        return self._first(Delivery(kind, dict(fields), urlencode(fields).encode(), FORM))

    def send_interaction(self, kind: str, payload: Json) -> Delivery:
        """A button, view or shortcut: JSON in the form field `payload`."""
        body = urlencode({"payload": json.dumps(payload, ensure_ascii=False)}).encode()
        return self._first(Delivery(kind, payload, body, FORM))

    def send_event(self, payload: Json, retry: int = 0, reason: str | None = None) -> Delivery:
        """An event; `retry` and `reason` are told to the bot from the first repeat on."""
        body = json.dumps(payload, ensure_ascii=False).encode()
        delivery = Delivery("event", payload, body, JSON_TYPE, retry)
        extra = {"x-slack-retry-num": str(retry), "x-slack-retry-reason": reason or "http_error"}
        return self._send(delivery, extra if retry else {})

    def repeat(self, kind: str | None = None) -> Delivery:
        """Send the last delivery (of this kind) again, byte for byte, freshly signed.

        Raises:
            LookupError: nothing of the kind was sent yet.
        """
        with self._lock:
            last = self._last.get(kind or "any")
        if last is None:
            raise LookupError(f"nothing was delivered yet ({kind or 'of any kind'})")
        again = replace(last, retry=last.retry + 1, status=None, answer=b"", failure=None)
        extra = {"x-slack-retry-num": str(again.retry), "x-slack-retry-reason": "http_timeout"}
        return self._send(again, extra if last.kind == "event" else {})

    def close(self) -> None:
        """Give up all connections."""
        self._http.close()

    def _first(self, delivery: Delivery) -> Delivery:
        return self._send(delivery, {})

    def _send(self, delivery: Delivery, extra: dict[str, str]) -> Delivery:
        with self._lock:
            self._last[delivery.kind] = self._last["any"] = delivery
        headers = {
            "content-type": delivery.content_type,
            "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            **signature_headers(self.options.signing_secret, delivery.body),
            **extra,
        }
        done = self._request(delivery, headers)
        with self._lock:
            self.deliveries.append(done)
        return done

    def _request(self, delivery: Delivery, headers: dict[str, str]) -> Delivery:
        url = self.options.bot_url.rstrip("/") + EVENTS_PATH
        began = time.perf_counter()
        if self.down:
            return replace(delivery, failure="unreachable", headers=headers)
        try:
            answer = self._http.post(url, content=delivery.body, headers=headers)
        except (httpx.TransportError, RuntimeError) as error:
            late = isinstance(error, httpx.TimeoutException)
            return replace(
                delivery,
                failure="timeout" if late else "unreachable",
                headers=headers,
                seconds=time.perf_counter() - began,
            )
        return replace(
            delivery,
            status=answer.status_code,
            answer=answer.content,
            answer_headers={name.lower(): value for name, value in answer.headers.items()},
            headers=headers,
            seconds=time.perf_counter() - began,
        )


def signature_headers(secret: str, body: bytes, now: float | None = None) -> dict[str, str]:
    """Slack's two headers for this body; `now` is real time, in seconds since 1970."""
    stamp = str(int(time.time() if now is None else now))
    digest = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256)
    return {
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": f"v0={digest.hexdigest()}",
    }
