"""How platforms write the address of one post, in all its forms."""

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import unquote

from domain.creator import Platform

_VIDEO = r"(?P<code>[\w-]{3,40})"
_NUMBER = r"(?P<code>\d{1,25})"
_NAME = r"(?P<account>[\w.]{1,60})"

# Of each platform: what its paths look like, and the one address that is kept.
_PATHS: Mapping[Platform, tuple[tuple[str, str], ...]] = {
    Platform.INSTAGRAM: (
        (rf"/stories/{_NAME}/{_NUMBER}", "https://instagram.com/stories/{account}/{code}"),
        (
            rf"(?:/{_NAME})?/(?:p|reels?|tv)/(?P<code>[\w-]{{1,50}})(?:/.*)?",
            "https://instagram.com/p/{code}",
        ),
    ),
    Platform.TIKTOK: (
        (
            rf"/@(?P<account>[\w.]{{0,60}})/(?:video|photo)/{_NUMBER}(?:/.*)?",
            "https://tiktok.com/@{account}/video/{code}",
        ),
        (
            rf"/(?:embed(?:/v\d)?|player/v\d|v)/{_NUMBER}(?:\.html)?",
            "https://tiktok.com/@/video/{code}",
        ),
    ),
    Platform.YOUTUBE: (
        (rf"/(?:shorts|live|embed|v|e|watch)/{_VIDEO}", "https://youtube.com/watch?v={code}"),
        (r"/post/(?P<code>[\w-]{3,60})", "https://youtube.com/post/{code}"),
        (r"/clip/(?P<code>[\w-]{3,60})", "https://youtube.com/clip/{code}"),
    ),
    Platform.BLUESKY: (
        (
            r"/profile/(?P<account>[\w.:%-]{1,250})/post/(?P<code>\w{1,40})(?:/.*)?",
            "https://bsky.app/profile/{account}/post/{code}",
        ),
    ),
    Platform.THREADS: (
        (
            rf"/@{_NAME}/post/(?P<code>[\w-]{{1,50}})(?:/.*)?",
            "https://threads.com/@{account}/post/{code}",
        ),
        (r"/t/(?P<code>[\w-]{1,50})", "https://threads.com/t/{code}"),
    ),
    Platform.TWITCH: (
        (rf"/(?:{_NAME}/)?(?:videos?|v)/{_NUMBER}", "https://twitch.tv/videos/{code}"),
        (
            rf"/{_NAME}/clip/(?P<code>[\w-]{{1,120}})",
            "https://clips.twitch.tv/{code}",
        ),
    ),
    Platform.X: (
        (rf"/i/(?:web/)?status/{_NUMBER}(?:/.*)?", "https://x.com/i/status/{code}"),
        (rf"/{_NAME}/status(?:es)?/{_NUMBER}(?:/.*)?", "https://x.com/{account}/status/{code}"),
    ),
}
_COMPILED = {
    platform: [(re.compile(path), kept) for path, kept in forms]
    for platform, forms in _PATHS.items()
}
_WHOLE_HOSTS: Mapping[str, tuple[Platform, re.Pattern[str], str]] = {
    "youtu.be": (
        Platform.YOUTUBE,
        re.compile(rf"/{_VIDEO}(?:/.*)?"),
        "https://youtube.com/watch?v={code}",
    ),
    "youtube-nocookie.com": (
        Platform.YOUTUBE,
        re.compile(rf"/embed/{_VIDEO}"),
        "https://youtube.com/watch?v={code}",
    ),
    "clips.twitch.tv": (
        Platform.TWITCH,
        re.compile(r"/(?P<code>[\w-]{1,120})"),
        "https://clips.twitch.tv/{code}",
    ),
}
_MASTODON = (
    re.compile(
        r"/(?:web/|deck/)?@(?P<account>\w[\w.-]{0,60}(?:@[\w.-]{3,100})?)/(?P<code>\d{6,25})"
    ),
    re.compile(r"/users/(?P<account>\w[\w.-]{0,60})/statuses/(?P<code>\d{6,25})"),
)

SHORTENERS = frozenset(
    {
        "bit.ly", "buff.ly", "cutt.ly", "dub.sh", "is.gd", "lnkd.in", "ow.ly", "pin.it",
        "rb.gy", "rebrand.ly", "shorturl.at", "spr.ly", "t.co", "t.ly", "tiny.cc",
        "tinyurl.com", "trib.al", "vm.tiktok.com", "vt.tiktok.com",
    }
)  # fmt: skip
"""Hosts whose links stand for others; only these are asked where a link leads."""
_SHARED = {
    "tiktok.com": re.compile(r"/t/[\w-]{1,40}"),
    "instagram.com": re.compile(r"/share/(?:p/|reel/)?[\w-]{1,60}"),
}
SHARING_HOSTS = frozenset(f"www.{host}" for host in _SHARED)
"""Platforms that have links of their own which stand for others."""


class PostPath(NamedTuple):
    """One post as its address tells it. account: who published it, "" where it isn't named.

    key: the same for every address of this post.
    """

    platform: Platform
    url: str
    key: str
    account: str


def names_posts(platform: Platform | None) -> bool:
    """Whether the addresses of this platform's posts are known, so that others are none."""
    return platform in _COMPILED


def read_path(
    host: str, platform: Platform | None, path: str, query: Mapping[str, str]
) -> PostPath | None:
    """The post behind an address; None where the address is of no form that is known.

    Args:
        host: lower case, without "www.", "m." and the like.
        platform: whose host it is; None = unknown, as for all of Mastodon's servers.
        path: as it is written, without a slash at its end.
        query: names and values.
    """
    path = unquote(path)
    if host in _WHOLE_HOSTS:
        of, form, kept = _WHOLE_HOSTS[host]
        found = form.fullmatch(path)
        return _read(of, found, kept) if found else None
    if platform is None:
        return _on_mastodon(host, path)
    if platform is Platform.YOUTUBE and path == "/watch":
        path = f"/watch/{query.get('v', '')}"
    for form, kept in _COMPILED.get(platform, ()):
        found = form.fullmatch(path)
        if found:
            return _read(platform, found, kept)
    return None


def is_short(host: str, path: str) -> bool:
    """Whether a link stands for another one, which only its host can tell."""
    bare = host.removeprefix("www.").removeprefix("m.")
    shared = _SHARED.get(bare)
    return host in SHORTENERS or bare in SHORTENERS or bool(shared and shared.fullmatch(path))


def _read(platform: Platform, found: re.Match[str], kept: str) -> PostPath:
    parts = {name: value or "" for name, value in found.groupdict().items()}
    account, code = parts.get("account", ""), parts["code"]
    url = kept.format(account=account, code=code)
    return PostPath(platform, url, f"{platform.value}:{code}", account)


def _on_mastodon(host: str, path: str) -> PostPath | None:
    for form in _MASTODON:
        found = form.fullmatch(path)
        if found:
            account, code = found["account"], found["code"]
            url = f"https://{host}/@{account}/{code}"
            whole = account if "@" in account else f"{account}@{host}"
            return PostPath(Platform.MASTODON, url, f"mastodon:{host}/{code}", whole)
    return None
