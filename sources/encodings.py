"""Which encoding a text file without a mark is written in."""

import re
from collections.abc import Callable
from typing import BinaryIO

_CHUNK = 1 << 20
_LEGACY = ["cp1252", "cp1251", "cp1250", "cp1253", "gb18030", "cp932", "cp949", "big5"]
_CYRILLIC_WORD = re.compile(  # no letter of which is Latin
    rb"(?<![A-Za-z\x80-\xff])[\xc0-\xff\xa8\xb8]{3,}(?![A-Za-z\x80-\xff])"
)
_HIGH_BYTES = re.compile(rb"[\x80-\xff]+")
_LATIN = "äöüßéèêëàâáíóúñçãõåøæîïôûœìòùÄÖÜÉÈÀÁÍÓÚÑÇÅØÂÊÎÔÃÕ"
_IN_WORDS = re.compile(rf"(?<=[A-Za-z])[{_LATIN}]|[{_LATIN}](?=[A-Za-z])")
_ACCENTS = re.escape(_LATIN.encode("cp1252"))
_ACCENTED = re.compile(  # "éée" inside a word of Latin letters
    rb"(?<=[A-Za-z])[%b]+(?![\x80-\xff])|(?<![\x80-\xff])[%b]+(?=[A-Za-z])" % (_ACCENTS, _ACCENTS)
)
_TWICE = re.compile(
    "[\u00c2-\u00f4](?:[\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc"
    "\u2013-\u203a\u20ac\u2122]){1,3}"
)


def legacy_encoding(opener: Callable[[], BinaryIO]) -> str:
    """The older encoding of a file, from its lines that hold more than ASCII."""
    with opener() as file:
        lines = [line for line in file.read(4 * _CHUNK).splitlines() if not line.isascii()]
    sample = b"\n".join(lines[:2_000])
    high = sum(map(len, _HIGH_BYTES.findall(sample)))
    cyrillic = sum(map(len, _CYRILLIC_WORD.findall(sample)))
    if cyrillic > high * 0.6:
        guesses = ["cp1251", "gb18030", "cp932", "cp949", "big5"]
    elif max(map(len, _HIGH_BYTES.findall(_ACCENTED.sub(b"", sample))), default=0) <= 2:
        return _western(sample)
    else:
        guesses = _LEGACY
    from charset_normalizer import from_bytes  # noqa: PLC0415  few files need it

    best = from_bytes(sample, cp_isolation=guesses).best()
    return best.encoding if best else "cp1252"


def _western(sample: bytes) -> str:
    """cp1252, unless what stands inside words are letters only as an old Macintosh wrote them."""
    windows, macintosh = (
        len(_IN_WORDS.findall(sample.decode(encoding, "replace")))
        for encoding in ("cp1252", "mac_roman")
    )
    return "mac_roman" if macintosh > windows else "cp1252"


def is_encoded_twice(sample: str) -> bool:
    """Whether UTF-8 was read as another encoding and saved again: "BÃ¶hm" for "Böhm"."""
    beyond = [line for line in sample.splitlines() if not line.isascii()]
    damaged = [line for line in beyond if _TWICE.search(line)]
    mended = [line for line in damaged if once(line) != line]
    return bool(mended) and len(mended) >= 0.9 * len(beyond)


def once(text: str) -> str:
    """A text that was encoded twice as it was meant; any other text as it is."""
    if text.isascii():
        return text
    try:
        return b"".join(map(_byte, text)).decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text


def _byte(character: str) -> bytes:
    """A character as cp1252 has it, where that leaves a gap as latin-1 has it."""
    try:
        return character.encode("cp1252")
    except UnicodeEncodeError:
        return character.encode("latin-1")
