"""HTTP mode: Slack's requests on /slack/events, those of shops and of people who follow tracking
links or install the app on paths of their own, and what operators ask."""

import socket
from collections.abc import Callable, Iterable, Sequence
from http import HTTPStatus
from typing import Any

from slack_bolt.adapter.wsgi import SlackRequestHandler

from bot import metrics
from bot.app import Bot
from bot.clicks import Clicks
from bot.gate import SlackGate
from bot.listening import Listener
from bot.manifest import EVENTS_PATH
from bot.oauth import PATHS, Installing
from bot.operators import PATHS as OPERATORS
from bot.operators import Operators
from bot.outside import LINKS, SHOPS, redirect, webhook
from bot.settings import Settings
from bot.wsgi import answer

StartResponse = Callable[..., Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


class HttpServer:
    """The bot behind a port, in threads of this process."""

    def __init__(
        self, given: Bot | Settings, host: str, port: int, sockets: Sequence[socket.socket] = ()
    ) -> None:
        """Bind at once, so that a taken port is said before anything else starts.

        given: the bot; or, while that is not there yet, its settings: until `open` is called
        nobody is let in then, and /readyz says so.

        Raises:
            CannotListen: the address or port can't be had.
        """
        settings = given.settings if isinstance(given, Bot) else given
        self.operators = Operators(settings.metrics_token, public=True)
        self._entrance = Entrance(self.operators, lambda: self._listener.waiting)
        self.clicks: Clicks | None = None
        self._listener = Listener(
            self._entrance, host, port, threads=settings.server_threads, sockets=sockets
        )
        self.port = self._listener.port
        self.sockets = self._listener.sockets
        if isinstance(given, Bot):
            self.open(given)

    def open(self, bot: Bot) -> None:
        """Let everybody in."""
        self.clicks = Clicks(bot)
        self._entrance.open(bot, self.clicks)
        self.operators.open(bot)
        self.clicks.start()
        metrics.ANSWERING.set(1)

    def serve_forever(self) -> None:
        """Answer until `close` is called; not at all if it was called already."""
        self._listener.serve_forever()

    def close(self, seconds: float = 5) -> None:
        """Take no more requests and finish those in hand, within a limit; once is enough."""
        self._listener.close(seconds)
        if self.clicks is not None:
            self.clicks.stop()


class Entrance:
    """The server's WSGI application; what comes before the bot is there is asked to come again.

    operators: answers for /healthz and the like, from the first moment on. waiting: requests that
    no thread is free for.
    """

    def __init__(self, operators: Operators, waiting: Callable[[], int]) -> None:
        self._operators = operators
        self._waiting = waiting
        self._application: Application = _come_again

    def open(self, bot: Bot, clicks: Clicks) -> None:
        """Let everybody in. clicks: counts those on tracking links."""
        self._application = wsgi_application(bot, clicks, self._operators)

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer, and count what was answered."""
        path = environ.get("PATH_INFO", "")
        metrics.HTTP_WAITING.set(self._waiting())

        def counting(status: str, *more: Any) -> Any:
            metrics.HTTP.labels(_place(path), status.partition(" ")[0]).inc()
            return start_response(status, *more)

        application = self._operators if path in OPERATORS else self._application
        return application(environ, counting)


def wsgi_application(bot: Bot, clicks: Clicks, operators: Operators) -> Any:
    """The bot as a WSGI application. clicks: counts those on tracking links."""
    secret = bot.settings.slack_signing_secret
    if secret is None or not secret.get_secret_value():
        raise LookupError("SLACK_SIGNING_SECRET is not set")
    handler = SlackRequestHandler(bot.bolt, path=EVENTS_PATH)
    otherwise = _otherwise(bot, clicks, operators)
    return SlackGate(handler, secret.get_secret_value(), otherwise=otherwise)


def _otherwise(bot: Bot, clicks: Clicks, operators: Operators) -> Application:
    installing = Installing(bot, bot.tokens) if bot.tokens is not None else None

    def application(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if installing is not None and path in PATHS:
            return installing(environ, start_response)
        if path.startswith(SHOPS):
            return webhook(bot, environ, start_response)
        if path.startswith(LINKS):
            return redirect(clicks, environ, start_response)
        return operators(environ, start_response)

    return application


def _come_again(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    return answer(start_response, HTTPStatus.SERVICE_UNAVAILABLE)


def _place(path: str) -> str:
    """What a request is for, in one of a few words."""
    if path == EVENTS_PATH:
        return "slack"
    if path in OPERATORS:
        return "operators"
    if path in PATHS:
        return "install"
    if path.startswith(SHOPS):
        return "webhooks"
    return "links" if path.startswith(LINKS) else "elsewhere"
