"""Words inside text without spaces: which of them really stand there.

`domain.text.words` gives such text as overlapping pairs, so a phrase of pairs is found wherever
its characters are, inside another word as well: "スキー" (ski) in "ウイスキー" (whisky). Longer
phrases may stand anywhere; short ones only at the edges of words.
"""

from collections.abc import Sequence

_NEVER_BEGINS_A_WORD = frozenset("ーァィゥェォャュョッンヶ")
_PARTICLES = frozenset("을를이가은는과와의도에로만")
_WHOLE_RUN, _START_OF_RUN = 2, 3


def overlaps(tokens: Sequence[str], at: int) -> bool:
    """Whether the token at `at` and the one before it are pairs of one run of characters."""
    if not 0 < at < len(tokens):
        return False
    before, here = tokens[at - 1], tokens[at]
    return len(before) == len(here) == 2 and before[1] == here[0] and not here.isascii()


def stands(tokens: Sequence[str], start: int, end: int, letters: int) -> bool:
    """Whether tokens `start` to `end` (exclusive) are a word and not a piece of another.

    A mora that can't begin a word never follows. Words of one or two katakana stand alone, of
    three at the beginning of their run; one Han character follows no other; one Hangul syllable
    begins its run, two begin or end it, a particle aside.
    """
    before = tokens[start - 1][0] if overlaps(tokens, start) else ""
    after = tokens[end][1] if overlaps(tokens, end) else ""
    first, last = tokens[start][0], tokens[end - 1][-1]
    if _is_katakana(last):
        if after in _NEVER_BEGINS_A_WORD:
            return False
        if letters <= _WHOLE_RUN:
            return not (_is_katakana(before) or _is_katakana(after))
        return letters > _START_OF_RUN or not _is_katakana(before)
    if _is_hangul(first) and letters <= _WHOLE_RUN:
        if not _is_hangul(before):
            return True
        at_end = not _is_hangul(after) or (after in _PARTICLES and not overlaps(tokens, end + 1))
        may_be_two_words = last in _PARTICLES  # "요가" (yoga) in "필요가" (the need)
        return letters == _WHOLE_RUN and at_end and not may_be_two_words
    return letters > 1 or not (_is_han(first) and _is_han(before))


def _is_katakana(character: str) -> bool:
    return "ァ" <= character <= "ヿ"


def _is_hangul(character: str) -> bool:
    return "가" <= character <= "힣"


def _is_han(character: str) -> bool:
    return "㐀" <= character <= "鿿"
