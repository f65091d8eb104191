"""Whether two profiles are one person's: by the links between them, never by a name alone."""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple
from urllib.parse import urlsplit

from domain.account import Account, read_link
from domain.creator import Platform, ProfileSnapshot
from domain.handle import PLATFORM_WORDS, target_of
from domain.profile_link import platform_of_host
from domain.wording import PLATFORM_NAMES

MOST_TARGETS = 20
SHORTEST_DISTINCTIVE = 6
MOST_ADMIRERS = 3
"""One that more profiles link to is a brand or an agency, and their links tell nothing."""
PAGE = "page:"
"""What stands before an address that is no profile."""
_ADDRESS = re.compile(
    r"(?<![\w@.\-])(?:https?://)?(?:[\w-]+\.)+[a-z]{2,}(?![\w@])(?:/[^\s<>\"'|,;)\]]*)?",
    re.IGNORECASE,
)
_AFTER_AN_ADDRESS = ".!?…:*_"
_AMBIGUOUS_WORDS = frozenset({"x", "pin", "thread", "threads", "podcast", "podcasts", "tt"})
"""Words that stand before an @handle for other reasons: "nike x @anna"."""
_MENTION = re.compile(
    r"(?<!\w)(?P<platform>{})\s*[:\-–|/]?\s*@(?P<handle>[\w.\-]+)".format(
        "|".join(sorted((re.escape(word) for word in PLATFORM_WORDS), key=len, reverse=True))
    ),
    re.IGNORECASE,
)


class Verdict(StrEnum):
    """LINKED: joined by itself; PROPOSED: a person is asked; NOTHING: nothing tells so."""

    LINKED = "linked"
    PROPOSED = "proposed"
    NOTHING = "nothing"


class Judgement(NamedTuple):
    """A verdict with its evidence. why: completes "May be the same person: …"; "" = none."""

    verdict: Verdict
    why: str = ""


class Presence(NamedTuple):
    """A profile with what it links to, as `targets` gives it.

    linked_by: how many profiles link to this one, as far as is known.
    """

    platform: Platform
    handle: str
    targets: Mapping[str, bool]
    linked_by: int = 0

    @property
    def target(self) -> str:
        """What a link to this profile is stored as."""
        return target_of(self.platform, self.handle)

    @property
    def named(self) -> str:
        """For people: "@anna on TikTok"."""
        at = "" if " " in self.handle else "@"
        return f"{at}{self.handle} on {_platform_name(self.platform)}"


_NOTHING = Judgement(Verdict.NOTHING)


def targets(snapshot: ProfileSnapshot) -> dict[str, bool]:
    """What a profile links to, at most 20 of them, and whether the platform has checked it.

    Reads the platform's own link fields and the bio, there also "TikTok: @anna". Profiles are
    "instagram:anna", other addresses "page:linktr.ee/anna". The profile itself is left out.
    """
    own = target_of(snapshot.platform, snapshot.handle)
    checked = {target for link in snapshot.verified_links if (target := _target(link))}
    found: dict[str, bool] = {}
    for target in _all_targets(snapshot):
        if target != own and len(found) < MOST_TARGETS:
            found.setdefault(target, target in checked)
    return found


def may_have_links(snapshot: ProfileSnapshot) -> bool:
    """Whether it is worth reading: cheap, for a million profiles."""
    return bool(
        snapshot.links or snapshot.verified_links or (snapshot.bio and _hints(snapshot.bio))
    )


def judge(one: Presence, other: Presence) -> Judgement:
    """Whether two profiles are one person's.

    Linked, where each links to the other, or one does and its platform has checked that the other
    links back; of one platform they are only proposed, as couples and colleagues link to each
    other. Proposed, where one links to the other, or both have the same distinctive handle and
    show the same page. A link one way tells nothing where many link to the other, or where the one
    links to several on that platform. The order of the two changes nothing but the wording.
    """
    if one.target == other.target:
        return _NOTHING
    there, back = other.target in one.targets, one.target in other.targets
    checked = one.targets.get(other.target, False) or other.targets.get(one.target, False)
    if (there and back) or checked:
        return _linked(one, other, both=there and back)
    if there and _tells(one, other):
        return Judgement(Verdict.PROPOSED, f"{one.named} links to {other.named}")
    if back and _tells(other, one):
        return Judgement(Verdict.PROPOSED, f"{other.named} links to {one.named}")
    page = _shared_page(one, other)
    if page and is_distinctive(one.handle) and _alike(one.handle, other.handle):
        why = f"{one.named} and {other.named} share their handle and show {page}"
        return Judgement(Verdict.PROPOSED, why)
    return _NOTHING


def is_distinctive(handle: str) -> bool:
    """Whether few people would take this handle by chance: six letters and digits or more."""
    return len(_letters(handle)) >= SHORTEST_DISTINCTIVE


def _tells(one: Presence, other: Presence) -> bool:
    """Whether a link one way may mean the same person."""
    there = [target for target in one.targets if target.startswith(f"{other.platform.value}:")]
    return len(there) == 1 and other.linked_by <= MOST_ADMIRERS


def _linked(one: Presence, other: Presence, *, both: bool) -> Judgement:
    if both:
        why = f"{one.named} and {other.named} link to each other"
    else:
        first, second = (one, other) if one.targets.get(other.target) else (other, one)
        platform = _platform_name(first.platform)
        why = f"{first.named} links to {second.named}, and {platform} has checked it"
    if one.platform is other.platform:
        return Judgement(Verdict.PROPOSED, why)
    return Judgement(Verdict.LINKED, why)


def _shared_page(one: Presence, other: Presence) -> str:
    pages = [t for t in one.targets if t.startswith(PAGE) and t in other.targets]
    return min(pages).partition(":")[2] if pages else ""


def _alike(one: str, other: str) -> bool:
    return _letters(one) == _letters(other)


def _letters(handle: str) -> str:
    name = handle.partition("@")[0].casefold()  # a Mastodon handle names its server too
    return "".join(character for character in name if character.isalnum())


def _all_targets(snapshot: ProfileSnapshot) -> Iterator[str]:
    for link in (*snapshot.verified_links, *snapshot.links):
        if target := _target(link):
            yield target
    if snapshot.bio:
        for address in _ADDRESS.findall(snapshot.bio):
            if target := _target(address):
                yield target
        for mention in _MENTION.finditer(snapshot.bio):
            word = mention["platform"].lower()
            handle = mention["handle"].rstrip(".-_")
            if word not in _AMBIGUOUS_WORDS and handle:
                yield target_of(PLATFORM_WORDS[word], handle)


def _target(link: str) -> str | None:
    """What an address names; None where it is none, or a platform's page that is no profile."""
    link = link.strip().rstrip(_AFTER_AN_ADDRESS)
    account = read_link(link)
    if isinstance(account, Account):
        return target_of(account.platform, account.handle) if account.platform else None
    try:
        parts = urlsplit(link if "://" in link else f"https://{link}")
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    if "." not in host or platform_of_host(host):
        return None
    return f"{PAGE}{host}{parts.path.rstrip('/').casefold()}"[:200]


def _hints(bio: str) -> bool:
    return "@" in bio or "." in bio


def _platform_name(platform: Platform) -> str:
    name = PLATFORM_NAMES[platform]
    return f"{name[:1].upper()}{name[1:]}"
