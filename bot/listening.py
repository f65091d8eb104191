"""A server in threads of this process, around any WSGI application, that ends cleanly."""

import errno
import socket
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from waitress import wasyncore
from waitress.server import BaseWSGIServer, create_server

from bot.http_connections import LIMITS, Connection
from bot.wsgi import MAX_BYTES, headers_alone

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class CannotListen(Exception):
    """The address or port can't be had; the message is a sentence for the person."""


class Listener:
    """A waitress server around `application`. port: where it listens."""

    def __init__(
        self,
        application: "WSGIApplication",
        host: str,
        port: int,
        *,
        threads: int,
        chosen_with: str = "--port",
        sockets: Sequence[socket.socket] = (),
    ) -> None:
        """Bind at once, so that a taken port is said before anything else starts.

        chosen_with: what sets the port, for whoever has to choose another. sockets: listened on
        instead of host and port, where there are any.

        Raises:
            CannotListen: the address or port can't be had.
        """
        where = {"sockets": list(sockets)} if sockets else {"host": host, "port": port}
        self._open: dict[int, Any] = {}  # all that the server's loop looks at, by file number
        try:
            self._server = create_server(
                headers_alone(application),
                self._open,
                **where,
                threads=threads,
                ident=None,
                clear_untrusted_proxy_headers=True,
                max_request_body_size=MAX_BYTES,
                **LIMITS,
            )
        except (OSError, ValueError) as error:
            raise CannotListen(_why_not(host, port, chosen_with, error)) from None
        # a name may stand for several addresses: localhost often does for IPv4's and IPv6's
        self._listening = [one for one in self._open.values() if isinstance(one, BaseWSGIServer)]
        for one in self._listening:
            one.channel_class = Connection
        self.port = int(self._listening[0].effective_port)
        self._closing = threading.Lock()
        self._starting = threading.Lock()
        self._closed = False
        self._ended = threading.Event()
        self._ended.set()

    @property
    def waiting(self) -> int:
        """Requests that no thread is free for."""
        return len(self._server.task_dispatcher.queue)

    @property
    def sockets(self) -> list[socket.socket]:
        """Where it listens; another process may listen there too."""
        return [one.socket for one in self._listening]

    def serve_forever(self) -> None:
        """Answer until `close` is called; not at all if it was called already."""
        with self._starting:
            if self._closed:
                return
            self._ended.clear()
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

    def _close(self, until: float) -> None:
        dispatcher = self._server.task_dispatcher
        triggers = [one.trigger for one in self._listening]
        if not self._ended.is_set():
            triggers[0].pull_trigger(self._stop_listening)
            while self._is_busy() and time.monotonic() < until:
                self._ended.wait(0.01)
            triggers[0].pull_trigger(self._hang_up)
        if self._ended.wait(max(0.1, until - time.monotonic())):
            self._hang_up()  # nothing is left of it, unless the loop had never begun or failed
        dispatcher.shutdown(timeout=0.5)
        if self._ended.is_set() and not dispatcher.threads:
            for trigger in triggers:
                trigger.close()

    def _stop_listening(self) -> None:
        """Called on the server's own thread, as its sockets must be; the triggers stay open."""
        for one in self._listening:
            wasyncore.dispatcher.close(one)

    def _hang_up(self) -> None:
        """Close all but the triggers: a thread that is late still pulls one.

        Its number may belong to another file by then, to the database's, say.
        """
        self._stop_listening()
        triggers = [one.trigger for one in self._listening]
        for one in list(self._open.values()):
            if one not in triggers:
                with suppress(OSError):
                    one.close()
        self._open.clear()  # which ends the loop

    def _is_busy(self) -> bool:
        """Whether a request is worked on, or an answer is not sent yet."""
        channels = [one for here in self._listening for one in list(here.active_channels.values())]
        return any(one.requests or one.total_outbufs_len for one in channels)


def _why_not(host: str, port: int, chosen_with: str, error: OSError | ValueError) -> str:
    where = f"Can't listen on {host}, port {port}"
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return f"{where}: another program listens there. Choose another with {chosen_with}."
    if isinstance(error, OSError) and error.errno == errno.EACCES:
        return f"{where}: this user may not. Choose a {chosen_with} above 1023."
    return f"{where}: {getattr(error, 'strerror', None) or error}."
