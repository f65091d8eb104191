"""Connections that go where they may, and end when their time is up."""

import ssl
import time
from collections.abc import Collection, Iterable
from typing import Any

import httpcore

from sources.addresses import NoAddress, Resolve, is_public
from sources.bodies import MAX_BYTES, TooLarge

CONNECT_SECONDS = 4.0
NEXT_ADDRESS_SECONDS = 1.0
"""After so long another address of the host is tried, where it has one."""
_MOST_ADDRESSES = 4
READ_SECONDS = 6.0
MAX_AROUND = 256 << 10
"""Bytes of one call besides its body: headers, and whatever else a server finds to send."""


class ForbiddenAddress(Exception):
    """A host leads to an address that is not on the public internet."""


class Deadline:
    """When a call has to be over, and how much may come in; shared by all that the call waits for.

    at: by `time.monotonic`.
    """

    def __init__(self, at: float) -> None:
        self.at = at
        self._room = MAX_AROUND

    def left(self, wanted: float | None, late: type[Exception] = httpcore.ReadTimeout) -> float:
        """Seconds that a step may take, at most `wanted`.

        Raises:
            late: there are none left.
        """
        left = self.at - time.monotonic()
        if left <= 0:
            raise late("the deadline has passed")
        return left if wanted is None else min(left, wanted)

    def expect_body(self) -> None:
        """The headers are there: a body may follow."""
        self._room += MAX_BYTES

    def received(self, count: int) -> None:
        """Some bytes came in.

        Raises:
            TooLarge: more than an honest answer has.
        """
        self._room -= count
        if self._room < 0:
            raise TooLarge


class Backend(httpcore.NetworkBackend):
    """Resolves a host once and connects to what it checked, so nobody can swap it in between.

    deadline: of the call that is under way; set anew for each. trusted: hosts and ports that the
    operator chose for this scheme, which may then be anywhere. system: opens the connections.
    """

    def __init__(
        self,
        resolve: Resolve,
        trusted: Collection[tuple[str, int]],
        system: httpcore.NetworkBackend,
    ) -> None:
        self.deadline = Deadline(0.0)
        self._resolve = resolve
        self._trusted = trusted
        self._system = system

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address that answers.

        Raises:
            ForbiddenAddress: none of the host's addresses is public.
        """
        addresses = self._allowed(host, port)
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for place, address in enumerate(addresses, 1):
            wait = CONNECT_SECONDS if place == len(addresses) else NEXT_ADDRESS_SECONDS
            seconds = self.deadline.left(wait, httpcore.ConnectTimeout)
            try:
                stream = self._system.connect_tcp(
                    address, port, seconds, local_address, socket_options
                )
                return _TimedStream(stream, self)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    def sleep(self, seconds: float) -> None:
        """Wait, as httpcore's own retries would; none are used."""
        time.sleep(min(seconds, self.deadline.left(None)))

    def _allowed(self, host: str, port: int) -> list[str]:
        try:
            seconds = self.deadline.left(CONNECT_SECONDS, httpcore.ConnectTimeout)
            addresses = self._resolve(host, port, seconds)
        except NoAddress as error:
            raise httpcore.ConnectError(str(error)) from error
        if (host.lower().strip("[]").rstrip("."), port) in self._trusted:
            return addresses[:_MOST_ADDRESSES]
        public = [address for address in addresses if is_public(address)]
        if addresses and not public:
            raise ForbiddenAddress(host)
        return public[:_MOST_ADDRESSES]


class _TimedStream(httpcore.NetworkStream):
    """A connection on which every wait ends with the call's deadline, and what comes is counted."""

    def __init__(self, stream: httpcore.NetworkStream, backend: Backend) -> None:
        self._stream = stream
        self._backend = backend

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        found = self._stream.read(max_bytes, self._backend.deadline.left(READ_SECONDS))
        self._backend.deadline.received(len(found))
        return found

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._backend.deadline.left(READ_SECONDS))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        seconds = self._backend.deadline.left(CONNECT_SECONDS)
        stream = self._stream.start_tls(ssl_context, server_hostname, seconds)
        return _TimedStream(stream, self._backend)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
