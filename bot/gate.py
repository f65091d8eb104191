"""The gate in front of Bolt: only signed, whole, well-formed requests of Slack come through.

Bolt verifies a request after parsing it, and answers 500 where parsing fails. The gate
verifies the bytes first, answers everything else with 4xx, and hands on one form: JSON,
signed anew, so that Bolt may verify again. It logs what was wrong, never what was in it.
"""

import hashlib
import hmac
import logging
import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from bot.manifest import EVENTS_PATH
from bot.payload import MalformedPayload, parse
from bot.wsgi import JSON, MAX_BYTES, Refused, answer, read_body

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MAX_AGE = 5 * 60
CERTIFICATE_CHECK_LENGTH = 500
FORM = "application/x-www-form-urlencoded"

log = logging.getLogger(__name__)


class SlackGate:
    """WSGI middleware that guards one path.

    app: gets the requests that came through, for `path`.
    signing_secret: the Slack app's, not empty.
    max_bytes: the longest body, in bytes; longer ones are refused unread.
    path: where Slack calls; `otherwise`: the WSGI app for all other paths, or None for 404.
    clock: seconds since 1970, real time.
    """

    def __init__(
        self,
        app: "WSGIApplication",
        signing_secret: str,
        max_bytes: int = MAX_BYTES,
        *,
        path: str = EVENTS_PATH,
        otherwise: "WSGIApplication | None" = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        if not signing_secret:
            raise ValueError("SLACK_SIGNING_SECRET is empty: no request could be trusted.")
        self._app = app
        self._secret = signing_secret.encode()
        self._max_bytes = max_bytes
        self._path = path
        self._otherwise = otherwise
        self._clock = clock

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer, or hand on to Bolt."""
        if environ.get("PATH_INFO") != self._path:
            if self._otherwise is not None:
                return self._otherwise(environ, start_response)
            return answer(start_response, HTTPStatus.NOT_FOUND)
        try:
            return self._admit(environ, start_response)
        except Refused as refused:
            log.info("Refused a request with %d: %s.", refused.status, refused.reason)
            return answer(start_response, refused.status)

    def _admit(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        if environ.get("REQUEST_METHOD") in {"GET", "HEAD"}:
            return _answer_certificate_check(environ.get("QUERY_STRING", ""), start_response)
        content_type = _content_type(environ)
        body = read_body(environ, self._max_bytes)
        if content_type == FORM and _is_certificate_check(body.decode("latin-1")):
            return answer(start_response, HTTPStatus.OK)
        self._verify(environ, body)
        try:
            payload, as_json = parse(body, content_type)
        except MalformedPayload as error:
            raise Refused(HTTPStatus.BAD_REQUEST, str(error)) from None
        if payload.get("type") == "url_verification":
            return answer(start_response, HTTPStatus.OK, {"challenge": payload["challenge"]})
        if payload.get("type") == "app_rate_limited":
            log.warning("Slack holds events back: over 30,000 in an hour for one workspace.")
            return answer(start_response, HTTPStatus.OK)
        return self._app(self._handed_on(environ, as_json), start_response)

    def _verify(self, environ: "WSGIEnvironment", body: bytes) -> None:
        timestamp = environ.get("HTTP_X_SLACK_REQUEST_TIMESTAMP", "")
        signature = environ.get("HTTP_X_SLACK_SIGNATURE", "")
        if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= 12):
            raise Refused(HTTPStatus.UNAUTHORIZED, "no timestamp")
        if abs(self._clock() - int(timestamp)) > MAX_AGE:
            raise Refused(HTTPStatus.UNAUTHORIZED, "the timestamp is over 5 minutes off")
        expected = self._sign(timestamp, body)
        if not hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace")):
            raise Refused(HTTPStatus.UNAUTHORIZED, "the signature is missing or wrong")

    def _sign(self, timestamp: str, body: bytes) -> str:
        text = b"v0:" + timestamp.encode() + b":" + body
        return "v0=" + hmac.new(self._secret, text, hashlib.sha256).hexdigest()

    def _handed_on(self, environ: "WSGIEnvironment", body: bytes) -> "WSGIEnvironment":
        """The request as Bolt gets it: JSON, no query, none of Bolt's own headers."""
        kept = {
            name: value
            for name, value in environ.items()
            if not name.startswith("HTTP_X_SLACK_BOLT_") and name != "HTTP_TRANSFER_ENCODING"
        }
        signature = self._sign(environ["HTTP_X_SLACK_REQUEST_TIMESTAMP"], body)
        return kept | {
            "CONTENT_TYPE": JSON,
            "CONTENT_LENGTH": str(len(body)),
            "QUERY_STRING": "",
            "HTTP_X_SLACK_SIGNATURE": signature,
            "wsgi.input": BytesIO(body),
        }


def _answer_certificate_check(query: str, start_response: "StartResponse") -> list[bytes]:
    if not _is_certificate_check(query):
        raise Refused(HTTPStatus.METHOD_NOT_ALLOWED, "not a POST")
    return answer(start_response, HTTPStatus.OK)


def _is_certificate_check(query: str) -> bool:
    """Whether Slack only looks at the certificate (`ssl_check=1`), which it does unsigned."""
    if len(query) > CERTIFICATE_CHECK_LENGTH or "ssl_check" not in query:
        return False
    fields = parse_qs(query)
    return fields.get("ssl_check") == ["1"] and not {"command", "payload"} & fields.keys()


def _content_type(environ: "WSGIEnvironment") -> str:
    if environ.get("REQUEST_METHOD") != "POST":
        raise Refused(HTTPStatus.METHOD_NOT_ALLOWED, "not a POST")
    kind = str(environ.get("CONTENT_TYPE", "")).partition(";")[0].strip().lower()
    if kind not in {JSON, FORM}:
        raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "neither JSON nor a form")
    return kind
