"""What a column's header says: the fields that it may feed, platform, unit, currency."""

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from domain.creator import Platform, RateDefinition
from domain.fields import Field
from domain.text import fold
from domain.values import SUFFIXES
from domain.written_money import currency_code

_PLATFORM_WORDS: dict[str, Platform] = {
    **dict.fromkeys(("instagram", "insta", "ig", "instagrammer"), Platform.INSTAGRAM),
    **dict.fromkeys(("tiktok", "tt", "tiktoker", "tiktokers", "douyin"), Platform.TIKTOK),
    **dict.fromkeys(("youtube", "yt", "youtuber", "youtubers"), Platform.YOUTUBE),
    **dict.fromkeys(("twitch", "twitcher"), Platform.TWITCH),
    **dict.fromkeys(("bluesky", "bsky"), Platform.BLUESKY),
    **dict.fromkeys(("mastodon", "fediverse"), Platform.MASTODON),
    **dict.fromkeys(("threads",), Platform.THREADS),
    **dict.fromkeys(("twitter", "tweeter", "x"), Platform.X),
    **dict.fromkeys(("facebook", "fb"), Platform.FACEBOOK),
    **dict.fromkeys(("pinterest",), Platform.PINTEREST),
    **dict.fromkeys(("rutube",), Platform.RUTUBE),
    **dict.fromkeys(("podcast", "podcasts"), Platform.PODCAST),
    **dict.fromkeys(("other", "others", "otro", "outro", "autre", "andere"), Platform.OTHER),
}
_ONLY_AS_A_WHOLE = frozenset({"x", "other", "others", "otro", "outro", "autre", "andere"})
_PERSONS = frozenset({"tiktoker", "tiktokers", "youtuber", "youtubers", "instagrammer", "twitcher"})
_DEFINITIONS = {
    **dict.fromkeys(("followers", "follower", "erf", "seguidores", "abonnes"), "followers"),
    **dict.fromkeys(("views", "view", "erv", "vues", "visualizaciones", "aufrufe"), "views"),
    **dict.fromkeys(("reach", "err", "alcance", "portee", "reichweite"), "reach"),
}
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORD = re.compile(r"[^\W_]+|#")
# fmt: off
_OF_QUESTIONS = frozenset({
    "what", "is", "are", "your", "you", "please", "enter", "provide", "share", "paste", "add",
    "which", "how", "many", "much", "do", "does", "have", "has", "on", "in", "at", "the", "a",
    "an", "to", "of", "for", "live", "currently", "about", "if", "any", "optional", "required",
    "cual", "es", "tu", "su", "tus", "cuantos", "cuantas", "tienes", "tiene", "en", "el", "la",
    "los", "las", "de", "por", "favor", "indica", "donde", "vives", "qual", "o", "seu", "sua",
    "quantos", "quantas", "voce", "tem", "onde", "mora", "quel", "quelle", "est", "votre", "ton",
    "ta", "vos", "combien", "avez", "vous", "as", "avec", "sur", "le", "les", "ou", "habitez",
    "wie", "ist", "dein", "deine", "ihr", "ihre", "viele", "hast", "du", "haben", "sie", "auf",
    "dem", "wo", "wohnst", "bitte", "welche", "welches", "der", "die", "das",
})
# fmt: on
_OF_A_PLATFORM = (Field.HANDLE, Field.URL)
_NO_CURRENCY = frozenset({"all", "All", "top", "Top"})
_YEAR = re.compile(r"20\d\d")
_IN_BRACKETS = re.compile(r"[(\[{]([^)\]}]*)[)\]}]")
_IN = ("in", "en", "em", "в")
_LEADING_IN = re.compile(rf"(?:{'|'.join(_IN)}) ")
_TIMES = re.compile(r"(?:[x×*] ?1)?((?:[.,]?000){1,3})s?")


class Header(NamedTuple):
    """What a header says, before anybody looked at the cells.

    fields: what the column may feed, empty for an unknown spelling. platform: named in the
    header. scale: 1,000,000 for "Followers (M)". percent: it says so. definition: of a rate.
    start: when an account began, where 1970 stands for unknown.
    """

    fields: tuple[Field, ...] = ()
    platform: Platform | None = None
    scale: int = 1
    currency: str | None = None
    percent: bool = False
    definition: RateDefinition | None = None
    start: bool = False


@lru_cache(maxsize=1_024)
def read_header(text: str) -> Header:
    """What a header says: "Instagram_Followers (M)" means followers in millions there."""
    if not text.strip():
        return Header(fields=(Field.IGNORE,))
    scale, currency, bare = _units(text)
    words = _words(bare)
    platforms = [word for word in words if word in _PLATFORM_WORDS and word not in _ONLY_AS_A_WHOLE]
    if words[:1] == ["x"] and len(words) > 1:
        platforms.append("x")
    rest = [word for word in words if word not in platforms]
    if len(rest) > 1:
        rest = [word for word in rest if word != "#"]
    fields = _fields(rest, platforms) or _fields_asked_for(rest)
    definition = next((_DEFINITIONS[word] for word in rest if word in _DEFINITIONS), None)
    rate = Field.ENGAGEMENT_RATE in fields
    return Header(
        fields=fields,
        platform=_PLATFORM_WORDS[platforms[0]] if len(set(platforms)) == 1 else None,
        scale=scale,
        currency=currency,
        percent="%" in text or "percent" in fold(text),
        definition=RateDefinition(definition) if definition and rate else None,
        start=Field.KEEP in fields,
    )


def is_platform_alone(text: str) -> bool:
    """Whether a header says a platform and nothing else: "Instagram", which is not "Tiktoker"."""
    return read_header(text).fields == _OF_A_PLATFORM and platform_named(text) is not None


def is_known_header(text: str) -> bool:
    """Whether a cell reads like the header of a column."""
    return len(text) <= 60 and text.strip() != "" and bool(read_header(text.strip()).fields)


def platform_named(text: str) -> Platform | None:
    """The platform that a cell names: "IG", "TikTok", "youtube"; None for other words."""
    return _PLATFORM_WORDS.get("".join(_words(text)))


def definition_named(text: str) -> RateDefinition | None:
    """What a cell says that a rate was divided by: "views", "by followers"; None for others."""
    found = next((_DEFINITIONS[word] for word in _words(text) if word in _DEFINITIONS), None)
    if found is None and RateDefinition.UNSTATED.value in _words(text):
        return RateDefinition.UNSTATED
    return RateDefinition(found) if found else None


def platform_in_name(name: str) -> Platform | None:
    """The one platform that a file's name gives away: "tt_nigeria.csv" is TikTok's."""
    words = {word for word in _words(name) if word not in _ONLY_AS_A_WHOLE}
    named = {_PLATFORM_WORDS[word] for word in words if word in _PLATFORM_WORDS}
    return named.pop() if len(named) == 1 else None


def _words(text: str) -> list[str]:
    parted = fold(_CAMEL.sub(" ", text).replace("%", " "))
    words = [word for word in _WORD.findall(parted) if not _YEAR.fullmatch(word)]
    joined = "".join(words)
    if joined in _PLATFORM_WORDS and words[-1:] != ["er"]:  # "TikTok ER" is no tiktoker
        return [joined]
    return _joined_platforms(words)


def _joined_platforms(words: list[str]) -> list[str]:
    """ "tik", "tok" and "you", "tube" as one word each, however the header split them."""
    text = " ".join(words)
    for apart, together in (
        ("tik tok", "tiktok"),
        ("you tube", "youtube"),
        ("blue sky", "bluesky"),
    ):
        text = re.sub(rf"\b{apart}", together, text)
    return text.split()


def _units(text: str) -> tuple[int, str | None, str]:
    """Scale and currency that a header states in brackets or behind it, and the rest of it."""
    scale, currency, bare = 1, None, text
    for found in _IN_BRACKETS.finditer(text):
        if factor := _factor(found[1]):
            scale, bare = factor, bare.replace(found[0], " ")
        elif code := bracketed_currency(found[1]):
            currency, bare = code, bare.replace(found[0], " ")
    words = fold(bare).replace("_", " ").split()
    if len(words) > 2 and words[-2] in _IN and words[-1].rstrip(".") in SUFFIXES:
        scale, bare = SUFFIXES[words[-1].rstrip(".")], " ".join(words[:-2])
    elif len(words) > 1 and (code := _trailing_currency(words[-1])):
        currency, bare = code, re.sub(r"[_\s]*\S+\s*$", "", bare.replace("_", " "))
    return scale, currency, bare


def _factor(unit: str) -> int | None:
    """What a unit in brackets multiplies by: "in thousands", "Tsd.", "x1000", "'000", "000s"."""
    word = _LEADING_IN.sub("", fold(unit).strip()).strip(" .'’`")
    if word in SUFFIXES:
        return SUFFIXES[word]
    found = _TIMES.fullmatch(word)
    return 1_000 ** (len(found[1].replace(",", "").replace(".", "")) // 3) if found else None


def bracketed_currency(text: str) -> str | None:
    """The currency that stands in brackets; "Clicks (all)" is not about Albania's lek."""
    return None if text.strip() in _NO_CURRENCY else currency_code(text)


def _trailing_currency(word: str) -> str | None:
    known = len(word) == 3 or not word.isascii() or not word.isalnum()
    return currency_code(word) if known and word.strip("()[]{}") not in _NO_CURRENCY else None


def _fields(words: list[str], platforms: list[str]) -> tuple[Field, ...]:
    spellings = _spellings()
    found = spellings.get("".join(words))
    if not words and platforms:
        if set(platforms) & _PERSONS:
            return (Field.HANDLE, Field.DISPLAY_NAME)
        return _OF_A_PLATFORM
    if found is None and platforms:  # a spelling that holds the name of a platform itself
        found = spellings.get("".join(platforms + words))
    return found or ()


def _fields_asked_for(words: list[str]) -> tuple[Field, ...]:
    """What the question of a form asks for: "How many followers do you have?"."""
    asked = [word for word in words if word not in _OF_QUESTIONS]
    return _fields(asked, []) if 0 < len(asked) < len(words) else ()


@lru_cache(maxsize=1)
def _spellings() -> dict[str, tuple[Field, ...]]:
    """Header without spaces to the fields that it may mean, in the order of the data file."""
    text = Path(__file__).with_name("columns.toml").read_text(encoding="utf-8")
    fields: dict[str, list[Field]] = {}
    for name, spellings in tomllib.loads(text).items():
        for spelling in spellings:
            meant = fields.setdefault("".join(fold(spelling).split()), [])
            if Field(name) not in meant:
                meant.append(Field(name))
    return {spelling: tuple(meant) for spelling, meant in fields.items()}
