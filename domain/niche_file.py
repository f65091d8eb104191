"""Reading the files in `niches/`: the niches, every phrase that names one, every sign of one."""

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from domain.text import is_unspaced, words

WAY_OF_READING = b"2"
"""To be counted up when the same files come to mean something else: all is then judged anew."""
SHORTEST_GLUED = 5
_SHORTEST_PLURAL = 4

LANGUAGES = ("en", "es", "pt", "fr", "de", "ja", "ko", "ar")
_NOT_A_NICHE, _SHARED = "not-a-niche", "shared"
_WORD_KEYS = (*LANGUAGES, "more")
_LABELS_ONLY, _NOT_IN_NAMES = "=", "~"
_AFTER_ONE_HAN = "がのとをはもにでや好ちさた"
_AFTER_ONE_HANGUL = "을를이가은는과와의도에로만"

Table = Mapping[str, object]


class Niche(NamedTuple):
    """One niche: its id, the name that people see, and the ids of its relatives."""

    id: str
    name: str
    parents: tuple[str, ...]
    near: tuple[str, ...]


class Phrase(NamedTuple):
    """What a phrase means: the words after its first, the niches, and where it doesn't count.

    No niches and no signs: the phrase only looks like one and hides the niche words inside it.
    signs: niches that it is a sign of without naming them. letters: of a phrase in a script
    without spaces, which are as many as it has; 0 for all others.
    """

    tail: list[str]
    niches: tuple[str, ...]
    labels_only: bool = False
    not_in_names: bool = False
    signs: tuple[str, ...] = ()
    letters: int = 0


class NicheFile(NamedTuple):
    """A vocabulary as read.

    by_first_word: phrases by their first word, the longest first. glued: niches by single
    words of five letters or more that are safe to look for inside a handle. fingerprint: another
    one when anything in the files is.
    """

    niches: Mapping[str, Niche]
    by_first_word: Mapping[str, list[Phrase]]
    glued: Mapping[str, tuple[str, ...]]
    fingerprint: str


def files_of(path: Path) -> list[Path]:
    """The files of a vocabulary: one, or all of a folder in the order of their names."""
    return sorted(path.glob("*.toml")) if path.is_dir() else [path]


def read_tables(path: Path) -> dict[str, Table]:
    """The tables of a vocabulary.

    Raises:
        ValueError: a file is not TOML, or two files have the same table.
    """
    tables: dict[str, Table] = {}
    for file in files_of(path):
        found = tomllib.loads(file.read_text(encoding="utf-8"))
        twice = tables.keys() & found.keys()
        if twice:
            raise ValueError(f"{file.name} has niches that another file has: {sorted(twice)}")
        tables |= found
    return tables


def read_niches(path: Path) -> NicheFile:
    """Read a vocabulary, as `read_tables`.

    Raises:
        ValueError: a file is not TOML, a parent or near niche is in none, a niche is its own
            ancestor or is in two files.
    """
    tables = read_tables(path)
    hidden = tables.pop(_NOT_A_NICHE, {})
    tables.pop(_SHARED, None)
    niches = _niches(tables)
    phrases: dict[tuple[str, ...], Phrase] = {}
    for niche, table in tables.items():
        for spelling in spellings(table):
            _add(phrases, spelling, niche)
        _add(phrases, niches[niche].name, niche)
    _add_variants(phrases)
    glued = _glued(phrases)
    for niche, table in tables.items():
        for spelling in _split(table.get("signs", "")):
            _add_sign(phrases, spelling, niche)
    for spelling in spellings(hidden):
        phrase = tuple(words(spelling))
        if phrase:
            phrases[phrase] = Phrase(list(phrase[1:]), (), letters=_letters(phrase))
    return NicheFile(niches, _by_first_word(phrases), glued, _fingerprint(path))


def _fingerprint(path: Path) -> str:
    """Tells one vocabulary, and one way of reading it, from another."""
    files = b"".join(file.read_bytes() for file in files_of(path))
    return hashlib.blake2b(files + WAY_OF_READING, digest_size=8).hexdigest()


def spellings(table: Table) -> Iterable[str]:
    """All phrases of a niche in all languages, with their marks."""
    for key in _WORD_KEYS:
        yield from _split(table.get(key, ""))


def _split(text: object) -> Iterable[str]:
    return map(str.strip, str(text).split(","))


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
        letters=_letters(phrase),
    )


def _add_sign(phrases: dict[tuple[str, ...], Phrase], spelling: str, niche: str) -> None:
    phrase = tuple(words(spelling))
    if not phrase:
        return
    before = phrases.get(phrase) or Phrase(list(phrase[1:]), (), letters=_letters(phrase))
    if niche not in (*before.niches, *before.signs):
        phrases[phrase] = before._replace(signs=(*before.signs, niche))


def _letters(phrase: tuple[str, ...]) -> int:
    """How many characters a phrase of one unspaced run has; 0 when it is something else."""
    if any(not is_unspaced(character) for word in phrase for character in word):
        return 0
    overlaps = all(one[-1] == other[0] for one, other in pairwise(phrase))
    return len(phrase[0]) + len(phrase) - 1 if overlaps else 0


def _niches(tables: Mapping[str, Table]) -> dict[str, Niche]:
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


def _ancestors(tables: Mapping[str, Table], niche: str) -> set[str]:
    found: set[str] = set()
    above = list(_ids(tables[niche], "parents"))
    while above:
        parent = above.pop()
        if parent not in found and parent in tables:
            found.add(parent)
            above += _ids(tables[parent], "parents")
    return found


def _ids(table: Table, key: str) -> tuple[str, ...]:
    ids = table.get(key, [])
    return tuple(map(str, ids)) if isinstance(ids, list) else ()


def _add_variants(phrases: dict[tuple[str, ...], Phrase]) -> None:
    """Add spellings without spaces, plurals in -s, and single characters with a particle.

    Only where nothing else is spelt so.
    """
    for phrase, entry in list(phrases.items()):
        glued, last = "".join(phrase), phrase[-1]
        if not glued.isascii():
            for pair in _with_particles(phrase):
                phrases.setdefault((pair,), entry)
            continue
        if last.isdigit():
            continue
        if len(glued) >= SHORTEST_GLUED and (glued,) not in phrases:
            phrases[glued,] = entry._replace(tail=[])
        if len(last) >= _SHORTEST_PLURAL and not last.endswith(("s", "g")):
            plural = (*phrase[:-1], last + "s")
            if plural not in phrases:
                phrases[plural] = entry._replace(tail=list(plural[1:]))


def _with_particles(phrase: tuple[str, ...]) -> list[str]:
    """The pairs as which single characters stand in sentences: "猫" → "猫が", "책" → "책을"."""
    if len(phrase) > 1 or len(phrase[0]) > 1 or not is_unspaced(phrase[0]):
        return []
    particles = _AFTER_ONE_HANGUL if "가" <= phrase[0] <= "힣" else _AFTER_ONE_HAN
    return [phrase[0] + particle for particle in particles]


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
