"""Starts and stops the playground's server, on threads of its own."""

import threading
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import waitress
from flask import Flask, Response, request
from waitress import wasyncore

from playground.api_oauth import oauth_pages
from playground.browser import MOST_WAITING, browser
from playground.options import Options
from playground.web_api import web_api
from playground.workspace import Workspace

LOOPBACK = ("127.0.0.1", "localhost", "::1")
WORKING_THREADS = 24
LARGEST_BODY = 64 * 1024 * 1024


@dataclass
class RunningPlayground:
    """A playground that serves: `url` for the browser, `api_url` for the bot."""

    workspace: Workspace
    url: str
    _server: Any = field(repr=False)
    _sockets: dict[int, Any] = field(repr=False)
    _thread: threading.Thread = field(repr=False)

    @property
    def api_url(self) -> str:
        """The Web API's base address, with a slash at the end, as slack_sdk wants it."""
        return f"{self.url}/api/"

    def stop(self) -> None:
        """Stop serving and sending; once is enough."""
        store = self.workspace.store
        with store.changing():
            stopped, store.closing = store.closing, True
        if stopped:
            return
        self._server.trigger.pull_trigger(self._hang_up)
        self._thread.join(5)
        self._server.task_dispatcher.shutdown(timeout=1)
        if not self._server.task_dispatcher.threads:
            self._server.trigger.close()
        self.workspace.close()

    def _hang_up(self) -> None:
        """Close all but the trigger, which a thread that is late still pulls."""
        wasyncore.dispatcher.close(self._server)  # its own close() closes the trigger too
        for one in list(self._sockets.values()):
            if one is not self._server.trigger:
                with suppress(OSError):
                    one.close()
        self._sockets.clear()

    def join(self) -> None:
        """Wait until it is stopped."""
        while self._thread.is_alive():
            self._thread.join(1)

    def __enter__(self) -> "RunningPlayground":
        """Use as `with start(options) as playground:`."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.stop()


def application(workspace: Workspace) -> Flask:
    """The WSGI application: the Web API for the bot and the page for people."""
    app = Flask("playground", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.config["MAX_FORM_MEMORY_SIZE"] = LARGEST_BODY
    app.register_blueprint(web_api(workspace))
    app.register_blueprint(oauth_pages(workspace))
    app.register_blueprint(browser(workspace))

    @app.before_request
    def only_loopback() -> Response | None:
        host = request.host.rpartition(":")[0] if ":" in request.host else request.host
        if host.strip("[]") in LOOPBACK:
            return None
        return Response("This address is for this machine only.", 403, mimetype="text/plain")

    return app


def start(options: Options) -> RunningPlayground:
    """Serve a new workspace until `stop()`.

    Raises:
        ValueError: `options.host` is not loopback.
        OSError: the port is taken.
    """
    if options.host not in LOOPBACK:
        raise ValueError(f"The playground listens on this machine only, not on {options.host}.")
    workspace = Workspace(options)
    sockets: dict[int, Any] = {}
    server = waitress.create_server(
        application(workspace),
        map=sockets,
        host=options.host,
        port=options.port,
        threads=WORKING_THREADS + MOST_WAITING,
        connection_limit=1000,
        ident="playground",
    )
    shown = f"[{options.host}]" if ":" in options.host else options.host
    workspace.store.url = f"http://{shown}:{server.effective_port}"
    thread = threading.Thread(target=server.run, name="playground", daemon=True)
    thread.start()
    return RunningPlayground(workspace, workspace.store.url, server, sockets, thread)
