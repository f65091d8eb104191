"""What operators ask: /healthz (does it live), /readyz (can it work), /metrics (its figures)."""

import hmac
from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from pydantic import SecretStr

from bot import metrics
from bot.app import Bot
from bot.health import is_there
from bot.shared_metrics import SharedMetrics

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

HEALTH, READY, METRICS = "/healthz", "/readyz", "/metrics"
PATHS = (HEALTH, READY, METRICS)
STARTING = "starting: the database is opened and, if need be, migrated"
TEXT = "text/plain; charset=utf-8"


class Operators:
    """A WSGI application for `PATHS`. Until `open` is called nothing is ready.

    token: needed for the metrics where it is set. public: others than operators reach it, so
    without a token there are no metrics.
    """

    def __init__(self, token: SecretStr | None, *, public: bool) -> None:
        self._token = token.get_secret_value() if token else ""
        self._public = public
        self._bot: Bot | None = None
        self._shared: CollectorRegistry | None = None

    def open(self, bot: Bot) -> None:
        """From here on it is the bot that is asked after."""
        shared = CollectorRegistry()
        shared.register(SharedMetrics(bot))
        self._shared, self._bot = shared, bot

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer GET and HEAD; anything but `PATHS` is not there."""
        path = environ.get("PATH_INFO", "")
        if path not in PATHS or (path == METRICS and self._public and not self._token):
            return _answer(start_response, HTTPStatus.NOT_FOUND, b"not found\n")
        if environ.get("REQUEST_METHOD") not in ("GET", "HEAD"):
            return _answer(start_response, HTTPStatus.METHOD_NOT_ALLOWED, b"only GET\n")
        if path == HEALTH:
            return _answer(start_response, HTTPStatus.OK, b"ok\n")
        if path == READY:
            return self._readiness(start_response)
        if not self._may_read(environ):
            return _answer(start_response, HTTPStatus.UNAUTHORIZED, b"wrong token\n")
        return _answer(start_response, HTTPStatus.OK, self._figures(), CONTENT_TYPE_LATEST)

    def _readiness(self, start_response: "StartResponse") -> Iterable[bytes]:
        bot = self._bot
        problems = _problems(bot) if bot else [STARTING]
        remarks = bot.health.remarks() if bot else []
        if problems:
            return _answer(
                start_response, HTTPStatus.SERVICE_UNAVAILABLE, _lines(*problems, *remarks)
            )
        return _answer(start_response, HTTPStatus.OK, _lines("ready", *remarks))

    def _may_read(self, environ: "WSGIEnvironment") -> bool:
        given = str(environ.get("HTTP_AUTHORIZATION", ""))
        wanted = f"Bearer {self._token}"
        return not self._token or hmac.compare_digest(
            given.encode("latin-1", "replace"), wanted.encode()
        )

    def _figures(self) -> bytes:
        shared = generate_latest(self._shared) if self._shared else b""
        return metrics.figures() + shared


def _problems(bot: Bot) -> list[str]:
    return bot.health.problems(database_is_there=is_there(bot.services.database))


def _lines(*said: str) -> bytes:
    return "".join(f"{one}\n" for one in said).encode()


def _answer(
    start_response: "StartResponse", status: HTTPStatus, body: bytes, kind: str = TEXT
) -> Iterable[bytes]:
    headers = [("Content-Type", kind), ("Content-Length", str(len(body)))]
    start_response(f"{status.value} {status.phrase}", headers)
    return [body]
