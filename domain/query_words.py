"""The unmarked words of a search: niches, tiers, platforms, places, languages, and the rest."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from domain.handle import PLATFORM_WORDS, unescape_slack
from domain.niche import Vocabulary
from domain.places import (
    country_code,
    country_name,
    is_country_name,
    is_language_name,
    language_code,
    language_name,
)
from domain.query_parts import Kind, Part
from domain.text import fold, words
from domain.tier import TIER_NAMES

_LONGEST_NAME = 5
_MOST_SIGNS = 3
_CAPITAL_CODE = re.compile(r"[A-Z]{2}")
_DOTTED_CODE = re.compile(r"(?:[A-Za-z]\.){2,3}[A-Za-z]?")
_SPEAKING = re.compile(r"(.+)-speaking", re.IGNORECASE)
_SPOKEN_CODES = frozenset(["uk", "usa", "uae"])
_OTHER_MEANINGS = frozenset(
    ["chad", "chili", "chine", "gaana", "guinea", "jersey", "maurice", "norga", "polen", "suede"]
) | frozenset(
    ["basco", "corse", "cree", "fines", "latein", "latim", "latin", "latina", "manes", "pali"]
)
"""Names of countries and languages that more often mean something else: they need a prefix."""
_NEW_PLACES = frozenset(["york", "jersey", "orleans", "delhi", "england", "mexico", "hampshire"])
_FILLERS = frozenset({
    "a", "an", "and", "the", "of", "in", "on", "at", "by", "from", "with", "who", "whose",
    "that", "are", "is", "me", "my", "our", "us", "some", "any", "or", "find", "show",
    "search", "based", "creators", "creator", "influencers", "influencer", "accounts",
    "people", "followers", "speaking", "speakers", "speaks", "speak", "living", "please", "de",
    "del", "la", "el", "los", "las", "en", "y", "con", "para", "un", "una", "por", "que", "da",
    "do", "dos", "das", "no", "na", "em", "e", "com", "os", "as", "um", "uma", "le", "les", "des",
    "du", "et", "avec", "dans", "une", "au", "aux", "pour", "der", "die", "und", "mit", "aus",
    "im", "ein", "eine", "von", "zu", "o",
})  # fmt: skip
"""Words that join others in the five languages: they ask for nothing."""

_OR = frozenset({"or", "oder", "ou", "o"})
_BEFORE_PLACES = frozenset({"in", "from", "based", "living"})
_BEFORE_US = frozenset({"show", "find", "give", "get", "for", "with", "like", "near", "let"})


class Chunk(NamedTuple):
    """One word as typed and where it stands."""

    typed: str
    start: int
    end: int


def read_words(
    chunks: Sequence[Chunk], vocabulary: Vocabulary, *, codes: bool, split: bool = True
) -> list[Part]:
    """The parts that a run of words names, the longest name at each place, left to right.

    Args:
        codes: whether two capitals may be the code of a country or language.
        split: False for what was quoted: it is one niche, or words that belong together.
    """
    tokens, starts = _tokens(chunks)
    parts: list[Part] = []
    at = 0
    while at < len(chunks):
        found = _longest(chunks, at, tokens, starts, vocabulary, codes=codes)
        if found is None:
            found = at + 1, _word(chunks[at], quoted=not split)
        end, part = found
        if part is not None:
            if parts and _is_alternative(chunks, at, parts[-1], part):
                part = _either(parts.pop(), part)
            parts.append(part)
        at = end
    return parts


def _is_alternative(chunks: Sequence[Chunk], at: int, before: Part, part: Part) -> bool:
    """Whether "or" stands between two niches, and nothing else."""
    if not (before.kind is part.kind is Kind.NICHE) or at < len(("niche", "or")):
        return False
    joins = fold(chunks[at - 1].typed) in _OR
    return joins and before.end == chunks[at - 2].end


def _either(first: Part, second: Part) -> Part:
    """One part that either of two niches satisfies."""
    niches = tuple(dict.fromkeys((*first.niches, *second.niches)))
    return first.model_copy(update={"end": second.end, "niches": niches})


def lone_code_left_out(text: str, parts: Sequence[Part]) -> tuple[str, ...]:
    """A code in small letters that ends a search, and was taken for a word that joins others.

    "skincare in": nothing follows that it could join, so India may have been meant.
    """
    before, last = ["", "", *text.split()][-2:]
    is_joined = fold(before) in _FILLERS - _BEFORE_PLACES
    is_read = any(part.end == len(text) for part in parts)
    if is_read or is_joined or len(last) != len("in") or last not in _FILLERS:
        return ()
    if country := country_code(last):
        return (f"“{last}”: for {country_name(country)} type country:{last}",)
    if language := language_code(last):
        return (f"“{last}”: for {language_name(language)} type lang:{last}",)
    return ()


def signs_left_out(text: str, parts: Sequence[Part]) -> tuple[str, ...]:
    """Pictures that say nothing by themselves, such as “🧴”: each with what to do."""
    return tuple(
        f"“{sign}”: please type it as a word"
        for at, sign in enumerate(text)
        if unicodedata.category(sign) == "So"
        and not any(part.start <= at < part.end for part in parts)
    )[:_MOST_SIGNS]


def suggest(
    word: str, vocabulary: Vocabulary | None, known: Iterable[str] = (*TIER_NAMES, *PLATFORM_WORDS)
) -> str | None:
    """What a mistyped word was probably meant to be: a tier, platform or niche word; or None."""
    folded = fold(word.strip())
    if not folded or folded in known:
        return None
    close = get_close_matches(folded, list(known), n=1, cutoff=0.75)
    if close and len(folded) > len("abc"):
        return close[0]
    return vocabulary.suggest(word) if vocabulary else None


def _tokens(chunks: Sequence[Chunk]) -> tuple[list[str], list[int]]:
    """All folded words, and for each chunk (and after the last) where its words begin."""
    tokens: list[str] = []
    starts = [0]
    for chunk in chunks:
        tokens += words(_plain(chunk))
        starts.append(len(tokens))
    return tokens, starts


def _plain(chunk: Chunk) -> str:
    return unescape_slack(chunk.typed)


def _longest(
    chunks: Sequence[Chunk],
    at: int,
    tokens: list[str],
    starts: list[int],
    vocabulary: Vocabulary,
    *,
    codes: bool,
) -> tuple[int, Part | None] | None:
    """The longest name that begins at a chunk; at equal length the first kind listed here."""
    niche = _niche(chunks, at, tokens, starts, vocabulary)
    best = niche
    for count in range(min(_LONGEST_NAME, len(chunks) - at), 0, -1):
        if best and best[0] - at >= count:
            break
        if count > 1 and any(starts[each] == starts[each + 1] for each in range(at, at + count)):
            continue
        named = _named(chunks, at, at + count, codes=codes)
        if named:
            best = at + count, named
            break
    if best is None and (code := _lone_code(chunks, at)):
        return at + 1, _part(Kind.COUNTRY, chunks, at, at + 1, code)
    if best is None and fold(chunks[at].typed) in _FILLERS:
        return at + 1, None
    return best


def _lone_code(chunks: Sequence[Chunk], at: int) -> str | None:
    """The country of "skincare us" and "skincare de", where the word joins no others."""
    said, last = fold(chunks[at].typed), at == len(chunks) - 1
    before = fold(chunks[at - 1].typed) if at else ""
    if said == "us" and before not in _BEFORE_US and (at or last):
        return "US"
    return "DE" if said == "de" and last and at else None


def _niche(
    chunks: Sequence[Chunk],
    at: int,
    tokens: list[str],
    starts: list[int],
    vocabulary: Vocabulary,
) -> tuple[int, Part] | None:
    if starts[at] == starts[at + 1]:
        return None
    match = vocabulary.longest_at(tokens, starts[at])
    if match is None or match.end not in starts:
        return None
    end = max(index for index, start in enumerate(starts) if start == match.end)
    while end > at + 1 and starts[end - 1] == starts[end]:
        end -= 1
    part = _part(Kind.NICHE, chunks, at, end, match.niches[0])
    return end, part.model_copy(update={"niches": match.niches})


def _named(chunks: Sequence[Chunk], at: int, end: int, *, codes: bool) -> Part | None:
    if end - at > 1 and fold(chunks[at].typed) in _BEFORE_PLACES:
        return None  # "in de" is no way to write Inde
    joins = end - at == 1 and fold(chunks[at].typed) in _BEFORE_PLACES
    if joins and end < len(chunks) and is_country_name(_plain(chunks[end])):
        return None  # nor is "IN Germany" India
    name = " ".join(_plain(chunk) for chunk in chunks[at:end])
    following = fold(chunks[end].typed) if end < len(chunks) else ""
    readers: tuple[Callable[[], tuple[Kind, str] | None], ...] = (
        lambda: _keyword(fold(name), following),
        lambda: _country(name, codes=codes),
        lambda: _language(name, codes=codes),
    )
    for reader in readers:
        if found := reader():
            return _part(found[0], chunks, at, end, found[1])
    return None


def _keyword(name: str, following: str) -> tuple[Kind, str] | None:
    if name in TIER_NAMES:
        return Kind.TIER, name
    if name in PLATFORM_WORDS and name != "pin":
        return Kind.PLATFORM, PLATFORM_WORDS[name].value
    if name == "new" and following not in _NEW_PLACES:
        return Kind.NEW, ""
    if name in ("worked-with", "worked with", "worked_with"):
        return Kind.WORKED_WITH, ""
    return None


def _country(name: str, *, codes: bool) -> tuple[Kind, str] | None:
    if fold(name) in _OTHER_MEANINGS:
        return None
    named = is_country_name(name) or _DOTTED_CODE.fullmatch(name) or name.lower() in _SPOKEN_CODES
    if not named and not (codes and _is_code(name)):
        return None
    code = country_code(name)
    return (Kind.COUNTRY, code) if code else None


def _language(name: str, *, codes: bool) -> tuple[Kind, str] | None:
    speaking = _SPEAKING.fullmatch(name)
    name = speaking[1] if speaking else name
    if fold(name) in _OTHER_MEANINGS:
        return None
    named = is_language_name(name) or speaking or (codes and _is_code(name))
    code = language_code(name) if named else None
    return (Kind.LANGUAGE, code) if code else None


def _is_code(name: str) -> bool:
    return _CAPITAL_CODE.fullmatch(name) is not None and name != "OR"


def _word(chunk: Chunk, *, quoted: bool) -> Part | None:
    typed = _plain(chunk).strip(".:'") if not quoted else _plain(chunk)
    if not words(typed):
        return None
    return Part(
        kind=Kind.WORD, typed=chunk.typed, start=chunk.start, end=chunk.end, value=typed.strip()
    )


def _part(kind: Kind, chunks: Sequence[Chunk], at: int, end: int, value: str) -> Part:
    typed = " ".join(chunk.typed for chunk in chunks[at:end])
    return Part(
        kind=kind, typed=typed, start=chunks[at].start, end=chunks[end - 1].end, value=value
    )
