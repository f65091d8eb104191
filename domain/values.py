"""Values as people and tools write them in files: counts, rates, yes and no.

Each reader takes the text of one cell and gives its value, `None` where the cell says that
nothing is known, or a `Problem` that says why it could not be read. None of them raises, none
gives a negative number, and all are quick: they run once per cell of an import.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from domain.text import fold

DecimalMark = Literal["", ".", ","]
"""How a column writes decimals; "" where its cells don't tell."""

LARGEST = 10**15
"""Larger numbers are damage: no account, view count or fee comes near."""

LONGEST_NUMBER = 64


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a cell could not be read, as a phrase that follows its text: "is negative"."""

    reason: str


NEGATIVE = Problem("is negative")
NOT_A_NUMBER = Problem("is not a number")
TOO_LARGE = Problem("is larger than any account")
OVER_ALL = Problem("is over 1,000 %")
OVER_ONE = Problem("is over 100 %")
NOT_YES_OR_NO = Problem("is neither yes nor no")

SPELLINGS = tomllib.loads(
    Path(__file__).with_name("value_spellings.toml").read_text(encoding="utf-8")
)
_BLANK = frozenset(SPELLINGS["missing"]["anywhere"])
_MISSING = _BLANK | frozenset(SPELLINGS["missing"]["in_figures"])
_YES = frozenset(SPELLINGS["boolean"]["yes"])
_NO = frozenset(SPELLINGS["boolean"]["no"])
SUFFIXES: dict[str, int] = {
    word: int(factor) for factor, words in SPELLINGS["suffixes"].items() for word in words
}
"""What a word or letter after a number multiplies it by, folded; also read in headers."""

_ARABIC_MARKS = str.maketrans({"٬": ",", "٫": ".", "٪": "%"})
_SPREADSHEET_ERROR = re.compile(r"#[¡!]?[A-ZÀ-Ý/0-9]+[!?]|#NV|#NULL|#ERROR.?")
MINUS_ONE = re.compile(r"[-−–]1(?:[.,]0+)?")

_COUNTED = re.compile(
    r"(followers?|follows?|subscribers?|subs|fans|seguidores|suscriptores|inscritos|abonnes"
    r"|abonnenten|подписчик\w*|views?|visualizacoes|vistas|vues|aufrufe|likes?|comments?|shares?"
    r"|posts?|videos?|plays?)$"
)
_NUMBER = re.compile(
    r"(?P<sign>[~≈<>+(−–-]*)\s*(?P<digits>\d[\d.,'’\s]*|[.,]\d+)"
    r"(?:[eE](?P<exponent>[+-]?\d{1,6})(?!\w))?(?P<rest>.*)",
    re.DOTALL,
)
_GROUPED_BY_SPACE = re.compile(r"\d{1,3}(?:[\s'’]\d{3})+(?:[.,]\d+)?")
_GROUPS = {
    mark: re.compile(rf"\d{{1,3}}(?:{re.escape(mark)}\d{{2,3}})*{re.escape(mark)}\d{{3}}")
    for mark in ".,"
}
_SPACES_AND_APOSTROPHES = re.compile(r"[\s'’]+")


def is_blank(text: str) -> bool:
    """Whether a name, handle or remark is missing: empty, "-", "N/A", "null", "#NAME?"."""
    text = text.strip()
    if text[:1] == "#" and _SPREADSHEET_ERROR.fullmatch(text):
        return True
    return len(text) <= 16 and text.lower() in _BLANK


def is_missing(text: str) -> bool:
    """Whether a figure, country or date is missing; takes more spellings than `is_blank`."""
    return is_blank(text) or text.strip().lower() in _MISSING


def count(text: str, decimal: DecimalMark = "", scale: int = 1) -> int | Problem | None:
    """A whole number: "48.5M", "1,234,567", "1.234.567", "1 234 567", "12,5 mil", "221.7K".

    Args:
        text: the cell.
        decimal: the column's decimal mark, for "1.234", which is 1,234 where it is unknown.
        scale: what a number without a suffix is multiplied by: 1,000,000 where the column
            holds millions.
    """
    if scale == 1 and text.isdecimal() and len(text) <= 15:
        return int(text)
    value = number(text, decimal, scale)
    return round(value) if isinstance(value, float) else value


@lru_cache(maxsize=16_384)
def number(text: str, decimal: DecimalMark = "", scale: int = 1) -> int | float | Problem | None:
    """A number that may have decimals, such as an average; otherwise as `count`."""
    last = text[-1:]
    if last in "KMB" and last and decimal != ",":
        short = text[:-1]
        if len(short) <= 15 and short.replace(".", "", 1).isdecimal() and short[:1] != ".":
            return _checked(float(short) * SUFFIXES[last.lower()])
    text = text.strip()
    if is_missing(text) or MINUS_ONE.fullmatch(text):
        return None
    return _number(text, decimal, scale)


def _number(text: str, decimal: DecimalMark, scale: int) -> int | float | Problem:
    text = text.translate(_ARABIC_MARKS)
    found = _NUMBER.fullmatch(text) if len(text) <= LONGEST_NUMBER else None
    if found is None:
        return NOT_A_NUMBER
    sign, digits, exponent, rest = found.group("sign", "digits", "exponent", "rest")
    factor = _factor(rest)
    plain = canonical(digits, decimal, suffixed=factor not in (None, 1))
    if factor is None or plain is None:
        return NOT_A_NUMBER
    if any(mark in "(−–-" for mark in sign):
        return NEGATIVE if plain.strip("0.") else 0
    if exponent is None and factor == 1 and "." not in plain:
        return _checked(int(plain) * scale)
    power = max(-30, min(30, int(exponent or 0)))
    return _checked(float(plain) * 10.0**power * (scale if factor == 1 else factor))


def _checked(value: float) -> int | float | Problem:
    if value > LARGEST:
        return TOO_LARGE
    nearest = round(value)  # 409.8 × 1,000,000 is not quite whole in binary
    return nearest if abs(value - nearest) <= 1e-9 * max(1.0, value) else value


def _factor(rest: str) -> int | None:
    """What the text behind the digits multiplies by; None when it is no known unit."""
    word = fold(rest).strip(" \t\n\r.+)\u00a0")
    if not word:
        return 1
    if word in SUFFIXES:
        return SUFFIXES[word]
    unit = _COUNTED.sub("", word).strip(" .")
    return 1 if not unit and unit != word else SUFFIXES.get(unit)


def canonical(
    digits: str,
    decimal: DecimalMark,
    *,
    suffixed: bool = False,
    lone: Literal["thousands", "decimal"] = "thousands",
) -> str | None:
    """Digits with a point for decimals and nothing else; None when they make no number.

    `lone` says what the mark in "1.234" is where nothing else tells.
    """
    digits = digits.strip()
    if _SPACES_AND_APOSTROPHES.search(digits):
        if not _GROUPED_BY_SPACE.fullmatch(digits):
            return None
        digits = _SPACES_AND_APOSTROPHES.sub("", digits)
    if digits.isdecimal():
        return digits
    marks = [mark for mark in ".," if mark in digits]
    if len(marks) == 2:
        return _with_both_marks(digits)
    mark = marks[0]
    before, _, after = digits.partition(mark)
    if mark in after:
        return digits.replace(mark, "") if _GROUPS[mark].fullmatch(digits) else None
    ambiguous = len(after) == 3 and 1 <= len(before) <= 3 and before[0] != "0"
    if ambiguous and not _is_decimal(mark, decimal, suffixed=suffixed, lone=lone):
        return before + after
    return f"{before or 0}.{after or 0}"


def _is_decimal(mark: str, decimal: DecimalMark, *, suffixed: bool, lone: str) -> bool:
    if decimal:
        return mark == decimal
    return lone == "decimal" or (suffixed and mark == ".")


def _with_both_marks(digits: str) -> str | None:
    decimal = max(".,", key=digits.rfind)
    grouping = "." if decimal == "," else ","
    whole, _, after = digits.rpartition(decimal)
    if decimal in whole or grouping in after or not _GROUPS[grouping].fullmatch(whole):
        return None
    return f"{whole.replace(grouping, '')}.{after or 0}"


def decimal_mark(texts: list[str]) -> DecimalMark:
    """The decimal mark that a column's cells give away: "12,5" or "1.234,50" say comma.

    Several dots in one number are thousands, so its decimals would be a comma; "1.234" alone
    says nothing and gives "".
    """
    votes = {".": 0, ",": 0}
    for text in texts:
        found = _NUMBER.match(text.strip()[:LONGEST_NUMBER])
        vote = _vote(_SPACES_AND_APOSTROPHES.sub("", found["digits"])) if found else ""
        if found and vote and canonical(found["digits"], "") is not None:
            votes[vote] += 1
    if votes["."] == votes[","]:
        return ""
    return "." if votes["."] > votes[","] else ","


def _vote(digits: str) -> DecimalMark:
    dots, commas = digits.count("."), digits.count(",")
    if dots and commas:
        return "." if digits.rfind(".") > digits.rfind(",") else ","
    if dots > 1 or commas > 1:
        return "," if dots else "."
    if not dots and not commas:
        return ""
    before, mark, after = digits.partition("." if dots else ",")
    decimals = len(after) not in (0, 3) or not before or before[0] == "0" or len(before) > 3
    return ("." if mark == "." else ",") if decimals else ""


@lru_cache(maxsize=16_384)
def rate(text: str, decimal: DecimalMark = "", percent: bool = False) -> float | Problem | None:
    """A ratio: "3.1 %" and, in a column of percent, "3.1" give 0.031; "0.031" stays.

    Args:
        text: the cell.
        decimal: the column's decimal mark.
        percent: whether numbers without a sign are percent.
    """
    text = text.strip()
    if is_missing(text) or MINUS_ONE.fullmatch(text):
        return None
    text = text.translate(_ARABIC_MARKS)
    signed = text.rstrip("%％").strip()
    found = _NUMBER.fullmatch(signed) if len(text) <= LONGEST_NUMBER else None
    if found is None or found["rest"].strip():
        return NOT_A_NUMBER
    plain = canonical(found["digits"], decimal, lone="decimal")
    if plain is None:
        return NOT_A_NUMBER
    if any(mark in "(−–-" for mark in found["sign"]):
        return NEGATIVE if plain.strip("0.") else 0.0
    power = max(-30, min(30, int(found["exponent"] or 0)))
    value = float(plain) * 10.0**power
    if percent or signed != text:
        value /= 100
    return OVER_ALL if value > 10 else round(value, 10)


def share(text: str, decimal: DecimalMark = "", percent: bool = False) -> float | Problem | None:
    """A part of a whole, 0-1: as `rate`, but never over 100 %."""
    value = rate(text, decimal, percent)
    return OVER_ONE if isinstance(value, float) and value > 1 else value


@lru_cache(maxsize=1_024)
def boolean(text: str) -> bool | Problem | None:
    """Yes or no in several languages: "TRUE", "sí", "não", "1", "✅"."""
    word = text.strip()
    for spelling in (word, fold(word)):
        if spelling in _YES:
            return True
        if spelling in _NO:
            return False
    return None if is_missing(word) else NOT_YES_OR_NO
