"""What is planned, as far as its figures can be forecast: so many posts on a platform."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.agreement import Owed
from domain.columns import platform_named
from domain.creator import Platform
from domain.text import words

MOST_POSTS = 100
_NOT_POSTS = frozenset({
    "story", "stories", "newsletter", "newsletters", "blog", "blogs", "podcast", "podcasts",
    "event", "events", "appearance", "appearances", "stream", "streams", "livestream",
    "livestreams", "live", "lives", "photoshoot", "shoot", "article", "articles", "email",
    "emails", "whitelisting", "rights", "takeover", "takeovers", "image",
    "images", "file", "files", "ugc",
})  # fmt: skip
"""Words of what is no public post of the account, or brings figures of another kind."""
_AND = re.compile(r"[,;+&\n•]|\band\b|\bplus\b", re.IGNORECASE)
_COUNTED = re.compile(r"^(?P<count>\d{1,3})\s*(?:[x×]\s*)?(?P<kind>.*)$")
_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10,
}  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """How many posts are planned on which platforms. left_out: what can't be forecast, in words.

    assumed: nothing was said, so one post is taken.
    """

    posts: Mapping[Platform, int]
    left_out: tuple[str, ...] = ()
    assumed: bool = False

    @property
    def count(self) -> int:
        """All posts together."""
        return sum(self.posts.values())


def plan_of(owed: Sequence[Owed], home: Platform) -> Plan:
    """The posts among deliverables; one that names no platform is on the profile's own."""
    if not owed:
        return Plan({home: 1}, assumed=True)
    posts: Counter[Platform] = Counter()
    left_out = []
    for one in owed:
        if _NOT_POSTS & set(words(one.kind)):
            left_out.append(one.words)
        else:
            posts[one.platform or _platform_in(one.kind) or home] += one.amount
    return Plan({where: min(count, MOST_POSTS) for where, count in posts.items()}, tuple(left_out))


def read_plan(text: str) -> tuple[Owed, ...]:
    """Deliverables as a brief has them in a line: "2 Reels and 1 story", "one TikTok video"."""
    found = (_part(" ".join(part.split())) for part in _AND.split(text))
    return tuple(one for one in found if one is not None)


def _part(said: str) -> Owed | None:
    first, _, rest = said.partition(" ")
    if first.lower() in _NUMBERS and rest:
        amount, kind = _NUMBERS[first.lower()], rest
    elif (counted := _COUNTED.match(said)) and counted["kind"]:
        amount, kind = int(counted["count"]), counted["kind"]
    else:
        return None
    if not 1 <= amount <= MOST_POSTS:
        return None
    return Owed(kind=kind[:60], amount=amount, platform=_platform_in(kind))


def _platform_in(kind: str) -> Platform | None:
    return next((known for word in words(kind) if (known := platform_named(word))), None)
