"""Whom `/influencer look` is to fetch, as far as what was typed tells."""

import json
import re
from typing import NamedTuple

from domain.creator import Platform
from domain.handle import PersonReference, read_person
from domain.profile_link import NoProfile, read_profile_link
from handlers.answer import Refused
from views.elements import escape

USAGE = (
    "Whom shall I look at? For example `/influencer look bluesky:anna.bsky.social`, "
    "`look mastodon:anna@mastodon.social`, or a link to a profile."
)
USAGE_LINK = "Please send the link to the person's own page, or `platform:handle`."
_HANDLE = re.compile(r"(?=.*\w)[\w.\-]{1,100}")


class Wanted(NamedTuple):
    """One account of a platform, as buttons and jobs carry it."""

    platform: str
    handle: str

    def stored(self) -> str:
        """As a button's value."""
        return json.dumps(self, ensure_ascii=False)

    @classmethod
    def read(cls, value: str) -> "Wanted":
        """From a button's value.

        Raises:
            Refused: it is none.
        """
        try:
            platform, handle = json.loads(value)
            return cls(Platform(platform).value, str(handle))
        except (ValueError, TypeError) as error:
            raise Refused("This button is too old. Please type `/influencer look …`.") from error


def told_by_its_form(meant: PersonReference) -> PersonReference:
    """ "anna@server" is on Mastodon, "anna.bsky.social" on Bluesky."""
    if "@" in meant.handle.strip("@"):
        return meant._replace(platform=Platform.MASTODON)
    if meant.handle.lower().endswith(".bsky.social"):
        return meant._replace(platform=Platform.BLUESKY)
    return meant


def whole(platform: Platform, handle: str) -> Wanted:
    """A bare name on Bluesky is one of bsky.social."""
    bare = platform is Platform.BLUESKY and not {".", ":"} & set(handle)
    return Wanted(platform.value, f"{handle}.bsky.social" if bare else handle)


def names_somebody(typed: str) -> bool:
    """Whether a text names an account that could be looked at, on some platform."""
    meant = told_by_its_form(read_person(typed))
    if meant.slack_user_id:
        return False
    return meant.platform is not None or _HANDLE.fullmatch(meant.handle) is not None


def require_handle(typed: str) -> None:
    """Refuse what is no handle on any platform, saying what it seems to be."""
    if _HANDLE.fullmatch(typed):
        return
    short = escape(typed, 60)
    if "/" in typed:
        is_post = read_profile_link(typed) is NoProfile.POST
        what = (
            "leads to a post or another page, not to a profile"
            if is_post
            else "is none to a profile that I can read"
        )
        raise Refused(f"This link {what}. {USAGE_LINK}")
    raise Refused(f"“{short}” is no handle. {USAGE}")
