"""Which profile a cell of a file names: "@anna", links, "Name @anna", "풍월량 (hanryang1125)"."""

import re
from typing import NamedTuple

from domain.columns import platform_named
from domain.creator import Platform
from domain.exporting import as_meant
from domain.profile_link import (
    NoProfile,
    ProfileLink,
    platform_of_host,
    read_profile_link,
)
from domain.values import Problem, is_blank

NO_HANDLE = Problem("has no handle")
EMAIL_ADDRESS = Problem("is an e-mail address, not a handle")
SHORTENED = Problem("is a long number that a spreadsheet shortened")
NOT_A_HANDLE = Problem("is a name, not a handle")
TOO_LONG = Problem("is too long for a handle")
LINK_TO_A_POST = Problem("is a link to a post, not to a profile")
UNKNOWN_LINK = Problem("is not a link to a profile")

NAMED_BY_TITLE = frozenset(
    {Platform.YOUTUBE, Platform.TWITCH, Platform.RUTUBE, Platform.PODCAST, Platform.OTHER}
    | {Platform.FACEBOOK}
)
"""Platforms where lists often know a profile only by its title, which may hold spaces."""

_TITLES_WITH_BRACKETS = NAMED_BY_TITLE - {Platform.TWITCH}
_LONGEST_HANDLE = 100
_PLAIN = re.compile(r"@?([\w.\-]+)")
_LATIN = re.compile(r"[A-Za-z0-9._\-]{2,}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_FEDERATED = re.compile(r"@?([\w.\-]+@[\w\-]+(?:\.[\w\-]+)+)")
_CHANNEL_ID = re.compile(r"UC[\w-]{22}")
_SCIENTIFIC = re.compile(r"\d[.,]\d+[eE]\+\d+")
_IN_TEXT = re.compile(r"(?:^|[\s(\[|/·:,–-])@([\w.\-]+)")
_BRACKETED = re.compile(r"(.+?)\s*\(([^()]+)\)")
_LINK = re.compile(
    r"(?:https?://)?(?:[\w\-]+\.)+[A-Za-z]{2,}(?:[/?#:].*)?", re.DOTALL | re.IGNORECASE
)
_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff"


class Account(NamedTuple):
    """A profile as one cell names it; `platform` is known only from a link."""

    handle: str
    platform: Platform | None = None
    display_name: str | None = None
    url: str | None = None


def read_account(text: str, platform: Platform | None = None) -> Account | Problem | None:
    """The profile that a cell names; None where the cell is empty.

    Args:
        text: "@anna", "anna", a link, "Anna Example @anna", "Anna Example (anna)".
        platform: where the profile lives as far as is known. On platforms whose lists go by
            title (YouTube, Twitch, Rutube, podcasts) a title with spaces is taken as the handle
            and the display name; elsewhere it is a problem.
    """
    text = text.strip().strip(_INVISIBLE)
    if is_blank(text):
        return None
    if text.isidentifier() and len(text) <= _LONGEST_HANDLE and text.strip("_"):
        return Account(text)
    text = as_meant(text)
    if _SCIENTIFIC.fullmatch(text):
        return SHORTENED
    if "/" in text and (link := _link_of(text)):
        return read_link(link)
    if _PLAIN.fullmatch(text):
        return read_link(text) if _bare_host(text) else _account(text.removeprefix("@"))
    return _from_words(text, platform)


def read_link(link: str) -> Account | Problem:
    """The profile behind a link, with or without "https://".

    Hosts that nobody listed are taken as Mastodon where the path is "/@anna", else as a problem.
    """
    found = read_profile_link(link)
    if isinstance(found, ProfileLink):
        return _account(found.handle, found.platform, found.url)
    return LINK_TO_A_POST if found is NoProfile.POST else UNKNOWN_LINK


def looks_like_handle(text: str) -> bool:
    """Whether text could be a handle: Latin letters without spaces, a link, or "Anna @anna"."""
    text = text.strip()
    if _LATIN.fullmatch(text) or _IN_TEXT.search(text):
        return True
    return "/" in text and link_platform(text) is not None


def link_platform(text: str) -> Platform | None:
    """The platform whose profile a link shows; None for other text."""
    link = _link_of(text.strip()) if "." in text else None
    if link is None:
        return None
    account = read_link(link)
    return account.platform if isinstance(account, Account) else None


def _link_of(text: str) -> str | None:
    """The link that a cell is or begins with: "instagram.com/anna (12k)"; None for other text."""
    if not _LINK.fullmatch(text):
        return None
    link, *rest = text.split(maxsplit=1)
    if rest and rest[0][0].isalnum() and link[-1].isalnum() and "://" not in rest[0]:
        return None  # "instagram.com/anna bloom" may be anybody
    return link


def _account(
    handle: str, platform: Platform | None = None, url: str | None = None
) -> Account | Problem:
    if len(handle) > _LONGEST_HANDLE:
        return TOO_LONG
    if not any(character.isalnum() for character in handle):
        return NO_HANDLE
    return Account(handle, platform, None, url)


def _from_words(text: str, platform: Platform | None) -> Account | Problem:
    if _EMAIL.fullmatch(text.removeprefix("@")):
        federated = _FEDERATED.fullmatch(text)
        if federated and (platform is Platform.MASTODON or text.startswith("@")):
            return _account(federated[1], Platform.MASTODON)
        return EMAIL_ADDRESS
    if mentioned := _IN_TEXT.search(text):
        name = f"{text[: mentioned.start()]} {text[mentioned.end() :]}".strip(" \t()[]|/·:,–-")
        label = "@" in name or platform_named(name) is not None
        return _named(mentioned[1], "" if label else name)
    if platform not in _TITLES_WITH_BRACKETS and (found := _with_brackets(text)):
        return found
    if platform is None or platform in NAMED_BY_TITLE:
        title = " ".join(text.split())
        return _named(title, title)
    return NOT_A_HANDLE


def _with_brackets(text: str) -> Account | Problem | None:
    """ "Name (handle)" or "handle (Name)", where one of them is in Latin letters."""
    bracketed = _BRACKETED.fullmatch(text)
    if bracketed is None:
        return None
    outer, inner = bracketed[1].strip(), bracketed[2].strip()
    if _LATIN.fullmatch(inner):
        return _named(inner, outer)
    return _named(outer, inner) if _LATIN.fullmatch(outer) else None


def _named(handle: str, name: str) -> Account | Problem:
    account = _account(handle)
    return account._replace(display_name=name or None) if isinstance(account, Account) else account


def _bare_host(text: str) -> bool:
    return platform_of_host(text.lower()) is not None
