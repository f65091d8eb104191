"""Promo codes that can be read aloud: made from a handle and an offer, none like another."""

import re
from collections.abc import Collection, Iterator

from domain.text import fold

SHORTEST, LONGEST = 3, 20
LONGEST_NAME = 10
LONGEST_OFFER = 40

_SEPARATOR = re.compile(r"[^a-z]+")
_NUMBER = re.compile(r"\d{1,3}")
_CODE = re.compile(r"[A-Z0-9]+(?:[-_][A-Z0-9]+)*")
_PLAIN = "ACEFHKMNPRTWXY"
"""Letters that look like no digit and like no other letter."""
_LOOKS = {
    letter: group[0] for group in ("0OQD", "1ILJ", "5S", "2Z", "8B", "6G", "UV") for letter in group
}


def skeleton(code: str) -> str:
    """A code as it looks: two codes that are easily taken for each other have the same one."""
    return "".join(_LOOKS.get(letter, letter) for letter in code.upper() if letter not in "-_")


def proposals(handle: str, name: str, offer: str) -> Iterator[str]:
    """Codes for a creator, the most readable first; there are always more.

    Args:
        handle: of the profile, in any script. name: the creator's, where the handle has no letters.
        offer: of the brief, such as "15 %"; its first number ends the code, whatever
            script its digits are of.
    """
    number = "".join(str(int(digit)) for digit in next(iter(_NUMBER.findall(offer)), ""))
    bases = list(dict.fromkeys([*_bases(handle), *_bases(name)])) or ["CREATOR"]
    for base in bases:
        yield f"{base}{number}"
    tried = bases[0][: LONGEST_NAME - 1]
    for letter in _PLAIN:
        yield f"{tried}{letter}{number}"
    count = 2
    while True:
        yield f"{tried}{number}{_PLAIN[count % len(_PLAIN)]}{count}"
        count += 1


def propose(handle: str, name: str, offer: str, taken: Collection[str]) -> str:
    """The most readable code that looks like none of those taken. taken: their skeletons."""
    for code in proposals(handle, name, offer):
        if skeleton(code) not in taken:
            return code
    raise AssertionError("unreachable: there are always more")


def why_not(typed: str) -> str | None:
    """The sentence for a code that can't be one, None for one that can."""
    code = tidy(typed)
    if not SHORTEST <= len(code) <= LONGEST:
        return f"Please use {SHORTEST} to {LONGEST} letters and digits."
    if not _CODE.fullmatch(code) or code.isdecimal():
        return "Please use the letters A to Z, digits and hyphens, with at least one letter."
    return None


def tidy(typed: str) -> str:
    """A code as it is kept: upper case, no spaces."""
    return "".join(typed.split()).upper()


def _bases(text: str) -> list[str]:
    """Its first word, then two words, as letters A to Z."""
    parts = [part for part in _SEPARATOR.split(fold(text)) if part]
    found = [parts[0]] if parts and len(parts[0]) >= SHORTEST else []
    if parts:
        found.append("".join(parts[:2]))
    found.append("".join(parts))
    return [one[:LONGEST_NAME].upper() for one in found if len(one) >= SHORTEST]
