"""Words inside text without spaces: which of them really stand there.

`domain.text.words` gives such text as overlapping pairs, so a phrase of pairs is found wherever
its characters are, inside another word as well: "スキー" (ski) in "ウイスキー" (whisky). Longer
phrases may stand anywhere; short ones only at the edges of words.
"""

import tomllib
from collections.abc import Sequence
from pathlib import Path

_NEVER_BEGINS_A_WORD = frozenset("ーァィゥェォャュョッンヶ")
_PARTICLES = frozenset("을를이가은는과와의도에로만")
_WHOLE_RUN, _START_OF_RUN = 2, 3
_BESIDE = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
_FOLLOWING = tuple(_BESIDE["following_hangul"])
_LEADING = tuple(_BESIDE["leading_katakana"])


def overlaps(tokens: Sequence[str], at: int) -> bool:
    """Whether the token at `at` and the one before it are pairs of one run of characters."""
    if not 0 < at < len(tokens):
        return False
    before, here = tokens[at - 1], tokens[at]
    return len(before) == len(here) == 2 and before[1] == here[0] and not here.isascii()


def stands(tokens: Sequence[str], start: int, end: int, letters: int) -> bool:
    """Whether tokens `start` to `end` (exclusive) are a word and not a piece of another.

    A mora that can't begin a word never follows. Words of one or two katakana stand alone, of
    three at the beginning of their run, all of them also behind what often stands before such
    words; one Han character follows no other; one Hangul syllable begins its run, two begin or
    end it, a particle or what often follows such words aside.
    """
    if _is_katakana(tokens[end - 1][-1]):
        return _stands_in_katakana(tokens, start, end, letters)
    before = tokens[start - 1][0] if overlaps(tokens, start) else ""
    if _is_hangul(tokens[start][0]) and letters <= _WHOLE_RUN:
        return not _is_hangul(before) or _ends_in_hangul(tokens, end, letters)
    return letters > 1 or not (_is_han(tokens[start][0]) and _is_han(before))


def _stands_in_katakana(tokens: Sequence[str], start: int, end: int, letters: int) -> bool:
    before = tokens[start - 1][0] if overlaps(tokens, start) else ""
    after = tokens[end][1] if overlaps(tokens, end) else ""
    if after in _NEVER_BEGINS_A_WORD:
        return False
    if letters > _START_OF_RUN or not _is_katakana(before):
        return letters > _WHOLE_RUN or not _is_katakana(after)
    return not _is_katakana(after) and _before(tokens, start).endswith(_LEADING)


def _ends_in_hangul(tokens: Sequence[str], end: int, letters: int) -> bool:
    """Whether a word that begins inside its run ends it, all but a particle or a usual word."""
    after = _after(tokens, end)
    if letters < _WHOLE_RUN or tokens[end - 1][-1] in _PARTICLES:
        return False  # "요가" (yoga) in "필요가" (the need)
    ends = not _is_hangul(after[:1]) or (after[0] in _PARTICLES and len(after) == 1)
    return ends or after.startswith(_FOLLOWING)


def _before(tokens: Sequence[str], start: int) -> str:
    """What stands before `start` in its run."""
    text = ""
    while overlaps(tokens, start):
        start -= 1
        text = tokens[start][0] + text
    return text


def _after(tokens: Sequence[str], end: int) -> str:
    """What stands from `end` on in its run."""
    text = ""
    while overlaps(tokens, end):
        text += tokens[end][1]
        end += 1
    return text


def _is_katakana(character: str) -> bool:
    return "ァ" <= character <= "ヿ"


def _is_hangul(character: str) -> bool:
    return "가" <= character <= "힣"


def _is_han(character: str) -> bool:
    return "㐀" <= character <= "鿿"
