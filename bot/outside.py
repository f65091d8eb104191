"""What the HTTP server answers to others than Slack: shops, and followers of tracking links."""

import logging
from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING

from bot.app import Bot
from bot.clicks import Clicks
from bot.wsgi import MAX_BYTES, Refused, answer, read_body
from domain.tracking_link import is_a_person
from handlers import shop_words
from storage.database import Unavailable
from storage.sealing import CannotUnseal

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

log = logging.getLogger(__name__)

SHOPS, LINKS = "/webhooks/", "/r/"


def webhook(
    bot: Bot, environ: "WSGIEnvironment", start_response: "StartResponse"
) -> Iterable[bytes]:
    """Take what a shop sends; the log has what came of it, never what was in it."""
    source, _, token = str(environ.get("PATH_INFO", "")).removeprefix(SHOPS).partition("/")
    try:
        if environ.get("REQUEST_METHOD") != "POST":
            raise Refused(HTTPStatus.METHOD_NOT_ALLOWED, "not a POST")
        body = read_body(environ, MAX_BYTES)
        status, reason = shop_words.receive(
            bot.services.database, bot.context, source, token, _headers(environ), body
        )
        if status >= HTTPStatus.BAD_REQUEST:
            raise Refused(status, reason)
    except Refused as refused:
        log.info("Refused a webhook with %d: %s.", refused.status, refused.reason)
        return answer(start_response, refused.status)
    except Unavailable:  # no false promise: shops send it again
        log.warning("A webhook could not be kept: the database is out of reach.")
        return answer(start_response, HTTPStatus.SERVICE_UNAVAILABLE)
    except CannotUnseal as error:
        log.error("A webhook could not be verified: %s.", error)
        return answer(start_response, HTTPStatus.SERVICE_UNAVAILABLE)
    return answer(start_response, HTTPStatus.OK)


def redirect(
    clicks: Clicks, environ: "WSGIEnvironment", start_response: "StartResponse"
) -> Iterable[bytes]:
    """Lead to where a tracking link leads; nothing of who followed it is looked at or kept."""
    method = str(environ.get("REQUEST_METHOD", ""))
    if method not in ("GET", "HEAD"):
        return answer(start_response, HTTPStatus.METHOD_NOT_ALLOWED)
    try:
        target = clicks.follow(
            str(environ.get("PATH_INFO", "")).removeprefix(LINKS),
            counted=is_a_person(
                method,
                str(environ.get("HTTP_USER_AGENT", "")),
                f"{environ.get('HTTP_PURPOSE', '')} {environ.get('HTTP_SEC_PURPOSE', '')} "
                f"{environ.get('HTTP_X_MOZ', '')}",
            ),
        )
    except Unavailable:
        return answer(start_response, HTTPStatus.SERVICE_UNAVAILABLE)
    if target is None:
        return answer(start_response, HTTPStatus.NOT_FOUND)
    start_response(
        "302 Found",
        [
            ("Location", target),
            ("Content-Length", "0"),
            ("Cache-Control", "no-store"),
            ("Referrer-Policy", "no-referrer"),
            ("X-Robots-Tag", "noindex, nofollow"),
        ],
    )
    return [b""]


def _headers(environ: "WSGIEnvironment") -> dict[str, str]:
    return {
        name.removeprefix("HTTP_").replace("_", "-").lower(): str(value)
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
