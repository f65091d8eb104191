"""HTTP mode: Slack's requests on /slack/events, and /healthz and /readyz for operators."""

from collections.abc import Callable, Iterable
from typing import Any

from slack_bolt.adapter.wsgi import SlackRequestHandler
from waitress.server import create_server

from bot.app import Bot
from bot.gate import SlackGate
from storage.database import Unavailable

EVENTS_PATH = "/slack/events"
StartResponse = Callable[..., Any]


class HttpServer:
    """A waitress server around the bot, in threads of this process."""

    def __init__(self, bot: Bot, host: str, port: int) -> None:
        """Bind at once, so that a taken port is said before anything else starts."""
        self._server = create_server(
            wsgi_application(bot),
            host=host,
            port=port,
            threads=bot.settings.server_threads,
            ident=None,
            clear_untrusted_proxy_headers=True,
        )
        self.port = int(self._server.effective_port)

    def serve_forever(self) -> None:
        """Answer until `close` is called."""
        self._server.run()

    def close(self) -> None:
        """Stop taking requests and finish those in hand."""
        self._server.close()
        self._server.task_dispatcher.shutdown(timeout=5)


def wsgi_application(bot: Bot) -> Callable[..., Iterable[bytes]]:
    """The bot as a WSGI application."""
    secret = bot.settings.slack_signing_secret
    if secret is None or not secret.get_secret_value():
        raise ValueError("SLACK_SIGNING_SECRET is not set")
    slack = SlackGate(SlackRequestHandler(bot.bolt, path=EVENTS_PATH), secret.get_secret_value())

    def application(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == EVENTS_PATH:
            return slack(environ, start_response)
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
