"""Whether a caption says in time and in clear words that it is advertising.

What counts is data: `disclosure_spellings.toml`. Not legal advice.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from domain.creator import Platform
from domain.disclosure_spellings import rules, scripts_of
from domain.text import MAX_CHARACTERS, fold, is_unspaced

_AFTER_LABEL = (":", "|", "/", "!", ".", " -", " –", " —", "•", "·", "｜")
_BRACKETS = {"(": ")", "[": "]", "{": "}", "【": "】", "*": "*"}


class Verdict(StrEnum):
    """What a caption says of being advertising. UNKNOWN: nobody knows the text, or can read it."""

    DISCLOSED = "disclosed"
    TOO_LATE = "too late"
    REFUSED = "refused"
    MISSING = "missing"
    UNKNOWN = "unknown"


class Disclosure(BaseModel):
    """A verdict with what it rests on.

    reason: a sentence for people. spelling: what was found, as it is written there; line_number:
    where, from 1, and line: what stands in it; all None where nothing was found.
    """

    model_config = ConfigDict(frozen=True)

    verdict: Verdict
    reason: str
    spelling: str | None = None
    line_number: int | None = None
    line: str | None = None


class _Word(NamedTuple):
    """A folded word with "#" or "@" before it, or nothing."""

    sign: str
    word: str


class _Find(NamedTuple):
    spelling: str
    because: str = ""


def check(text: str | None, platform: Platform | None = None) -> Disclosure:
    """Whether a caption discloses that it is advertising, within its first three lines.

    Args:
        text: the caption as it is or will be published; None = not known. "" is known: a post
            without any words.
        platform: where it is published; where that platform shows only so many characters
            before "more", a disclosure has to stand among them.
    """
    if text is None:
        return Disclosure(verdict=Verdict.UNKNOWN, reason="The text is not known.")
    text = text.strip()[:MAX_CHARACTERS]
    lines = text.splitlines()
    scripts = scripts_of(text)
    late: Disclosure | None = None
    for number, (line, end) in enumerate(zip(lines, _ends(lines), strict=True), start=1):
        found = _accepted_in(line, scripts)
        if found is None:
            continue
        here = {"spelling": found, "line_number": number, "line": line.strip()}
        reason = _too_late(found, number, line, end, platform)
        if not reason:
            said = f"“{found}” in line {number}."
            return Disclosure(verdict=Verdict.DISCLOSED, reason=said, **here)
        late = late or Disclosure(verdict=Verdict.TOO_LATE, reason=reason, **here)
    return late or _refused_in(lines) or _nothing(scripts)


def _too_late(found: str, number: int, line: str, end: int, platform: Platform | None) -> str:
    """Why a disclosure stands too late, "" where it doesn't; end: of its line in the text."""
    first = rules().first_lines
    if number > first:
        return f"“{found}” is in line {number}; it has to be in the first {first} lines."
    shown = rules().shown_before_more.get(platform) if platform else None
    at = line.casefold().find(found.casefold())
    behind = end - len(line) + max(at, 0) + len(found)
    if shown is not None and behind > shown:
        return f"“{found}” is hidden behind “more”, which comes after {shown} characters."
    return ""


def _refused_in(lines: Sequence[str]) -> Disclosure | None:
    for number, line in enumerate(lines, start=1):
        found = _refused(line)
        if found:
            reason = f"“{found.spelling}” {found.because}. Write “{rules().suggested}”."
            return Disclosure(
                verdict=Verdict.REFUSED,
                reason=reason,
                spelling=found.spelling,
                line_number=number,
                line=line.strip(),
            )
    return None


def _nothing(scripts: set[str]) -> Disclosure:
    if scripts and not scripts & rules().scripts:
        reason = f"We don't know how advertising is named in {sorted(scripts)[0].title()} letters."
        return Disclosure(verdict=Verdict.UNKNOWN, reason=reason)
    reason = (
        f"Nothing in the first {rules().first_lines} lines says that it is advertising. "
        f"Write “{rules().suggested}”."
    )
    return Disclosure(verdict=Verdict.MISSING, reason=reason)


def _accepted_in(line: str, scripts: set[str]) -> str | None:
    """What discloses in a line, as it is written there where that can be told."""
    line = line.replace("\u200b", " ")
    words = _without_denials(list(_words(line)))
    plain = _blanked(fold(line))
    for spellings in rules().accepted.values():
        if spellings.written_in and scripts.isdisjoint(spellings.written_in):
            continue
        tag = next((each for each in words if _is_tag(each, spellings.hashtags)), None)
        if tag:
            return _as_written(line, f"#{tag.word}")
        for label in spellings.labels:
            if _stands_alone(plain, fold(label)):
                return _as_written(line, fold(label))
        for phrase in spellings.phrases:
            if _holds(words, plain, phrase):
                return _as_written(line, fold(phrase))
    return None


def _refused(line: str) -> _Find | None:
    words = list(_words(line.replace("\u200b", " ")))
    for each in rules().refused:
        tag = next((word for word in words if _is_tag(word, each.hashtags)), None)
        if tag:
            return _Find(_as_written(line, f"#{tag.word}"), each.because)
        for phrase in each.thanks:
            wanted = _wanted(phrase)
            for at in _places(words, wanted):
                after = words[at + len(wanted) : at + len(wanted) + 1]
                if after and after[0].sign == "@":
                    return _Find(f"{_as_written(line, fold(phrase))} @…", each.because)
    return None


def _is_tag(word: _Word, hashtags: Sequence[str]) -> bool:
    return word.sign == "#" and word.word in _folded(tuple(hashtags))


@lru_cache(maxsize=256)
def _folded(spellings: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(fold, spellings))


@lru_cache(maxsize=1024)
def _wanted(phrase: str) -> tuple[str, ...]:
    """The folded words of a phrase of the data file."""
    return tuple(word for _, word in _words(phrase))


@lru_cache(maxsize=1)
def _denials() -> tuple[str, ...]:
    """Phrases that take a disclosure back, folded, the longest first."""
    return tuple(sorted(map(fold, rules().denied.phrases), key=len, reverse=True))


def _holds(words: Sequence[_Word], plain: str, phrase: str) -> bool:
    folded = fold(phrase)
    if is_unspaced(folded[0]) or is_unspaced(folded[-1]):
        return folded in plain
    return any(True for _ in _places(words, _wanted(phrase)))


def _places(words: Sequence[_Word], wanted: Sequence[str]) -> Iterator[int]:
    """Where words follow each other like this."""
    if wanted[0] not in {each.word for each in words}:
        return
    for at in range(len(words) - len(wanted) + 1):
        if all(words[at + step].word == word for step, word in enumerate(wanted)):
            yield at


def _without_denials(words: list[_Word]) -> list[_Word]:
    for phrase in _denials():
        wanted = _wanted(phrase)
        for at in list(_places(words, wanted)):
            words[at : at + len(wanted)] = [_Word("", "")] * len(wanted)
    return words


def _blanked(folded: str) -> str:
    """A folded line without denials, which also goes for scripts that don't space their words."""
    for phrase in _denials():
        folded = folded.replace(phrase, " ")
    return folded


def _stands_alone(plain: str, label: str) -> bool:
    """Whether a label stands in brackets, or at the start of a line with something after it."""
    if any(f"{left}{label}{right}" in plain for left, right in _BRACKETS.items()):
        return True
    start = plain.lstrip(" \t*_-–—>•|" + "\ufe0f")
    while start and unicodedata.category(start[0]) == "So":  # an emoji before it
        start = start[1:].lstrip()
    if not start.startswith(label):
        return False
    rest = start[len(label) :]
    return not rest.strip() or rest.startswith(_AFTER_LABEL) or rest.lstrip().startswith((":", "|"))


def _words(line: str) -> Iterator[_Word]:
    """The folded words of a line. A sign counts only where no word runs into it."""
    folded = fold(line)
    at = 0
    while at < len(folded):
        end = at
        while end < len(folded) and _is_inside(folded[end]):
            end += 1
        if end > at:
            sign = folded[at - 1] if at and folded[at - 1] in "#@" else ""
            if sign and at > 1 and _is_inside(folded[at - 2]):
                sign = ""
            yield _Word(sign, folded[at:end])
        at = end + 1


def _is_inside(character: str) -> bool:
    return character == "_" or unicodedata.category(character)[0] in "LMN"


def _as_written(line: str, folded: str) -> str:
    """A folded spelling as it stands in the line; where folding moved it, folded."""
    at = fold(line).find(folded)
    written = line[at : at + len(folded)]
    return written if at >= 0 and fold(written) == folded else folded


def _ends(lines: Sequence[str]) -> list[int]:
    """Where each line ends in the text, in characters."""
    ends: list[int] = []
    for line in lines:
        ends.append((ends[-1] + 1 if ends else 0) + len(line))
    return ends
