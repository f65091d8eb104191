"""The profile behind a link, for cells of files and for what people type alike."""

from enum import StrEnum
from typing import NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from domain.creator import Platform

_HOSTS: dict[str, Platform] = {
    **dict.fromkeys(("instagram.com", "instagr.am"), Platform.INSTAGRAM),
    "tiktok.com": Platform.TIKTOK,
    **dict.fromkeys(("youtube.com", "youtu.be"), Platform.YOUTUBE),
    "twitch.tv": Platform.TWITCH,
    "bsky.app": Platform.BLUESKY,
    **dict.fromkeys(("threads.net", "threads.com"), Platform.THREADS),
    **dict.fromkeys(("x.com", "twitter.com"), Platform.X),
    **dict.fromkeys(("facebook.com", "fb.com", "fb.me"), Platform.FACEBOOK),
    "pinterest.com": Platform.PINTEREST,
    "rutube.ru": Platform.RUTUBE,
}
_BEFORE_THE_HANDLE = frozenset(
    {"channel", "c", "user", "u", "_u", "profile", "people", "stories", "pages"}
)
# fmt: off
_NOT_PROFILES = frozenset({
    "p", "reel", "reels", "tv", "explore", "stories", "accounts", "watch", "shorts", "playlist",
    "results", "feed", "hashtag", "tag", "embed", "clip", "clips", "video", "videos", "directory",
    "search", "home", "intent", "share", "sharer", "i", "status", "post", "posts", "groups",
    "events", "pages", "photo", "photos", "login", "settings", "pin", "ideas", "foryou", "t", "v",
})
# fmt: on

_SHORTENERS = ("youtu.be", "vm.tiktok.com", "vt.tiktok.com", "fb.me")
_BEHIND = ",;:)]}>\"'”’"


class NoProfile(StrEnum):
    """Why a link leads to no profile."""

    POST = "a post or another page of a platform"
    UNKNOWN = "no platform's page"


class ProfileLink(NamedTuple):
    """A profile by its address. handle: without "@". url: with "https://" or as it was."""

    platform: Platform
    handle: str
    url: str


def read_profile_link(link: str) -> ProfileLink | NoProfile:
    """The profile behind a link, with or without "https://".

    Hosts that nobody listed are taken as Mastodon where the path is "/@anna".
    """
    url = link if "://" in link else f"https://{link}"
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
    except ValueError:
        return NoProfile.UNKNOWN
    path = [unquote(part) for part in parts.path.split("/") if part]
    platform = platform_of_host(host)
    if platform is None:
        return _on_mastodon(host, path, url)
    if platform is Platform.FACEBOOK and path[:1] == ["profile.php"]:
        path = parse_qs(parts.query).get("id", [])
    if len(path) > 1 and path[0].lower() in _BEFORE_THE_HANDLE:
        path = path[1:]
    if not path:
        return NoProfile.UNKNOWN
    if host.endswith(_SHORTENERS) and not path[0].startswith("@"):
        return NoProfile.POST
    if path[0].lower() in _NOT_PROFILES:
        return NoProfile.POST
    return ProfileLink(platform, path[0].lstrip("@").rstrip(_BEHIND), url)


def platform_of_host(host: str) -> Platform | None:
    """The platform whose site this host is, lower case; None for all others."""
    bare = host.removeprefix("www.").removeprefix("m.").removeprefix("mobile.")
    if bare.startswith("pinterest.") or ".pinterest." in bare:
        return Platform.PINTEREST
    parent = ".".join(bare.split(".")[-2:])
    return _HOSTS.get(bare) or _HOSTS.get(parent)


def _on_mastodon(host: str, path: list[str], url: str) -> ProfileLink | NoProfile:
    """A Mastodon server's address, whichever server: https://server/@anna."""
    account = path[0].lstrip("@") if len(path) == 1 and path[0].startswith("@") else ""
    if not account:
        return NoProfile.UNKNOWN
    handle = account if "@" in account else f"{account}@{host.removeprefix('www.')}"
    return ProfileLink(Platform.MASTODON, handle, url)
