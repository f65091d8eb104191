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
from typing import Self

from domain.arabic_words import bare
from domain.niche_file import SHORTEST_GLUED, Niche, Phrase, read_niches
from domain.niche_match import (
    FULL,
    GLUED_IN_HANDLE,
    LEARNED,
    NAME_AGAINST_OTHERS,
    NAME_ALONE,
    NAME_BESIDE_SILENCE,
    NEAR_SHARE,
    PARENT_SHARE,
    RELEVANCE,
    SIGNS,
    NicheMatch,
    PhraseMatch,
    Relation,
    by_signs,
    combine,
    of_posts,
    spoken,
    strongest_first,
)
from domain.text import words
from domain.unspaced import overlaps, stands

NOTHING_LEARNED: Mapping[str, str] = {}

VOCABULARY = Path(__file__).with_name("niches")
_LABELS = frozenset({"category", "tags"})
_NAMES = frozenset({"display_name", "handle"})
_LEARNED_FROM = "bio"


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
            of which all signs together are one and all learned words another. What nothing but
            a name or handle says counts less, for people are called so: Harry Styles.

        Raises:
            KeyError: a source that is not in `RELEVANCE`.
        """
        best: dict[str, NicheMatch] = {}
        names: dict[str, NicheMatch] = {}
        signs: dict[str, dict[str, str]] = {}
        taught: dict[str, dict[str, str]] = {}
        for source, text in texts.items():
            if not text:
                continue
            tokens = words(text)
            if not text.isascii():
                tokens = [bare(token, self._by_first_word) for token in tokens]
            for match in self._named(tokens, source, signs):
                combine(names if source in _NAMES else best, match)
            if learned and source == _LEARNED_FROM and not learned.keys().isdisjoint(tokens):
                for token in tokens:
                    if token in learned:
                        taught.setdefault(learned[token], {})[token] = source
        for niche, seen in signs.items():
            combine(best, by_signs(niche, seen, SIGNS, "sign"))
        for niche, seen in taught.items():
            combine(best, by_signs(niche, seen, LEARNED, "learned"))
        if names:
            known = any(text for source, text in texts.items() if source not in _NAMES)
            for match in [self._of_name(match, best, known) for match in names.values()]:
                combine(best, match)
        return tuple(sorted(best.values(), key=strongest_first))

    def _of_name(
        self, match: NicheMatch, others: Mapping[str, NicheMatch], known: bool
    ) -> NicheMatch:
        """What a name says, weighed by what else is said. known: anything else is."""
        if match.niche in others or self._is_related(match.niche, others):
            return match
        share = NAME_AGAINST_OTHERS if others else NAME_BESIDE_SILENCE if known else NAME_ALONE
        return match._replace(relevance=match.relevance * share // FULL, kind="name")

    def _is_related(self, niche: str, others: Iterable[str]) -> bool:
        """Whether one of the others is its parent or neighbour, or the other way round."""
        relatives = {relative for relative, _, _ in self._relatives(niche)}
        return any(
            other in relatives or any(niche == one for one, _, _ in self._relatives(other))
            for other in others
        )

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
                    evidence = spoken(tokens[start:end])[: phrase.letters or None]
                    named[niche] = NicheMatch(niche, relevance, source, evidence)
                if source == "posts":
                    times[niche] += 1
            if phrase.signs and source not in _NAMES:
                evidence = spoken(tokens[start:end])[: phrase.letters or None]
                for niche in phrase.signs:
                    signs.setdefault(niche, {}).setdefault(evidence, source)
        if source == "handle" and not named:
            for token in tokens:
                for part in self._glued_part(token):
                    for niche in self._glued[part]:
                        named.setdefault(niche, NicheMatch(niche, GLUED_IN_HANDLE, source, part))
        if source == "posts":
            return [
                match._replace(relevance=of_posts(relevance, times[match.niche]))
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
        return tuple(sorted((*seen.values(), *added.values()), key=strongest_first))

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
