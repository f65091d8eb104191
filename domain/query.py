"""The language of `/influencer find`: from what was typed to a `Query`.

In any order and case, quotes straight or curly:

- niche words, by the vocabulary, the longest phrase first; other words are looked for in texts;
- a tier (`micro`) and a platform (`tiktok`, `ig`); several are alternatives;
- where a creator lives: a country's name or flag, its code in capitals (`DE`) or `country:de`;
- what a creator speaks: a language's name (`german`) or `lang:de`;
- `audience:` with a country or language, a code meaning the country where it can mean both;
- `followers:5k-50k`, `followers>10k`, `10k-50k`; `er>3%`; `under $500`;
- `-fashion`, `not "fast fashion"`: whoever writes that is left out;
- `tag:x`, `list:"two words"`, `owner:me`, `new`, `worked-with`, `for <brief>`.
"""

from collections.abc import Callable, Sequence
from itertools import takewhile
from typing import NoReturn

from domain import query_grammar as grammar
from domain.creator import Platform
from domain.handle import PLATFORM_WORDS, unescape_slack
from domain.niche import Vocabulary
from domain.places import country_code, language_code
from domain.query_checks import check
from domain.query_marks import Marks, Read
from domain.query_parts import NEW_DAYS, Bounds, Kind, Part, Query, QueryError
from domain.query_words import (
    Chunk,
    lone_code_left_out,
    read_words,
    signs_left_out,
    suggest,
)
from domain.text import fold, words
from domain.tier import TIER_NAMES, Tier, TierBands

__all__ = [
    "NEW_DAYS", "Bounds", "Kind", "Part", "Query", "QueryError", "parse", "suggest",
]  # fmt: skip

MAX_CHARACTERS = 500


def parse(
    text: str,
    vocabulary: Vocabulary,
    bands: TierBands | None = None,
    *,
    default_currency: str | None = None,
    brief_names: Sequence[str] = (),
) -> Query:
    """Read a search.

    Args:
        text: what stands after `find`, as Slack sends it or as it was typed.
        bands: the workspace's tiers; their defaults when None.
        default_currency: for `under 500`; without it a currency must be named.
        brief_names: names of the briefs that the person sees, so that `for spring skincare` can
            tell the brief *spring* from the niche; without them `for` takes all up to the next
            thing that is plainly something else.

    Raises:
        QueryError: too long, a number that can't be meant, or parts that exclude each other.
    """
    text = unescape_slack(text, keep_people=True).translate(grammar.STRAIGHT).strip()
    text = grammar.PAIRED_SINGLES.sub(r'"\1"', text)
    if channel := grammar.CHANNEL.search(text):
        raise QueryError(
            "Slack hid the name of a channel that you typed; please type the word without #.",
            channel[0],
        )
    if len(text) > MAX_CHARACTERS:
        raise QueryError(
            f"That search has {len(text):,} characters; please keep it under {MAX_CHARACTERS}."
        )
    bands = bands or TierBands()
    reader = _Reader(text, vocabulary, default_currency, tuple(map(fold, brief_names)))
    parts = tuple(_unrepeated(reader.read()))
    left_out = (*lone_code_left_out(text, parts), *signs_left_out(text, parts))
    query = Query(text=text, parts=parts, bands=bands, left_out=left_out)
    check(query)
    return query


def _unrepeated(parts: Sequence[Part]) -> list[Part]:
    seen: dict[tuple[Kind, object], Part] = {}
    for part in parts:
        seen.setdefault((part.kind, part.value), part)
    return list(seen.values())


class _Reader(Marks):
    """Reads a text from left to right: what is plainly marked first, then runs of words."""

    def __init__(
        self,
        text: str,
        vocabulary: Vocabulary,
        currency: str | None,
        brief_names: tuple[str, ...],
    ) -> None:
        super().__init__(text, vocabulary, currency, brief_names)
        self._marked: tuple[Callable[[int], Read | None], ...] = (
            self._said_followers,
            self._followers,
            self._rate,
            self._least_price,
            self._price,
            self._bare_followers,
            self._bad_number,
            self._half_said,
            self._link,
            self._key,
            self._audience,
            self._brief,
            self._excluded,
            self._quoted,
        )

    def read(self) -> list[Part]:
        """All parts, in the order typed."""
        parts: list[Part] = []
        run: list[Chunk] = []
        at = 0
        while at < len(self._text):
            if space := grammar.SPACE.match(self._text, at):
                at = space.end()
                continue
            if found := self._marked_at(at):
                parts += self._words(run) + found.parts
                run, at = [], found.end
                continue
            chunk = grammar.CHUNK.match(self._text, at)
            end = chunk.end() if chunk else at + 1
            run.append(Chunk(self._text[at:end], at, end))
            at = end
        return parts + self._words(run)

    def _marked_at(self, at: int) -> Read | None:
        for reader in self._marked:
            if found := reader(at):
                return found
        return None

    def _words(self, run: list[Chunk]) -> list[Part]:
        whole_is_capitals = self._text.upper() == self._text and len(self._text.split()) > 1
        parts = read_words(run, self._vocabulary, codes=not whole_is_capitals)
        return [
            part.model_copy(update={"typed": self._text[part.start : part.end]}) for part in parts
        ]

    def _key(self, at: int) -> Read | None:
        if not (match := grammar.KEY.match(self._text, at)):
            return None
        key = match["key"].lower()
        if key in PLATFORM_WORDS:
            platform = self._part(Kind.PLATFORM, at, match.end(), PLATFORM_WORDS[key].value)
            return Read([platform], match.end())
        if key not in grammar.KEYS:
            self._refuse_mistyped(key)
            return None
        meaning = grammar.KEYS[key]
        if meaning == "brief":
            return self._brief_from(at, match.end())
        if meaning in ("country", "language", "audience"):
            found = self._place(meaning, at, match.end())
        else:
            value, end = self._value(match.end(), key)
            found = Read(self._keyed(meaning, value, at, end), end)
        return found if found.parts else self._nothing_after(key)

    def _refuse_mistyped(self, key: str) -> None:
        known = (*grammar.KEYS, "followers", "er", "under")
        if other := suggest(key, None, known):
            raise QueryError(f"I don't know “{key}:”. Did you mean “{other}:”?", key)

    def _value(self, at: int, key: str) -> tuple[str, int]:
        """What stands after "key:": quoted, or up to the next space."""
        match = grammar.QUOTED.match(self._text, at) or grammar.PLAIN.match(self._text, at)
        value = (match[1] if match and match[0][0] == '"' else match[0] if match else "").strip()
        if not match or not value:
            self._nothing_after(key)
        return value, match.end() if match else at

    def _nothing_after(self, key: str) -> NoReturn:
        example = grammar.EXAMPLES[key]
        raise QueryError(f"What should stand after “{key}:”? For example {example}.", key)

    def _keyed(self, meaning: str, value: str, at: int, end: int) -> list[Part]:
        if meaning == "list":
            return [self._part(Kind.LIST, at, end, value.rstrip(",;"))]
        if meaning == "owner":
            mention = grammar.MENTION.match(value)
            owner = f"<@{mention[1]}>" if mention else value.rstrip(",;").lstrip("@")
            return [self._part(Kind.OWNER, at, end, "me" if owner.lower() == "me" else owner)]
        values = [each.strip() for each in value.split(",") if each.strip()]
        return [self._one(meaning, each, at, end) for each in values]

    def _one(self, meaning: str, value: str, at: int, end: int) -> Part:
        if meaning == "tag":
            return self._part(Kind.TAG, at, end, value.lstrip("#"))
        if meaning == "tier":
            if value.lower() not in TIER_NAMES:
                tiers = ", ".join(Tier)
                raise QueryError(f"“{value[:20]}” is not a tier; there are {tiers}.", value)
            return self._part(Kind.TIER, at, end, value.lower())
        if meaning == "platform":
            platform = PLATFORM_WORDS.get(value.lower())
            if platform is None:
                names = ", ".join(each for each in Platform if each is not Platform.OTHER)
                raise QueryError(f"“{value[:20]}” is not a platform; there are {names}.", value)
            return self._part(Kind.PLATFORM, at, end, platform.value)
        chunks = [Chunk(value, at, end)]
        found = read_words(chunks, self._vocabulary, codes=False, split=False)
        niche = next((part for part in found if part.kind is Kind.NICHE), None)
        if niche is None:
            other = suggest(value, self._vocabulary)
            hint = f" Did you mean “{other}”?" if other else " Leave out “niche:” to search texts."
            raise QueryError(f"I don't know a niche called “{value[:40]}”.{hint}", value)
        return niche.model_copy(update={"typed": self._text[at:end], "start": at, "end": end})

    def _audience(self, at: int) -> Read | None:
        if not (match := grammar.AUDIENCE_SAID.match(self._text, at)):
            return None
        return self._place("audience", at, match.end())

    def _place(self, meaning: str, at: int, value_at: int) -> Read:
        """One place or language of up to five words, or several with commas between."""
        if quoted := grammar.QUOTED.match(self._text, value_at):
            return Read([self._place_part(meaning, quoted[1], at, quoted.end())], quoted.end())
        match = grammar.PLAIN.match(self._text, value_at)
        if match is None:
            self._value(value_at, meaning)
        following = list(grammar.PLAIN.finditer(self._text, value_at))[: grammar.LONGEST_PLACE]
        ends = [each.end() for each in takewhile(lambda each: words(each[0]), following)]
        ends = ends or [following[0].end()]
        for end in reversed(ends):
            name = self._text[value_at:end].rstrip(",;")
            if '"' not in name and (found := _placed(meaning, name)):
                return Read([self._part(found[0], at, value_at + len(name), found[1])], end)
        names = [name for name in self._text[value_at : ends[0]].split(",") if name.strip()]
        parts = [self._place_part(meaning, name, at, ends[0]) for name in names]
        return Read(parts, ends[0])

    def _place_part(self, meaning: str, name: str, at: int, end: int) -> Part:
        found = _placed(meaning, name)
        if found is None:
            what = {"audience": "country or language"}.get(meaning, meaning)
            raise QueryError(
                f"I don't know the {what} “{name.strip()[:40]}”; "
                f"use a name or a code, for example {grammar.EXAMPLES[meaning]}.",
                name,
            )
        return self._part(found[0], at, end, found[1])

    def _brief(self, at: int) -> Read | None:
        match = grammar.FOR.match(self._text, at)
        return self._brief_from(at, match.end()) if match else None

    def _brief_from(self, at: int, value_at: int) -> Read:
        if quoted := grammar.QUOTED.match(self._text, value_at):
            value, end = self._value(value_at, "for")
            return Read([self._part(Kind.BRIEF, at, end, value)], quoted.end())
        ends: list[int] = []
        known = value_at
        for word in grammar.PLAIN.finditer(self._text, value_at):
            if ends and self._stops_brief(word.start(), word[0]):
                break
            ends.append(word.end())
            said = fold(self._text[value_at : word.end()]).rstrip(",;")
            if any(said in name for name in self._brief_names):
                known = word.end()
        if not ends:  # "for" and nothing after it: asks which
            return Read([self._part(Kind.BRIEF, at, value_at, "")], value_at)
        end = self._whole_name(known, ends) if known > value_at else ends[-1]
        name = self._text[value_at:end].strip().rstrip(",;")
        return Read([self._part(Kind.BRIEF, at, end, name)], end)

    def _whole_name(self, known: int, ends: list[int]) -> int:
        """Words after a name's known part belong to the name too, unless they say something."""
        spans = [match.span() for match in grammar.CHUNK.finditer(self._text, known, ends[-1])]
        chunks = [Chunk(self._text[at:end], at, end) for at, end in spans]
        read = read_words(chunks, self._vocabulary, codes=True)
        if not read or read[0].start != spans[0][0]:
            return known
        return max([known, *(p.end for p in takewhile(lambda p: p.kind is Kind.WORD, read))])

    def _stops_brief(self, at: int, word: str) -> bool:
        if word.lower().strip(",;") in {*TIER_NAMES, "new", "worked-with", "for"}:
            return True
        readers = (self._said_followers, self._followers, self._rate, self._price, self._key)
        return any(reader(at) for reader in (*readers, self._bare_followers))


def _placed(meaning: str, name: str) -> tuple[Kind, str] | None:
    country, language = country_code(name), language_code(name)
    if meaning == "country":
        return (Kind.COUNTRY, country) if country else None
    if meaning == "language":
        return (Kind.LANGUAGE, language) if language else None
    if country:
        return Kind.AUDIENCE_COUNTRY, country
    return (Kind.AUDIENCE_LANGUAGE, language) if language else None
