"""Links to published posts: one post is one link, however it was copied."""

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode, urlsplit

from domain.creator import Platform
from domain.post_paths import is_short, names_posts, read_path
from domain.profile_link import platform_of_host

LONGEST_LINK = 500
MOST_POSTS = 30
NOT_A_LINK = "“{}” is not a link to a post, for example https://www.instagram.com/p/abc."
NO_POST = "“{}” leads to no single post. Open the post and copy its link."
TOO_MANY = "At most {} posts fit one partnership."

_ALONE = frozenset({Platform.PINTEREST})
_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|igsh\w*|si|feature|ref|ref_src|mibextid|pp")
_HOST = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


class LinkError(ValueError):
    """What was typed is no link to a post; the message is a sentence for that person."""


@dataclass(frozen=True)
class PostLink:
    """A link to one post, without what only tells who shared it. platform: None = not known.

    key: the same for all links to this post. account: who published it, as far as the link says
    so, without "@"; on Mastodon with its server. short: it stands for another link, which its
    host has to be asked for.
    """

    url: str
    platform: Platform | None = None
    key: str = field(default="", compare=False)
    account: str = field(default="", compare=False)
    short: bool = field(default=False, compare=False)


def read_links(text: str) -> tuple[PostLink, ...]:
    """The posts behind links, one a line or with spaces between them; each post once.

    Raises:
        LinkError: one of them is no link to a post, or they are too many.
    """
    found: dict[str, PostLink] = {}
    for link in map(read_link, text.split()):
        found.setdefault(link.key, link)
    if len(found) > MOST_POSTS:
        raise LinkError(TOO_MANY.format(MOST_POSTS))
    return tuple(found.values())


def read_link(typed: str) -> PostLink:
    """The post behind a link, with or without "https://".

    Raises:
        LinkError: it is no web address, or it names a site or a profile and no post of it.
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
    if is_short(host, path):
        url = f"https://{host}{path}"
        return PostLink(url, platform_of_host(host), key=url, short=True)
    platform = platform_of_host(host)
    post = read_path(_plain_host(host), platform, path, dict(parse_qsl(parts.query)))
    if post is not None:
        return PostLink(post.url, post.platform, key=post.key, account=post.account)
    if names_posts(platform):
        raise LinkError(NO_POST.format(typed[:40]))
    query = "" if platform in _ALONE else _without_tracking(parts.query)
    address = f"https://{host if platform is None else _plain_host(host)}{path}"
    url = f"{address}?{query}" if query else address
    return PostLink(url, platform, key=url)


def links_in(text: str, most: int = 10) -> tuple[PostLink, ...]:
    """Posts that a text links to, as in a message of a colleague; all other links are passed over.

    Links of sites that are no platform are passed over too: they are rarely posts.
    """
    found: dict[str, PostLink] = {}
    for word in re.findall(r"https?://[^\s<>|\"]+", text):
        try:
            link = read_link(word.rstrip(".,;:!?)]"))
        except LinkError:
            continue
        if link.platform is not None or link.short:
            found.setdefault(link.key, link)
    return tuple(found.values())[:most]


def shown(url: str, limit: int = 40) -> str:
    """A link as it is named in a list: without scheme and "www.", its end cut."""
    bare = url.partition("://")[2].removeprefix("www.")
    return bare if len(bare) <= limit else f"{bare[: limit - 1]}…"


def _plain_host(host: str) -> str:
    bare = host.removeprefix("www.").removeprefix("m.").removeprefix("mobile.")
    return bare.removeprefix("music.") if bare == "music.youtube.com" else bare


def _without_tracking(query: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True)
    return urlencode([(name, value) for name, value in pairs if not _TRACKING.fullmatch(name)])


def _no_link(typed: str) -> LinkError:
    return LinkError(NOT_A_LINK.format(typed[:40]))
