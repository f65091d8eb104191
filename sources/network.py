"""What all wires of a process share, and the places that they lead to."""

import ssl
import threading
from collections.abc import Callable
from typing import NamedTuple

import httpcore
import httpx

from sources.addresses import Resolve, resolve
from sources.pace import Paces

_PORTS = {"https": 443, "http": 80}


class Place(NamedTuple):
    """Scheme, host and port: what a base address is trusted for."""

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, url: httpx.URL) -> "Place":
        """The place that an address leads to, with the scheme's own port where none is named."""
        host = url.raw_host.decode("ascii").strip("[]").lower().rstrip(".")
        return cls(url.scheme, host, url.port or _PORTS.get(url.scheme, 0))


class Network:
    """What all wires of a process share: paces, pauses, certificates.

    Args:
        resolve: how a host's addresses are found.
        certificates: makes what TLS is checked against, when it is first needed.
        paces: how often each host was asked.
        system: opens connections to addresses that were checked.
    """

    def __init__(
        self,
        resolve: Resolve = resolve,
        certificates: Callable[[], ssl.SSLContext] = httpx.create_ssl_context,
        paces: Paces | None = None,
        system: httpcore.NetworkBackend | None = None,
    ) -> None:
        self.resolve = resolve
        self.system = system or httpcore.SyncBackend()
        self.paces = paces or Paces()
        self._certificates = certificates
        self._context: ssl.SSLContext | None = None
        self._lock = threading.Lock()

    def certificates(self) -> ssl.SSLContext:
        """Read once, and only when something goes over TLS."""
        with self._lock:
            if self._context is None:
                self._context = self._certificates()
            return self._context
