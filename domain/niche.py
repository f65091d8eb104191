"""Niches: which of them a creator's texts speak of, and how surely.

The vocabulary is in `niches/`: names, the words people use in several languages, signs, wider and
neighbouring niches. Matching goes word by word over the same folded words that search uses.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple, Self

from domain.niche_file import SHORTEST_GLUED, Niche, Phrase, read_niches
from domain.text import words
from domain.unspaced import overlaps, stands

Source = Literal["category", "tags", "display_name", "bio", "handle", "posts"]
Relation = Literal["parent", "near"]
Kind = Literal["named", "sign", "learned"]

FULL = 10_000
RELEVANCE: Mapping[str, int] = {
    "category": FULL,
    "tags": 9_500,
    "display_name": 8_000,
    "handle": 7_500,
    "bio": 7_000,
    "posts": 4_000,
}
FURTHER_POST, MOST_OF_POSTS = 500, 6_000
"""A niche counts a little more for each further time that posts name it."""
GLUED_IN_HANDLE = 5_000
SIGNS = (2_500, 4_000, 5_000, 5_500, 6_000)
"""By how many different signs of a niche were seen."""
LEARNED = (1_500, 2_500, 3_000)
"""The same for words that go with a niche among the workspace's own creators."""
MOST_SHOWN = 3
FURTHER_SOURCE = 500
PARENT_SHARE = 7_000
NEAR_SHARE = 4_000

NOTHING_LEARNED: Mapping[str, str] = {}

VOCABULARY = Path(__file__).with_name("niches")
_LABELS = frozenset({"category", "tags"})
_NAMES = frozenset({"display_name", "handle"})
_LEARNED_FROM = "bio"
_AND = "و"


class PhraseMatch(NamedTuple):
    """Words `start` to `end` (exclusive) that name niches; the first one is meant when asked."""

    niches: tuple[str, ...]
    start: int
    end: int


class NicheMatch(NamedTuple):
    """That a creator fits a niche.

    relevance: 0-10000. source: "category", "tags", "display_name", "bio", "handle" or "posts".
    evidence: the words it was seen in, folded; several signs joined by ", ". relation, via: set
    when it was not seen itself but is the parent or neighbour of the niche `via`. kind: "named",
    or seen by signs, or by words learned from the workspace's creators.
    """

    niche: str
    relevance: int
    source: str
    evidence: str
    relation: Relation | None = None
    via: str | None = None
    kind: Kind = "named"


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """All niches and the phrases that name them. Built once and never changed."""

    niches: Mapping[str, Niche]
    _by_first_word: Mapping[str, list[Phrase]]
    _glued: Mapping[str, tuple[str, ...]]
    fingerprint: str = ""

    @classmethod
    def load(cls, path: Path = VOCABULARY) -> Self:
        """Read a vocabulary file.

        Raises:
            ValueError: the file is not TOML, a parent or near niche is not in it, or a niche
                is its own ancestor.
        """
        return cls(*read_niches(path))

    def find(self, tokens: Sequence[str], source: str = "category") -> tuple[PhraseMatch, ...]:
        """Niche phrases in a list of words, the longest at each place, left to right.

        Args:
            tokens: from `domain.text.words`.
            source: where they stand; words of many meanings count in "category" and "tags"
                (and so in questions) only.
        """
        return tuple(
            PhraseMatch(phrase.niches, start, end)
            for phrase, start, end in self._phrases(tokens, source)
            if phrase.niches
        )

    def _phrases(self, tokens: Sequence[str], source: str) -> list[tuple[Phrase, int, int]]:
        """The longest phrase at each place, those that only hide others included."""
        found: list[tuple[Phrase, int, int]] = []
        by_first_word = self._by_first_word
        if by_first_word.keys().isdisjoint(tokens):
            return found
        at = 0
        for start, token in enumerate(tokens):
            if token not in by_first_word or start < at:
                continue
            for phrase in by_first_word[token]:
                end = start + 1 + len(phrase.tail)
                if phrase.tail and list(tokens[start + 1 : end]) != phrase.tail:
                    continue
                if phrase.labels_only and source not in _LABELS:
                    continue
                if phrase.not_in_names and source in _NAMES:
                    continue
                if phrase.letters:
                    if not stands(tokens, start, end, phrase.letters):
                        continue
                    if self._longer_overlaps(tokens, start, end):
                        break
                found.append((phrase, start, end))
                at = end + (phrase.letters > 0 and overlaps(tokens, end))
                break
        return found

    def _longer_overlaps(self, tokens: Sequence[str], start: int, end: int) -> bool:
        """Whether a longer phrase begins inside the one from `start` to `end`."""
        for other in range(start + 1, end + 1):
            if not overlaps(tokens, other):
                return False
            for phrase in self._by_first_word.get(tokens[other], ()):
                last = other + 1 + len(phrase.tail)
                if last - other <= end - start:
                    break
                if list(tokens[other + 1 : last]) == phrase.tail:
                    return stands(tokens, other, last, phrase.letters)
        return False

    def longest_at(self, tokens: Sequence[str], start: int) -> PhraseMatch | None:
        """The longest niche phrase that begins with the word at `start`, as in a question."""
        found = [
            PhraseMatch(phrase.niches, start, start + 1 + len(phrase.tail))
            for phrase in self._by_first_word.get(tokens[start], ())
            if phrase.niches
            and list(tokens[start + 1 : start + 1 + len(phrase.tail)]) == phrase.tail
        ]
        return found[0] if found else None

    def judge(
        self, texts: Mapping[str, str], learned: Mapping[str, str] = NOTHING_LEARNED
    ) -> tuple[NicheMatch, ...]:
        """The niches that a creator's texts name or show signs of, the most relevant first.

        Args:
            texts: by source (a key of `RELEVANCE`); several categories or tags joined by ", ",
                several posts by line breaks.
            learned: niches by words that often go with them, see `domain.learning`.

        Returns:
            One match a niche: its strongest source, and a little more for each further source,
            of which all signs together are one and all learned words another.

        Raises:
            KeyError: a source that is not in `RELEVANCE`.
        """
        best: dict[str, NicheMatch] = {}
        signs: dict[str, dict[str, str]] = {}
        taught: dict[str, dict[str, str]] = {}
        for source, text in texts.items():
            if not text:
                continue
            tokens = words(text)
            if not text.isascii():
                tokens = [self._without_and(token) for token in tokens]
            for match in self._named(tokens, source, signs):
                _combine(best, match)
            if learned and source == _LEARNED_FROM and not learned.keys().isdisjoint(tokens):
                for token in tokens:
                    if token in learned:
                        taught.setdefault(learned[token], {})[token] = source
        for niche, seen in signs.items():
            _combine(best, _by_signs(niche, seen, SIGNS, "sign"))
        for niche, seen in taught.items():
            _combine(best, _by_signs(niche, seen, LEARNED, "learned"))
        return tuple(sorted(best.values(), key=_strongest_first))

    def _without_and(self, token: str) -> str:
        """An Arabic word without the "and" that is written as part of it."""
        if token[0] == _AND and token not in self._by_first_word and len(token) > len("وxx"):
            return token[1:]
        return token

    def _named(
        self, tokens: list[str], source: str, signs: dict[str, dict[str, str]]
    ) -> Iterable[NicheMatch]:
        """The niches that one text names, each once; what it shows signs of is put into `signs`."""
        relevance = RELEVANCE[source]
        named: dict[str, NicheMatch] = {}
        times: Counter[str] = Counter()
        for phrase, start, end in self._phrases(tokens, source):
            for niche in phrase.niches:
                if niche not in named:
                    evidence = spoken(tokens[start:end])
                    named[niche] = NicheMatch(niche, relevance, source, evidence)
                if source == "posts":
                    times[niche] += 1
            if phrase.signs and source not in _NAMES:
                evidence = spoken(tokens[start:end])
                for niche in phrase.signs:
                    signs.setdefault(niche, {}).setdefault(evidence, source)
        if source == "handle" and not named:
            for token in tokens:
                for part in self._glued_part(token):
                    for niche in self._glued[part]:
                        named.setdefault(niche, NicheMatch(niche, GLUED_IN_HANDLE, source, part))
        if source == "posts":
            return [
                match._replace(relevance=_of_posts(relevance, times[match.niche]))
                for match in named.values()
            ]
        return named.values()

    def _glued_part(self, token: str) -> list[str]:
        """The longest niche word that a handle begins or ends with: "annaskincare"."""
        for length in range(len(token) - 1, SHORTEST_GLUED - 1, -1):
            for part in (token[:length], token[-length:]):
                if part in self._glued:
                    return [part]
        return []

    def expand(self, matches: Iterable[NicheMatch]) -> tuple[NicheMatch, ...]:
        """The matches with their parents and neighbours added, the most relevant first.

        A parent gets 70 % of the relevance (a grandparent 49 %), a neighbour 40 %; a niche
        that was seen itself keeps what it has, even if that is less.
        """
        seen = {match.niche: match for match in matches}
        added: dict[str, NicheMatch] = {}
        for match in seen.values():
            for niche, share, relation in self._relatives(match.niche):
                if niche in seen:
                    continue
                relevance = match.relevance * share // FULL
                if niche not in added or added[niche].relevance < relevance:
                    added[niche] = match._replace(
                        niche=niche, relevance=relevance, relation=relation, via=match.niche
                    )
        return tuple(sorted((*seen.values(), *added.values()), key=_strongest_first))

    def _relatives(self, niche: str) -> list[tuple[str, int, Relation]]:
        relatives: list[tuple[str, int, Relation]] = []
        above = [(parent, PARENT_SHARE) for parent in self.niches[niche].parents]
        while above:
            parent, share = above.pop()
            relatives.append((parent, share, "parent"))
            grandparents = self.niches[parent].parents
            above += [(wider, share * PARENT_SHARE // FULL) for wider in grandparents]
        return relatives + [(other, NEAR_SHARE, "near") for other in self.niches[niche].near]

    def knows(self, word: str) -> bool:
        """Whether a single word names a niche, is a sign of one, or is known to be neither."""
        return any(not phrase.tail for phrase in self._by_first_word.get(word, ()))

    def wider(self, niche: str) -> tuple[str, ...]:
        """Niches to offer when one has no creators: its parents, then its neighbours.

        Raises:
            KeyError: no such niche.
        """
        return tuple(dict.fromkeys((*self.niches[niche].parents, *self.niches[niche].near)))

    def name(self, niche: str) -> str:
        """The name that people see; the id itself for a niche this vocabulary doesn't have."""
        known = self.niches.get(niche)
        return known.name if known else niche

    def suggest(self, word: str) -> str | None:
        """The niche word most like a mistyped one ("skincrae" → "skincare"), or None."""
        tokens = words(word)
        close = get_close_matches("".join(tokens), self._glued, n=1, cutoff=0.8)
        return close[0] if close else None


@lru_cache(maxsize=1)
def default_vocabulary() -> Vocabulary:
    """The vocabulary that comes with the project, read once."""
    return Vocabulary.load()


def spoken(tokens: Sequence[str]) -> str:
    """Words as one text again; overlapping pairs of unspaced scripts are joined."""
    text = ""
    last = ""
    for token in tokens:
        if last and not last.isascii() and len(last) == len(token) == 2 and last[1] == token[0]:
            text += token[1]
        else:
            text += f" {token}" if text else token
        last = token
    return text


def _strongest_first(match: NicheMatch) -> tuple[int, str]:
    return (-match.relevance, match.niche)


def _of_posts(relevance: int, times: int) -> int:
    return min(MOST_OF_POSTS, relevance + FURTHER_POST * (times - 1))


def _by_signs(
    niche: str, seen: Mapping[str, str], relevance: Sequence[int], kind: Kind
) -> NicheMatch:
    """seen: sources by the words of the signs, which all differ."""
    said = list(seen)[:MOST_SHOWN]
    source = seen[said[0]]
    return NicheMatch(
        niche,
        relevance[min(len(seen), len(relevance)) - 1],
        source,
        ", ".join(word for word in said if seen[word] == source),
        kind=kind,
    )


def _combine(best: dict[str, NicheMatch], match: NicheMatch) -> None:
    """Add what one source says of a niche: the strongest leads, each further one adds a little."""
    before = best.get(match.niche)
    if before is None:
        best[match.niche] = match
    else:
        stronger = match if match.relevance > before.relevance else before
        relevance = min(FULL, max(match.relevance, before.relevance) + FURTHER_SOURCE)
        best[match.niche] = stronger._replace(relevance=relevance)
