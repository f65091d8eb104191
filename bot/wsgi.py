"""What every path of the HTTP server does alike: read a body with a limit, refuse, answer."""

import json
from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MAX_BYTES = 2 * 1024 * 1024
CHUNK = 64 * 1024
JSON = "application/json"


class Refused(Exception):
    """A request that goes no further; `status` is a 4xx, `reason` a few words for the log."""

    def __init__(self, status: HTTPStatus, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


def read_body(environ: "WSGIEnvironment", max_bytes: int) -> bytes:
    """The body, of the stated length or, where the server marks its end, up to there."""
    stated = environ.get("CONTENT_LENGTH", "")
    if not stated and not environ.get("wsgi.input_terminated"):
        raise Refused(HTTPStatus.LENGTH_REQUIRED, "no length")
    if stated and not (stated.isascii() and stated.isdecimal() and len(stated) <= 20):
        raise Refused(HTTPStatus.BAD_REQUEST, "the length is no number")
    length = int(stated) if stated else max_bytes + 1
    if stated and length > max_bytes:
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too long")
    body = _read_up_to(environ, length)
    if len(body) > max_bytes:
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too long")
    if stated and len(body) != length:
        raise Refused(HTTPStatus.BAD_REQUEST, "the body ended early")
    return body


def _read_up_to(environ: "WSGIEnvironment", length: int) -> bytes:
    parts: list[bytes] = []
    try:
        while length > 0 and (part := environ["wsgi.input"].read(min(length, CHUNK))):
            parts.append(part)
            length -= len(part)
    except OSError:
        raise Refused(HTTPStatus.BAD_REQUEST, "the connection broke off") from None
    return b"".join(parts)


def answer(
    start_response: "StartResponse", status: HTTPStatus, content: dict[str, str] | None = None
) -> list[bytes]:
    """Answer with a status, and with JSON where there is any."""
    body = b"" if status == HTTPStatus.OK else status.phrase.encode()
    headers = [("Content-Type", "text/plain; charset=utf-8")]
    if content is not None:
        body, headers = json.dumps(content).encode(), [("Content-Type", JSON)]
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        headers.append(("Allow", "POST"))
    start_response(
        f"{status.value} {status.phrase}", [*headers, ("Content-Length", str(len(body)))]
    )
    return [body]


def headers_alone(application: "WSGIApplication") -> "WSGIApplication":
    """The application, answering HEAD without a body.

    waitress sends whatever it is given: the next answer on the connection would begin in it.
    """

    def answering(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        body = application(environ, start_response)
        if environ.get("REQUEST_METHOD") != "HEAD":
            return body
        close = getattr(body, "close", None)
        if close is not None:
            close()
        return []

    return answering
