"""Starts and stops the playground's server, on threads of its own."""

import functools
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import waitress
from flask import Flask, Response, request
from waitress import wasyncore

from playground import api_oauth, browser, web_api
from playground.options import Options
from playground.serving import KEY
from playground.store import MOST_WAITING
from playground.workspace import Workspace

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

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


def application(workspace: Workspace) -> "WSGIApplication":
    """The Web API for the bot and the page for people."""

    def serving(environ: Any, start_response: Any) -> Any:
        environ[KEY] = workspace
        return _pages()(environ, start_response)

    return serving


@functools.cache
def _pages() -> Flask:
    """Of all workspaces, which a request names: putting together its routes takes a while."""
    app = Flask("playground", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.config["MAX_FORM_MEMORY_SIZE"] = LARGEST_BODY
    for one in (web_api, api_oauth, browser):
        app.register_blueprint(one.routes)
    app.before_request(_only_loopback)
    return app


def _only_loopback() -> Response | None:
    host = request.host.rpartition(":")[0] if ":" in request.host else request.host
    if host.strip("[]") in LOOPBACK:
        return None
    return Response("This address is for this machine only.", 403, mimetype="text/plain")


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
