"""Text as it is searched: one folding and one splitting for what is stored and what is asked.

Both databases index the words that `words` gives, so the same question finds the same rows
on either. Nothing else may fold or split text for search.
"""

import re
import unicodedata

MAX_CHARACTERS = 10_000
MAX_WORD = 64

# Letters that Unicode doesn't take apart but people type without their strokes and ties,
# and the small capitals that bios are decorated with. Applied after case folding.
_SMALL_CAPITALS = zip("ᴀʙᴄᴅᴇғɢʜɪᴊᴋʟᴍɴᴏᴘǫʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnopqrstuvwyz", strict=True)
_LETTERS = {
    **{"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "ħ": "h", "ŧ": "t", "ŋ": "n"},
    **{"œ": "oe", "æ": "ae", "þ": "th", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه"},
    **dict(_SMALL_CAPITALS),
}

# Accents (Latin, Greek, Cyrillic), Hebrew points, Arabic vowel signs and tatweel,
# soft hyphens, joiners, direction marks and variation selectors.
_DROPPED = (
    (0x0300, 0x036F),
    (0x0483, 0x0489),
    (0x0591, 0x05BD),
    (0x05BF, 0x05C7),
    (0x0610, 0x061A),
    (0x0640, 0x0640),
    (0x064B, 0x065F),
    (0x0670, 0x0670),
    (0x06D6, 0x06ED),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
    (0x00AD, 0x00AD),
    (0x061C, 0x061C),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0xFE00, 0xFE0F),
    (0xFE20, 0xFE2F),
    (0xFEFF, 0xFEFF),
)


_FOLDING = _LETTERS | {chr(code): "" for first, last in _DROPPED for code in range(first, last + 1)}
_FOLDED = re.compile(f"[{''.join(_FOLDING)}]")


def fold(text: str) -> str:
    """Text without accents, case and width: "Crème BRÛLÉE" and "creme brulee" are the same.

    ß becomes ss, decorated letters plain ones; the vowel signs of Indic scripts and Thai and
    the voicing marks of Kana stay, because words differ by them. Folding twice changes nothing.
    """
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    if apart.isascii():
        return apart
    plain = _FOLDED.sub(lambda sign: _FOLDING[sign[0]], apart)
    return unicodedata.normalize("NFC", plain)


def _marks() -> str:
    """The combining marks that belong inside words, as the inside of a character class."""
    blocks = (*range(0x0300, 0x1D00), *range(0x3099, 0x309B), *range(0xA800, 0xAC00))
    return "".join(chr(code) for code in blocks if unicodedata.category(chr(code)) in ("Mn", "Mc"))


# Han, Kana, Hangul, Thai, Lao, Burmese, Khmer: words run together, or (Hangul) carry endings.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
)
_ASCII_WORD = re.compile(r"[a-z0-9]+")
_WORD = re.compile(rf"[{_UNSPACED}]+|(?:[a-z0-9]+|(?![{_UNSPACED}])[^\W_]|[{_marks()}])+")
_BEYOND_ASCII = re.compile(rf"(?![\x00-\x7f])(?:[^\W_]|[{_marks()}])")
_IS_UNSPACED = re.compile(rf"[{_UNSPACED}]")
# The Arabic article, alone or grown together with "and", "so", "with", "like", "for".
_ARTICLE = re.compile(
    "(?:ال(?=[\u0621-\u064a]{2})|(?:[وفبك]ال|لل)(?=[\u0621-\u064a]{3}))[\u0621-\u064a]"
)
_ARTICLE_STARTS = frozenset("اوفبكل")


def words(text: str) -> list[str]:
    """The searchable words of a text, folded, in order, repeats kept.

    Split at everything that is not a letter or digit. Runs of a script without spaces become
    overlapping pairs ("東京都" → "東京", "京都"), a single character stays itself. Arabic words
    lose their article ("بالبشرة" → "بشره"). Only the first 10,000 characters count, and the
    first 64 of a word.
    """
    text = text[:MAX_CHARACTERS]
    if text.isascii():
        found = _ASCII_WORD.findall(text.lower())
        return [word[:MAX_WORD] for word in found] if len(text) > MAX_WORD else found
    folded = fold(text)[:MAX_CHARACTERS]
    if _BEYOND_ASCII.search(folded) is None:  # nothing but emoji, dashes and curly quotes
        return [word[:MAX_WORD] for word in _ASCII_WORD.findall(folded)]
    return [token for run in _WORD.findall(folded) for token in _tokens_of_run(run)]


def _tokens_of_run(run: str) -> list[str]:
    if len(run) > 1 and _IS_UNSPACED.match(run):
        return [run[at : at + 2] for at in range(len(run) - 1)]
    while run[0] in _ARTICLE_STARTS and (article := _ARTICLE.match(run)):
        run = run[article.end() - 1 :]
    return [run[:MAX_WORD]]


def is_unspaced(character: str) -> bool:
    """Whether a folded character is of a script whose words `words` gives as pairs."""
    return _IS_UNSPACED.match(character) is not None
