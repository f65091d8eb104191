"""What a stranger may do with a connection: how long, how large, and how odd a request may be.

waitress answers 501 to transfer codings it does not know and raises on some addresses and
lengths; here each of these is one 400. What a proxy in front could read in two ways is refused.
"""

import time
from typing import Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError, TransferEncodingNotImplemented

MOST_CONNECTIONS = 300
IDLE_SECONDS = 120
"""Between two requests; longer than load balancers keep theirs."""
REQUEST_SECONDS = 20
"""From the first byte of a request to its last."""
LARGEST_HEAD = 32 * 1024
"""First line and headers, in bytes."""
LIMITS: dict[str, Any] = {
    "asyncore_use_poll": True,  # select() can't see file number 1,024 and above
    "channel_timeout": IDLE_SECONDS,
    "cleanup_interval": 5,
    "connection_limit": MOST_CONNECTIONS,
    "inbuf_overflow": 128 * 1024,  # longer bodies wait on disk: many at once must fit into memory
    "log_socket_errors": False,  # who hangs up is no error of ours
    "max_request_header_size": LARGEST_HEAD,
}


class _Parser(HTTPRequestParser):  # type: ignore[misc]
    """Refuses with 400 whatever is not one whole request for everybody who reads it."""

    def parse_header(self, header_plus: bytes) -> None:
        """Read the first line and the headers.

        Raises:
            ParsingError: it is no request; answered with 400.
        """
        try:
            super().parse_header(header_plus)
        except (TransferEncodingNotImplemented, ValueError) as error:
            raise ParsingError("The request can't be read") from error
        if "TRANSFER_ENCODING" in self.headers:
            raise ParsingError("Only HTTP/1.1 has a Transfer-Encoding")
        if self.chunked and "CONTENT_LENGTH" in self.headers:
            raise ParsingError("Two lengths")


class Connection(HTTPChannel):  # type: ignore[misc]
    """Ends when a request takes too long to arrive, however steadily its bytes trickle in."""

    parser_class = _Parser
    last_activity: float

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._begin_to_wait()

    def handle_read(self) -> None:
        """Take what came in; only a new request gets new time."""
        before, since = self.request, self.last_activity
        super().handle_read()
        if self.request is None:
            return
        if self.request is before:
            self.last_activity = since
        else:
            self._begin_to_wait()

    def _begin_to_wait(self) -> None:
        """waitress closes what was idle for `IDLE_SECONDS`: say that most of them are over."""
        self.last_activity = time.time() - (IDLE_SECONDS - REQUEST_SECONDS)
