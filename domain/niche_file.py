"""Reading `niches.toml`: the niches and every phrase that names one."""

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from domain.text import words

SHORTEST_GLUED = 5
_SHORTEST_PLURAL = 4

_NOT_A_NICHE = "not-a-niche"
_WORD_KEYS = ("en", "es", "pt", "fr", "de", "more")
_LABELS_ONLY, _NOT_IN_NAMES = "=", "~"


class Niche(NamedTuple):
    """One niche: its id, the name that people see, and the ids of its relatives."""

    id: str
    name: str
    parents: tuple[str, ...]
    near: tuple[str, ...]


class Phrase(NamedTuple):
    """What a phrase means: the words after its first, the niches, and where it doesn't count.

    No niches: the phrase only looks like one and hides the niche words inside it.
    """

    tail: list[str]
    niches: tuple[str, ...]
    labels_only: bool
    not_in_names: bool


class NicheFile(NamedTuple):
    """A vocabulary as read.

    by_first_word: phrases by their first word, the longest first. glued: niches by single
    words of five letters or more that are safe to look for inside a handle.
    """

    niches: Mapping[str, Niche]
    by_first_word: Mapping[str, list[Phrase]]
    glued: Mapping[str, tuple[str, ...]]


def read_niches(path: Path) -> NicheFile:
    """Read a vocabulary file.

    Raises:
        ValueError: the file is not TOML, a parent or near niche is not in it, or a niche is
            its own ancestor.
    """
    tables: dict[str, dict[str, object]] = tomllib.loads(path.read_text(encoding="utf-8"))
    hidden = tables.pop(_NOT_A_NICHE, {})
    niches = _niches(tables)
    phrases: dict[tuple[str, ...], Phrase] = {}
    for niche, table in tables.items():
        for spelling in _spellings(table):
            _add(phrases, spelling, niche)
        _add(phrases, niches[niche].name, niche)
    _add_variants(phrases)
    for spelling in _spellings(hidden):
        phrase = tuple(words(spelling))
        if phrase:
            phrases[phrase] = Phrase(list(phrase[1:]), (), False, False)
    return NicheFile(niches, _by_first_word(phrases), _glued(phrases))


def _spellings(table: Mapping[str, object]) -> Iterable[str]:
    for key in _WORD_KEYS:
        yield from map(str.strip, str(table.get(key, "")).split(","))


def _add(phrases: dict[tuple[str, ...], Phrase], spelling: str, niche: str) -> None:
    phrase = tuple(words(spelling))
    if not phrase:
        return
    before = phrases.get(phrase)
    named = before.niches if before else ()
    phrases[phrase] = Phrase(
        list(phrase[1:]),
        named if niche in named else (*named, niche),
        spelling[0] == _LABELS_ONLY or (before is not None and before.labels_only),
        spelling[0] == _NOT_IN_NAMES or (before is not None and before.not_in_names),
    )


def _niches(tables: Mapping[str, Mapping[str, object]]) -> dict[str, Niche]:
    for niche, table in tables.items():
        for other in (*_ids(table, "near"), *_ids(table, "parents")):
            if other not in tables:
                raise ValueError(f"niche {niche!r} refers to {other!r}, which is not in the file")
        if niche in _ancestors(tables, niche):
            raise ValueError(f"niche {niche!r} is its own ancestor")
    return {
        niche: Niche(niche, str(table["name"]), _ids(table, "parents"), _ids(table, "near"))
        for niche, table in tables.items()
    }


def _ancestors(tables: Mapping[str, Mapping[str, object]], niche: str) -> set[str]:
    found: set[str] = set()
    above = list(_ids(tables[niche], "parents"))
    while above:
        parent = above.pop()
        if parent not in found and parent in tables:
            found.add(parent)
            above += _ids(tables[parent], "parents")
    return found


def _ids(table: Mapping[str, object], key: str) -> tuple[str, ...]:
    ids = table.get(key, [])
    return tuple(map(str, ids)) if isinstance(ids, list) else ()


def _add_variants(phrases: dict[tuple[str, ...], Phrase]) -> None:
    """Add spellings without spaces and plurals in -s, where nothing else is spelt so."""
    for phrase, (_, niches, labels_only, not_in_names) in list(phrases.items()):
        glued, last = "".join(phrase), phrase[-1]
        if not glued.isascii() or last.isdigit():
            continue
        if len(glued) >= SHORTEST_GLUED and (glued,) not in phrases:
            phrases[glued,] = Phrase([], niches, labels_only, not_in_names)
        if len(last) >= _SHORTEST_PLURAL and not last.endswith(("s", "g")):
            plural = (*phrase[:-1], last + "s")
            if plural not in phrases:
                phrases[plural] = Phrase(list(plural[1:]), niches, labels_only, not_in_names)


def _by_first_word(phrases: Mapping[tuple[str, ...], Phrase]) -> dict[str, list[Phrase]]:
    by_first: dict[str, list[Phrase]] = {}
    for phrase, entry in phrases.items():
        by_first.setdefault(phrase[0], []).append(entry)
    for entries in by_first.values():
        if len(entries) > 1:
            entries.sort(key=lambda entry: -len(entry.tail))
    return by_first


def _glued(phrases: Mapping[tuple[str, ...], Phrase]) -> dict[str, tuple[str, ...]]:
    return {
        phrase[0]: entry.niches
        for phrase, entry in phrases.items()
        if len(phrase) == 1
        and len(phrase[0]) >= SHORTEST_GLUED
        and entry.niches
        and not (entry.labels_only or entry.not_in_names)
    }
