"""Files that people hand over in Slack: fetched with the bot's token, from Slack alone."""

import re
import time
from pathlib import Path

import httpx

LARGEST = 10 << 20
_SECONDS = 30.0
_SECONDS_IN_ALL = 120.0
"""A server that sends a byte now and then is left."""
_HOPS = 3
_HOST = re.compile(r"[a-z0-9.-]+")
_SLACK = ("slack.com", "slack-files.com", "slack-edge.com", "slack-gov.com")

SIGN_IN_PAGE = (
    "Slack gave a sign-in page instead of the file: the app may lack the scope files:read. "
    "Ask whoever installed it to add the scope and install it again."
)
TOO_LARGE = (
    "The file is larger than 10 MB. Save it as XLSX, put it into a ZIP, or use "
    "`influencer-bot import FILE` on the command line."
)
ELSEWHERE = "The file is not kept by Slack itself. Download it and send it as a file."
GONE = "Slack no longer has the file. Please send it again."

NEVER_CAME = (
    "Slack did not give me the file, though I asked several times. Please send it again later, "
    "or use `influencer-bot import FILE` on the command line."
)


class NotFetched(Exception):
    """The file can't be had; the text is the sentence for the person."""


class TryLater(Exception):
    """Slack did not answer as it should: the same may work in a moment."""


def fetch(url: str, token: str, base_url: str, path: Path, largest: int = LARGEST) -> None:
    """Save a file of Slack's.

    Args:
        url: `url_private` of a file object.
        token: sent to Slack's hosts and to the host of `base_url` only, never along a redirect
            to anywhere else.
        base_url: where the Web API is.
        path: where to put it; nothing is left there when it fails.
        largest: in bytes.

    Raises:
        NotFetched: it can't be had.
        TryLater: no answer, or Slack is busy.
    """
    part = path.with_suffix(path.suffix + ".part")
    try:
        with httpx.Client(timeout=_SECONDS, follow_redirects=False) as client:
            _save(client, url, token, base_url, part, largest)
        part.replace(path)
    except httpx.HTTPError as error:
        raise TryLater(repr(error)) from error
    finally:
        part.unlink(missing_ok=True)


def _save(
    client: httpx.Client, url: str, token: str, base_url: str, path: Path, largest: int
) -> None:
    for _ in range(_HOPS):
        if not is_slack(url, base_url):
            raise NotFetched(ELSEWHERE)
        headers = {"Authorization": f"Bearer {token}"}
        with client.stream("GET", url, headers=headers) as answer:
            if answer.is_redirect and answer.next_request is not None:
                url = str(answer.next_request.url)
                continue
            _check(answer)
            _copy(answer, path, largest)
            return
    raise NotFetched(ELSEWHERE)


def is_slack(url: str, base_url: str) -> bool:
    """Whether the token may be sent there: Slack over https, or the operator's own API host."""
    try:  # read as the client reads it that will send the token there
        asked, own = httpx.URL(url), httpx.URL(base_url)
    except (httpx.InvalidURL, ValueError, TypeError):
        return False
    if (asked.scheme, asked.host, asked.port) == (own.scheme, own.host, own.port):
        return True
    return (
        asked.scheme == "https"
        and asked.port is None
        and _HOST.fullmatch(asked.host) is not None
        and any(asked.host == name or asked.host.endswith(f".{name}") for name in _SLACK)
    )


def _check(answer: httpx.Response) -> None:
    if answer.status_code == httpx.codes.NOT_FOUND:
        raise NotFetched(GONE)
    if answer.status_code in (httpx.codes.TOO_MANY_REQUESTS, *range(500, 600)):
        raise TryLater(f"status {answer.status_code}")
    if not answer.is_success:
        raise NotFetched(SIGN_IN_PAGE)
    if answer.headers.get("content-type", "").partition(";")[0].strip() == "text/html":
        raise NotFetched(SIGN_IN_PAGE)


def _copy(answer: httpx.Response, path: Path, largest: int) -> None:
    size, until = 0, time.monotonic() + _SECONDS_IN_ALL
    with path.open("wb") as file:
        for chunk in answer.iter_bytes():
            size += len(chunk)
            if time.monotonic() > until:
                raise TryLater("the file came too slowly")
            if size > largest:
                raise NotFetched(TOO_LARGE)
            file.write(chunk)
