"""Links to published posts: one post is one link, however it was copied."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from domain.creator import Platform
from domain.profile_link import platform_of_host

LONGEST_LINK = 500
MOST_POSTS = 30
NOT_A_LINK = "“{}” is not a link to a post, for example https://www.instagram.com/p/abc."
TOO_MANY = "At most {} posts fit one partnership."

_ALONE = frozenset(
    {Platform.INSTAGRAM, Platform.TIKTOK, Platform.X, Platform.THREADS, Platform.PINTEREST}
)
_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|igsh\w*|si|feature|ref|ref_src|mibextid|pp")
_HOST = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


class LinkError(ValueError):
    """What was typed is no link to a post; the message is a sentence for that person."""


@dataclass(frozen=True)
class PostLink:
    """A link to one post, without what only tells who shared it. platform: None = not known."""

    url: str
    platform: Platform | None = None


def read_links(text: str) -> tuple[PostLink, ...]:
    """The posts behind links, one a line or with spaces between them; each post once.

    Raises:
        LinkError: one of them is no link to a post, or they are too many.
    """
    found = dict.fromkeys(map(read_link, text.split()))
    if len(found) > MOST_POSTS:
        raise LinkError(TOO_MANY.format(MOST_POSTS))
    return tuple(found)


def read_link(typed: str) -> PostLink:
    """The post behind a link, with or without "https://".

    Raises:
        LinkError: it is no web address, or it names a site and nothing on it.
    """
    link = typed.strip("<>,;\"'“”").partition("|")[0]
    if not _SCHEME.match(link):
        link = f"https://{link}"
    try:
        parts = urlsplit(link)
        host = (parts.hostname or "").lower()
    except ValueError as error:
        raise _no_link(typed) from error
    path = parts.path.rstrip("/")
    if parts.scheme.lower() not in ("http", "https") or not _HOST.fullmatch(host):
        raise _no_link(typed)
    if not (path or parts.query) or len(link) > LONGEST_LINK or "@" in parts.netloc:
        raise _no_link(typed)
    platform = platform_of_host(host)
    query = "" if platform in _ALONE else _without_tracking(parts.query)
    if host.removeprefix("www.") == "youtu.be":
        return PostLink(f"https://youtube.com/watch?v={path.strip('/')}", platform)
    address = f"https://{host if platform is None else _plain_host(host)}{path}"
    return PostLink(f"{address}?{query}" if query else address, platform)


def shown(url: str, limit: int = 40) -> str:
    """A link as it is named in a list: without scheme and "www.", its end cut."""
    bare = url.partition("://")[2].removeprefix("www.")
    return bare if len(bare) <= limit else f"{bare[: limit - 1]}…"


def _plain_host(host: str) -> str:
    return host.removeprefix("www.").removeprefix("m.").removeprefix("mobile.")


def _without_tracking(query: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True)
    return urlencode([(name, value) for name, value in pairs if not _TRACKING.fullmatch(name)])


def _no_link(typed: str) -> LinkError:
    return LinkError(NOT_A_LINK.format(typed[:40]))
