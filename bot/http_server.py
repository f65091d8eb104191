"""HTTP mode: Slack's requests on /slack/events, those of shops and of people who follow tracking
links or install the app on paths of their own, and /healthz and /readyz for operators."""

import errno
import socket
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any

from slack_bolt.adapter.wsgi import SlackRequestHandler
from waitress import wasyncore
from waitress.server import create_server

from bot.app import Bot
from bot.clicks import Clicks
from bot.gate import SlackGate
from bot.manifest import EVENTS_PATH
from bot.oauth import PATHS, Installing
from bot.outside import LINKS, SHOPS, redirect, webhook
from bot.wsgi import MAX_BYTES
from storage.database import Unavailable

StartResponse = Callable[..., Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


def _why_not(host: str, port: int, error: OSError | ValueError) -> str:
    where = f"Can't listen on {host}, port {port}"
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return f"{where}: another program listens there. Choose another with --port."
    if isinstance(error, OSError) and error.errno == errno.EACCES:
        return f"{where}: this user may not. Choose a --port above 1023."
    return f"{where}: {getattr(error, 'strerror', None) or error}."


class CannotListen(Exception):
    """The address or port can't be had; the message is a sentence for the person."""


class HttpServer:
    """A waitress server around the bot, in threads of this process."""

    def __init__(
        self, bot: Bot, host: str, port: int, sockets: Sequence[socket.socket] = ()
    ) -> None:
        """Bind at once, so that a taken port is said before anything else starts.

        Raises:
            CannotListen: the address or port can't be had.
        """
        self.clicks = Clicks(bot)
        where = {"sockets": list(sockets)} if sockets else {"host": host, "port": port}
        try:
            self._server = create_server(
                wsgi_application(bot, self.clicks),
                **where,
                threads=bot.settings.server_threads,
                ident=None,
                clear_untrusted_proxy_headers=True,
                max_request_body_size=MAX_BYTES,
            )
        except (OSError, ValueError) as error:
            raise CannotListen(_why_not(host, port, error)) from None
        self.port = int(self._server.effective_port)
        self._closing = threading.Lock()
        self._starting = threading.Lock()
        self._closed = False
        self._ended = threading.Event()
        self._ended.set()

    def serve_forever(self) -> None:
        """Answer until `close` is called; not at all if it was called already."""
        with self._starting:
            if self._closed:
                return
            self._ended.clear()
        self.clicks.start()
        try:
            self._server.run()
        finally:
            self._ended.set()

    def close(self, seconds: float = 5) -> None:
        """Take no more requests and finish those in hand, within a limit; once is enough."""
        with self._closing:  # who comes second returns when the first is done
            with self._starting:
                first, self._closed = not self._closed, True
            if first:
                self._close(time.monotonic() + seconds)
                self.clicks.stop()

    def _close(self, until: float) -> None:
        trigger, dispatcher = self._server.trigger, self._server.task_dispatcher
        if not self._ended.is_set():
            trigger.pull_trigger(self._stop_listening)
            while self._is_busy() and time.monotonic() < until:
                self._ended.wait(0.01)
            trigger.pull_trigger(self._hang_up)
        if self._ended.wait(max(0.1, until - time.monotonic())):
            self._hang_up()  # nothing is left of it, unless the loop had never begun or failed
        dispatcher.shutdown(timeout=0.5)
        if self._ended.is_set() and not dispatcher.threads:
            trigger.close()

    def _stop_listening(self) -> None:
        """Called on the server's own thread, as its sockets must be; its trigger stays open."""
        wasyncore.dispatcher.close(self._server)

    def _hang_up(self) -> None:
        """Close all but the trigger: a thread that is late still pulls it.

        Its number may belong to another file by then, to the database's, say.
        """
        self._stop_listening()
        sockets = self._server._map
        for one in list(sockets.values()):
            if one is not self._server.trigger:
                with suppress(OSError):
                    one.close()
        sockets.clear()  # which ends the loop

    def _is_busy(self) -> bool:
        """Whether a request is worked on, or an answer is not sent yet."""
        channels = list(self._server.active_channels.values())
        return any(one.requests or one.total_outbufs_len for one in channels)


def wsgi_application(bot: Bot, clicks: Clicks) -> Any:
    """The bot as a WSGI application. clicks: counts those on tracking links."""
    secret = bot.settings.slack_signing_secret
    if secret is None or not secret.get_secret_value():
        raise LookupError("SLACK_SIGNING_SECRET is not set")
    handler = SlackRequestHandler(bot.bolt, path=EVENTS_PATH)
    return SlackGate(handler, secret.get_secret_value(), otherwise=_otherwise(bot, clicks))


def _otherwise(bot: Bot, clicks: Clicks) -> Application:
    installing = Installing(bot, bot.tokens) if bot.tokens is not None else None

    def application(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if installing is not None and path in PATHS:
            return installing(environ, start_response)
        if path.startswith(SHOPS):
            return webhook(bot, environ, start_response)
        if path.startswith(LINKS):
            return redirect(clicks, environ, start_response)
        if path == "/healthz":
            return _plain(start_response, "200 OK", b"ok\n")
        if path == "/readyz":
            return _readiness(bot, start_response)
        return _plain(start_response, "404 Not Found", b"not found\n")

    return application


def _readiness(bot: Bot, start_response: StartResponse) -> Iterable[bytes]:
    try:
        bot.services.database.ping()
    except Unavailable:
        return _plain(start_response, "503 Service Unavailable", b"database out of reach\n")
    return _plain(start_response, "200 OK", b"ready\n")


def _plain(start_response: StartResponse, status: str, body: bytes) -> Iterable[bytes]:
    headers = [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))]
    start_response(status, headers)
    return [body]
