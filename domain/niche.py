"""Niches: which of them a creator's texts speak of, and how surely.

The vocabulary is `niches.toml`: names, the words people use in several languages, wider and
neighbouring niches. Matching goes word by word over the same folded words that search uses.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple, Self

from domain.niche_file import SHORTEST_GLUED, Niche, Phrase, read_niches
from domain.text import words

Source = Literal["category", "tags", "display_name", "bio", "handle"]
Relation = Literal["parent", "near"]

FULL = 10_000
RELEVANCE: Mapping[str, int] = {
    "category": FULL,
    "tags": 9_500,
    "display_name": 8_000,
    "handle": 7_500,
    "bio": 7_000,
}
GLUED_IN_HANDLE = 5_000
FURTHER_SOURCE = 500
PARENT_SHARE = 7_000
NEAR_SHARE = 4_000

_DATA = Path(__file__).with_name("niches.toml")
_LABELS = frozenset({"category", "tags"})
_NAMES = frozenset({"display_name", "handle"})


class PhraseMatch(NamedTuple):
    """Words `start` to `end` (exclusive) that name niches; the first one is meant when asked."""

    niches: tuple[str, ...]
    start: int
    end: int


class NicheMatch(NamedTuple):
    """That a creator fits a niche.

    relevance: 0-10000. source: "category", "tags", "display_name", "bio" or "handle".
    evidence: the words it was seen in, folded. relation, via: set when it was not seen itself
    but is the parent or neighbour of the niche `via`.
    """

    niche: str
    relevance: int
    source: str
    evidence: str
    relation: Relation | None = None
    via: str | None = None


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """All niches and the phrases that name them. Built once and never changed."""

    niches: Mapping[str, Niche]
    _by_first_word: Mapping[str, list[Phrase]]
    _glued: Mapping[str, tuple[str, ...]]

    @classmethod
    def load(cls, path: Path = _DATA) -> Self:
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
        found = []
        at = 0
        for start, token in enumerate(tokens):
            if start < at or token not in self._by_first_word:
                continue
            for phrase in self._by_first_word[token]:
                end = start + 1 + len(phrase.tail)
                if phrase.tail and list(tokens[start + 1 : end]) != phrase.tail:
                    continue
                if phrase.labels_only and source not in _LABELS:
                    continue
                if phrase.not_in_names and source in _NAMES:
                    continue
                if phrase.niches:
                    found.append(PhraseMatch(phrase.niches, start, end))
                at = end
                break
        return tuple(found)

    def longest_at(self, tokens: Sequence[str], start: int) -> PhraseMatch | None:
        """The longest niche phrase that begins with the word at `start`, as in a question."""
        found = [
            PhraseMatch(phrase.niches, start, start + 1 + len(phrase.tail))
            for phrase in self._by_first_word.get(tokens[start], ())
            if phrase.niches
            and list(tokens[start + 1 : start + 1 + len(phrase.tail)]) == phrase.tail
        ]
        return found[0] if found else None

    def judge(self, texts: Mapping[str, str]) -> tuple[NicheMatch, ...]:
        """The niches that a creator's texts name, the most relevant first.

        Args:
            texts: by source (a key of `RELEVANCE`); several categories or tags joined by ", ".

        Returns:
            One match a niche: its strongest source, and a little more for each further source.

        Raises:
            KeyError: a source that is not in `RELEVANCE`.
        """
        best: dict[str, NicheMatch] = {}
        for source, text in texts.items():
            if not text:
                continue
            seen: set[str] = set()
            for niche, relevance, evidence in self._in_text(text, source):
                before = best.get(niche)
                if niche in seen or before is None:
                    if before is None or before.relevance < relevance:
                        best[niche] = NicheMatch(niche, relevance, source, evidence)
                else:
                    best[niche] = _corroborated(before, relevance, source, evidence)
                seen.add(niche)
        return tuple(sorted(best.values(), key=_strongest_first))

    def _in_text(self, text: str, source: str) -> list[tuple[str, int, str]]:
        tokens = words(text)
        relevance = RELEVANCE[source]
        matches = self.find(tokens, source)
        found = [
            (niche, relevance, spoken(tokens[match.start : match.end]))
            for match in matches
            for niche in match.niches
        ]
        if source == "handle" and not matches:
            found += [
                (niche, GLUED_IN_HANDLE, part)
                for token in tokens
                for part in self._glued_part(token)
                for niche in self._glued[part]
            ]
        return found

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


def _corroborated(before: NicheMatch, relevance: int, source: str, evidence: str) -> NicheMatch:
    if relevance > before.relevance:
        before = NicheMatch(before.niche, relevance, source, evidence)
    return before._replace(relevance=min(FULL, before.relevance + FURTHER_SOURCE))
