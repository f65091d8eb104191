"""How numbers are said in evidence and reasons: short, with their unit."""

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from domain.creator import Platform, RateDefinition

PLATFORM_NAMES = {
    Platform.INSTAGRAM: "Instagram",
    Platform.TIKTOK: "TikTok",
    Platform.YOUTUBE: "YouTube",
    Platform.TWITCH: "Twitch",
    Platform.BLUESKY: "Bluesky",
    Platform.MASTODON: "Mastodon",
    Platform.THREADS: "Threads",
    Platform.X: "X",
    Platform.FACEBOOK: "Facebook",
    Platform.PINTEREST: "Pinterest",
    Platform.RUTUBE: "Rutube",
    Platform.PODCAST: "podcast",
    Platform.OTHER: "other-platform",
}

DEFINITION_WORDS = {
    RateDefinition.FOLLOWERS: "by followers",
    RateDefinition.VIEWS: "by views",
    RateDefinition.REACH: "by reach",
    RateDefinition.UNSTATED: "definition not stated",
}

_STEPS = ((1_000_000_000, "B"), (1_000_000, "M"), (1_000, "k"))
_TENTH_OF_A_PERCENT = Decimal("0.001")
_HALF_ENTITY = re.compile(r"(?:&[a-z]{0,3})?(?:<[^>]*)?$")


@lru_cache(maxsize=4_096)
def percent(ratio: float) -> str:
    """A ratio in percent: 0.042 is "4.2 %"; under 0.1 % with a second decimal.

    Kept, for a rate is said among the facts and again as evidence.
    """
    exact = Decimal(repr(ratio or 0.0))  # -0.0 is kept as one with 0
    step = Decimal("0.1") if exact == 0 or abs(exact) >= _TENTH_OF_A_PERCENT else Decimal("0.01")
    return f"{(exact * 100).quantize(step, ROUND_HALF_UP)} %"


def compact(count: float) -> str:
    """A count cut to three digits: 1234 is "1.23k", 48500000 is "48.5M", 950 is "950"."""
    for size, letter in _STEPS:
        if count >= size:
            return f"{float(f'{count / size:.3g}'):g}{letter}"
    return f"{count:.0f}"


def listed(words: Sequence[str]) -> str:
    """Words as a person lists them: "Ana", "Ana and Ben", "Ana, Ben and Carla"."""
    if len(words) <= 1:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def named(names: Sequence[str], most: int = 3) -> str:
    """Some names and how many more: "@a, @b, @c and 2 more"."""
    if len(names) <= most:
        return listed(names)
    return listed([*names[:most], f"{len(names) - most:,} more"])


def counted(count: int, singular: str, plural: str | None = None) -> str:
    """A count with its noun: "1 vote", "2 votes", "1,200 accounts"."""
    return f"{count:,} {singular if count == 1 else plural or singular + 's'}"


def cut_mrkdwn(text: str, limit: int) -> str:
    """At most `limit` characters of mrkdwn, without half an entity or half a link at the end."""
    if len(text) <= limit:
        return text
    return _HALF_ENTITY.sub("", text[: limit - 1]).rstrip() + "…"
