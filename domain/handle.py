"""Which creator a person means: handles, links and what Slack makes of them.

Cells of files are read by `domain.account`, links for both by `domain.profile_link`.
"""

import re
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

from domain.creator import Platform
from domain.profile_link import ProfileLink, read_profile_link

PLATFORM_WORDS: dict[str, Platform] = {
    **{platform.value: platform for platform in Platform if platform is not Platform.OTHER},
    **dict.fromkeys(("ig", "insta"), Platform.INSTAGRAM),
    **dict.fromkeys(("tt", "tik tok", "tik-tok"), Platform.TIKTOK),
    **dict.fromkeys(("yt", "you tube"), Platform.YOUTUBE),
    **dict.fromkeys(("ttv",), Platform.TWITCH),
    **dict.fromkeys(("bsky", "blue sky"), Platform.BLUESKY),
    **dict.fromkeys(("masto", "fediverse"), Platform.MASTODON),
    **dict.fromkeys(("thread",), Platform.THREADS),
    **dict.fromkeys(("twitter",), Platform.X),
    **dict.fromkeys(("fb",), Platform.FACEBOOK),
    **dict.fromkeys(("pin",), Platform.PINTEREST),
    **dict.fromkeys(("podcasts",), Platform.PODCAST),
}

_PROFILE_URLS = {
    Platform.INSTAGRAM: "https://www.instagram.com/{}/",
    Platform.TIKTOK: "https://www.tiktok.com/@{}",
    Platform.YOUTUBE: "https://www.youtube.com/@{}",
    Platform.TWITCH: "https://www.twitch.tv/{}",
    Platform.BLUESKY: "https://bsky.app/profile/{}",
    Platform.THREADS: "https://www.threads.net/@{}",
    Platform.X: "https://x.com/{}",
    Platform.FACEBOOK: "https://www.facebook.com/{}",
    Platform.PINTEREST: "https://www.pinterest.com/{}/",
    Platform.RUTUBE: "https://rutube.ru/u/{}/",
}
_CHANNEL_ID = re.compile(r"UC[\w-]{22}")
_ACCOUNT_IDS: dict[str, re.Pattern[str]] = {
    Platform.YOUTUBE: _CHANNEL_ID,
    Platform.BLUESKY: re.compile(r"did:[a-z]+:[\w.:%-]+"),
}
_FEDIVERSE = re.compile(r"@?([\w.-]+)@([\w-]+(?:\.[\w-]+)+)")
_LINK = re.compile(r"(?:https?://)?(?:[\w-]+\.)+[a-z]{2,}(?::\d+)?/\S*|https?://\S+", re.IGNORECASE)
_SHORT_LINK = re.compile(r"[\w.-]+\.[a-z]{2,}/\S+", re.IGNORECASE)
_ESCAPED = re.compile(r"<([^<>]*)>")
_USER = re.compile(r"@([UW][A-Z0-9]{2,})(?:\|(.*))?", re.DOTALL)
_CHANNEL = re.compile(r"#([CG][A-Z0-9]{2,})(?:\|(.*))?", re.DOTALL)
_SLACK_USER = re.compile(r"<@([UW][A-Z0-9]{2,})(?:\|([^<>]*))?>")
MAX_CHARACTERS = 500
_QUOTES = " \t\n“”„\"'`,;"
_AROUND = re.compile(r"^[\s@＠#]+|\s+$")
_URL_SAFE = re.compile(r"[\w.-]+(?:@[\w.-]+)?")


class PersonReference(NamedTuple):
    """Whom a person named: a creator, or a colleague whom Slack put in the creator's place.

    platform: None when only a handle was given. handle: without "@", as typed; "" when Slack
    gave only an id. slack_user_id: the colleague, when the text was a Slack mention.
    """

    platform: Platform | None
    handle: str
    slack_user_id: str | None = None


def read_person(text: str) -> PersonReference:
    """Who is meant by "@anna", "ig:anna", a link or a Slack mention.

    Never fails: what is none of these is taken as the handle itself.
    """
    text = text.strip()[:MAX_CHARACTERS]
    if mention := _SLACK_USER.fullmatch(text):
        return PersonReference(None, _bare(mention[2] or ""), mention[1])
    typed = unescape_slack(text).strip(_QUOTES)
    return (
        _from_link(typed)
        or _from_fediverse(typed)
        or _from_prefix(typed)
        or PersonReference(None, _bare(typed))
    )


def unescape_slack(
    text: str,
    channel_name: Callable[[str], str | None] | None = None,
    *,
    keep_people: bool = False,
) -> str:
    """A command's text as it was typed, where Slack has put its own marks.

    "<@U1|anna>" becomes "@anna" and "<#C1|skincare>" "#skincare"; "<@U1>", which has lost its
    name, stays; a link becomes its address; "&amp;" becomes "&".

    Args:
        channel_name: gives the name for a channel's id when Slack left it out.
        keep_people: leave "<@U1|anna>" as it is, for whoever needs to know which colleague.
    """

    def typed(mark: re.Match[str]) -> str:
        inside = mark[1]
        if user := _USER.fullmatch(inside):
            return f"@{user[2].lstrip('@')}" if user[2] and not keep_people else mark[0]
        if channel := _CHANNEL.fullmatch(inside):
            name = channel[2] or (channel_name(channel[1]) if channel_name else None)
            return f"#{name}" if name else mark[0]
        if inside.startswith("!"):
            return _typed_broadcast(inside)
        address, _, label = inside.partition("|")
        if address.startswith("mailto:"):
            return label or address.removeprefix("mailto:")
        return address if "://" in address else mark[0]

    plain = _ESCAPED.sub(typed, text)
    return plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def handle_key(handle: str) -> str:
    """What all spellings of one handle share: no "@", no case, no width; accents count.

    YouTube's channel ids ("UC…") keep their case, for two of them may differ by it alone.
    """
    bare = _bare(handle)
    if _CHANNEL_ID.fullmatch(bare):
        return bare
    if bare.isascii():
        return bare.lower()
    while (plain := _bare(unicodedata.normalize("NFKC", bare).casefold())) != bare:
        bare = plain
    return bare


def profile_key(platform: Platform, handle: str) -> tuple[str, str]:
    """What identifies a profile: its platform's name and the handle's key."""
    return platform.value, handle_key(handle)


def is_account_id(platform: str, key: str) -> bool:
    """Whether a handle's key is no handle, but the platform's own id of an account."""
    pattern = _ACCOUNT_IDS.get(platform)
    return pattern is not None and pattern.fullmatch(key) is not None


def target_of(platform: Platform, handle: str) -> str:
    """A profile as links to it are kept: "instagram:anna"."""
    return ":".join(profile_key(platform, handle))


def profile_url(platform: Platform, handle: str) -> str | None:
    """The address of a profile; None where the handle or the platform has none."""
    name = handle.strip().lstrip("@")
    if not _URL_SAFE.fullmatch(name):
        return None
    if platform is Platform.YOUTUBE and _CHANNEL_ID.fullmatch(name):
        return f"https://www.youtube.com/channel/{name}"
    if platform is Platform.RUTUBE and name.isdigit():
        return f"https://rutube.ru/channel/{name}/"
    if platform is Platform.MASTODON:
        account, _, server = name.partition("@")
        return f"https://{server}/@{account}" if server else None
    pattern = _PROFILE_URLS.get(platform)
    return pattern.format(name) if pattern else None


def _typed_broadcast(inside: str) -> str:
    """ "!subteam^S1|@team" and "!channel" as typed; nobody is pinged by plain words."""
    name, _, label = inside.partition("|")
    return label or f"@{name.removeprefix('!').partition('^')[0]}"


def _from_link(typed: str) -> PersonReference | None:
    if not (_LINK.fullmatch(typed) or _SHORT_LINK.fullmatch(typed)):
        return None
    found = read_profile_link(typed)
    if not isinstance(found, ProfileLink):
        return None
    return PersonReference(found.platform, found.handle)


def _from_fediverse(typed: str) -> PersonReference | None:
    if not typed.startswith("@") or not (found := _FEDIVERSE.fullmatch(typed)):
        return None
    return PersonReference(Platform.MASTODON, f"{found[1]}@{found[2].lower()}")


def _from_prefix(typed: str) -> PersonReference | None:
    prefix, _, handle = typed.partition(":")
    platform = PLATFORM_WORDS.get(prefix.strip().lower())
    if platform is None or not _bare(handle):
        return None
    if mention := _SLACK_USER.fullmatch(handle.strip()):
        return PersonReference(platform, "", mention[1])
    return _from_link(handle.strip()) or PersonReference(platform, _bare(handle))


def _bare(handle: str) -> str:
    return _AROUND.sub("", handle)
