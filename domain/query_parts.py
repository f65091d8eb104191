"""What a search asks: its parts, each with the words as they were typed."""

import re
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict

from domain.creator import Money, Platform
from domain.handle import unescape_slack
from domain.money import format_money
from domain.niche import Vocabulary
from domain.places import country_name, language_name
from domain.text import words
from domain.tier import Tier, TierBands

NEW_DAYS = 30
"""`new` keeps creators that were added within this many days."""


LONGEST_SAID = 60
_NAMELESS = re.compile(r"<@[^<>]*>")


class QueryError(ValueError):
    """A search that can't be understood; the message is a sentence for the person who asked.

    typed: the words it is about, where they can be named.
    """

    def __init__(self, message: str, typed: str = "") -> None:
        super().__init__(message)
        self.typed = typed


class Kind(StrEnum):
    """What a part asks for. Parts of one kind marked "any" are alternatives."""

    NICHE = "niche"
    WORD = "word"
    TIER = "tier"  # any
    PLATFORM = "platform"  # any
    COUNTRY = "country"  # any
    LANGUAGE = "language"  # any
    AUDIENCE_COUNTRY = "audience_country"  # any
    AUDIENCE_LANGUAGE = "audience_language"  # any
    FOLLOWERS = "followers"
    RATE = "rate"
    PRICE = "price"
    TAG = "tag"
    LIST = "list"
    NEW = "new"
    WORKED_WITH = "worked_with"
    OWNER = "owner"
    BRIEF = "brief"
    NOT = "not"  # a word or phrase of which nothing is to be seen


class Bounds(BaseModel):
    """A range. least, most: None is open; above, below: that end itself is not included."""

    model_config = ConfigDict(frozen=True)

    least: float | None = None
    most: float | None = None
    above: bool = False
    below: bool = False

    def overlap(self, other: "Bounds") -> "Bounds":
        """The range that lies in both."""
        least, above = max(
            (self.least, self.above),
            (other.least, other.above),
            key=lambda end: (float("-inf") if end[0] is None else end[0], end[1]),
        )
        most, below = min(
            (self.most, self.below),
            (other.most, other.below),
            key=lambda end: (float("inf") if end[0] is None else end[0], not end[1]),
        )
        return Bounds(least=least, most=most, above=above, below=below)

    @property
    def empty(self) -> bool:
        """Whether nothing can lie in the range."""
        if self.least is None or self.most is None:
            return False
        return self.least > self.most or (self.least == self.most and (self.above or self.below))


class Part(BaseModel):
    """One thing that was asked for.

    typed: the words as they stand in the query's text from `start` to `end`. value: a niche id,
    word, tier, platform, code, tag, list, owner ("me", "<@U1>" or a name) or brief as typed;
    `Bounds` for followers (accounts) and rate (a ratio, 0.03 = 3 %); `Money` for a price.
    niches: all niches that the words may mean, the first being `value`.
    """

    model_config = ConfigDict(frozen=True)

    kind: Kind
    typed: str
    start: int
    end: int
    value: str | Bounds | Money = ""
    niches: tuple[str, ...] = ()

    @property
    def said(self) -> str:
        """The words as the person typed them, without Slack's marks; on one line of at most 60."""
        typed = " ".join(_NAMELESS.sub("@somebody", unescape_slack(self.typed)).split())
        return typed if len(typed) <= LONGEST_SAID else f"{typed[: LONGEST_SAID - 1]}…"

    @property
    def words(self) -> tuple[str, ...]:
        """The folded words to look for in texts: all must be there. For niche and word parts."""
        return tuple(words(self.typed if self.kind is Kind.NICHE else str(self.value)))


class Query(BaseModel):
    """A search as it was understood. All parts must hold; see `Kind` for alternatives.

    left_out: words that were passed over and may have been meant, with how to say it.
    """

    model_config = ConfigDict(frozen=True)

    text: str
    parts: tuple[Part, ...] = ()
    bands: TierBands = TierBands()
    left_out: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was asked for, so that every creator matches."""
        return not self.parts

    def of(self, *kinds: Kind) -> tuple[Part, ...]:
        """The parts of these kinds, in the order typed."""
        return tuple(part for part in self.parts if part.kind in kinds)

    def values(self, kind: Kind) -> tuple[str, ...]:
        """The values of the parts of a kind whose value is a word or code."""
        return tuple(str(part.value) for part in self.of(kind))

    @property
    def niches(self) -> tuple[str, ...]:
        """The niche ids that were asked for."""
        return self.values(Kind.NICHE)

    @property
    def tiers(self) -> tuple[Tier, ...]:
        """The tiers, any of which will do."""
        return tuple(map(Tier, self.values(Kind.TIER)))

    @property
    def platforms(self) -> tuple[Platform, ...]:
        """The platforms, any of which will do."""
        return tuple(map(Platform, self.values(Kind.PLATFORM)))

    @property
    def tier_ranges(self) -> tuple[tuple[int | None, int | None], ...]:
        """Followers by tier, one of which must hold: least and most, included, None open."""
        return tuple((self.bands.of(tier).least, self.bands.of(tier).most) for tier in self.tiers)

    @property
    def followers(self) -> tuple[int | None, int | None] | None:
        """Followers asked for beside the tiers: least and most, included; None: any."""
        both = self._overlap(Kind.FOLLOWERS)
        if both is None:
            return None
        least, most = both.least, both.most
        return (None if least is None else int(least), None if most is None else int(most))

    @property
    def rate(self) -> Bounds | None:
        """The engagement rate asked for, as ratios; None when it doesn't matter."""
        return self._overlap(Kind.RATE)

    @property
    def price(self) -> Money | None:
        """The most that one post may cost: the lowest price asked for."""
        prices = [part.value for part in self.of(Kind.PRICE) if isinstance(part.value, Money)]
        return min(prices, key=lambda price: price.amount, default=None)

    @property
    def is_new(self) -> bool:
        """Whether only creators added in the last `NEW_DAYS` days will do."""
        return bool(self.of(Kind.NEW))

    @property
    def worked_with(self) -> bool:
        """Whether only creators with a partnership will do."""
        return bool(self.of(Kind.WORKED_WITH))

    @property
    def owner(self) -> str | None:
        """ "me", "<@U1>" or a name; None when it doesn't matter."""
        return next(iter(self.values(Kind.OWNER)), None)

    @property
    def brief(self) -> str | None:
        """A part of a brief's name, as typed; None when none was named."""
        return next(iter(self.values(Kind.BRIEF)), None)

    def meaning(self) -> frozenset[tuple[Kind, object]]:
        """What is asked, whatever the order: two queries of one meaning find the same."""
        return frozenset((part.kind, _comparable(part)) for part in self.parts)

    def without(self, *left_out: Part) -> Self:
        """The query with parts left out, to see which of them narrowed it to nothing."""
        return self._from(part for part in self.parts if part not in left_out)

    def instead(self, part: Part, niche: str, vocabulary: Vocabulary) -> Self:
        """The query with a niche or word replaced by another niche."""
        typed = vocabulary.name(niche)
        other = Part(kind=Kind.NICHE, typed=typed, start=0, end=0, value=niche, niches=(niche,))
        return self._from(other if each == part else each for each in self.parts)

    def describe(self, vocabulary: Vocabulary, *, outsiders: bool = False) -> str:
        """The search in words, one line: "Skincare · micro (1,000–100,000 followers)".

        outsiders: people from outside read it: then without prices and what is the team's own.
        """
        said = [
            _said(part, self.bands, vocabulary)
            for part in self.parts
            if not (outsiders and part.kind in INTERNAL)
        ]
        return " · ".join(dict.fromkeys(said)) or "all creators"

    def _from(self, parts: Iterable[Part]) -> Self:
        text = ""
        moved = []
        for part in parts:
            start = len(text) + 1 if text else 0
            text = f"{text} {part.typed}" if text else part.typed
            moved.append(part.model_copy(update={"start": start, "end": len(text)}))
        return self.model_copy(update={"text": text, "parts": tuple(moved)})

    def _overlap(self, kind: Kind) -> Bounds | None:
        ranges = [part.value for part in self.of(kind) if isinstance(part.value, Bounds)]
        if not ranges:
            return None
        both = ranges[0]
        for other in ranges[1:]:
            both = both.overlap(other)
        return both


INTERNAL = frozenset(
    {Kind.PRICE, Kind.TAG, Kind.LIST, Kind.OWNER, Kind.NEW, Kind.WORKED_WITH, Kind.BRIEF}
)
"""What a search says of money and of the team's own work."""


def say_followers(bounds: Bounds) -> str:
    """A range of followers in words: "5,000–50,000 followers"."""
    return f"{_range(bounds, lambda count: f'{count:,.0f}')} followers"


def say_rate(bounds: Bounds) -> str:
    """A range of engagement rates in words: "engagement over 3 %"."""
    return f"engagement {_range(bounds, lambda rate: f'{round(rate * 100, 6):g} %')}"


def _range(bounds: Bounds, number: Callable[[float], str]) -> str:
    if bounds.most is None:
        least = number(bounds.least or 0)
        return f"over {least}" if bounds.above else f"at least {least}"
    if bounds.least is None:
        most = number(bounds.most)
        return f"under {most}" if bounds.below else f"at most {most}"
    return f"{number(bounds.least)}–{number(bounds.most)}"


def _comparable(part: Part) -> object:
    if part.kind in (Kind.WORD, Kind.NOT):
        return part.words
    if part.kind in (Kind.TAG, Kind.LIST, Kind.OWNER, Kind.BRIEF):
        return str(part.value).casefold()
    return part.value


def _said(part: Part, bands: TierBands, vocabulary: Vocabulary) -> str:
    value = part.value
    if isinstance(value, Bounds):
        return say_rate(value) if part.kind is Kind.RATE else say_followers(value)
    if isinstance(value, Money):
        return f"under {format_money(value)} a post"
    match part.kind:
        case Kind.NICHE:
            return " or ".join(vocabulary.name(niche) for niche in part.niches)
        case Kind.TIER:
            return bands.label(Tier(value))
        case Kind.OWNER:
            named = part.said.partition(":")[2].strip('"@ ')
            return "owned by you" if value == "me" else f"owned by {named}"
    return _SAID[part.kind].format(
        value=value,
        country=country_name(value),
        language=language_name(value),
        title=PLATFORM_NAMES.get(value, value),
    )


_SAID = {
    Kind.WORD: "“{value}”",
    Kind.PLATFORM: "on {title}",
    Kind.COUNTRY: "in {country}",
    Kind.LANGUAGE: "speaks {language}",
    Kind.AUDIENCE_COUNTRY: "audience in {country}",
    Kind.AUDIENCE_LANGUAGE: "audience that speaks {language}",
    Kind.TAG: "tagged “{value}”",
    Kind.LIST: "on the list “{value}”",
    Kind.NEW: f"added in the last {NEW_DAYS} days",
    Kind.WORKED_WITH: "worked with before",
    Kind.BRIEF: "for “{value}”",
    Kind.NOT: "nobody who writes “{value}”",
}
PLATFORM_NAMES = {
    **{platform.value: platform.value.capitalize() for platform in Platform},
    **{"tiktok": "TikTok", "youtube": "YouTube", "rutube": "RuTube", "podcast": "podcasts"},
}
