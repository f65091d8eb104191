"""How each field of a brief is read. Each raises `Wrong` with the sentence for a wrong one."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from domain.brief import LONGEST_NAME
from domain.chosen_day import NO_DAY, chosen_day
from domain.fit import HEAVIEST, Weights
from domain.goal import Goal
from domain.money import MoneyError, parse_money, to_minor
from domain.niche import Vocabulary
from domain.part import PartName
from domain.text import words
from domain.values import number
from domain.wording import listed

MOST_ENTRIES = 40
LONGEST_ENTRY = 80
LONGEST_TEXT = 2_000
LARGEST_TARGET = 10**12

_BETWEEN = re.compile(r"[,;\n\r•|]+")
_SPACE_TOO = re.compile(r"[\s,;•|]+")
_JOINING = frozenset({"and", "or", "y", "o", "e", "ou", "et", "und", "oder", "the", "for", "with"})
_WEIGHT = re.compile(r"\s*([^\W\d_]+)\s*[:=]?\s*([+-]?\d+)\s*%?\s*")


class Wrong(ValueError):
    """One field is wrong; the text is the sentence under it."""


def read_name(typed: str) -> str:
    """The brief's name on one line."""
    name = " ".join(typed.split())
    if not words(name):
        raise Wrong("Please give the brief a name, for example “Spring skincare”.")
    if len(name) > LONGEST_NAME:
        raise Wrong(f"Please keep the name to {LONGEST_NAME} characters; this has {len(name)}.")
    return name


def read_niches(typed: str, vocabulary: Vocabulary) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The niches that were named, and the words that are none."""
    found: list[str] = []
    loose: list[str] = []
    for phrase in _BETWEEN.split(typed[:LONGEST_TEXT]):
        tokens = words(phrase)
        at = 0
        for match in vocabulary.find(tokens):
            loose += tokens[at : match.start]
            found.append(match.niches[0])
            at = match.end
        loose += tokens[at:]
    kept = [word for word in dict.fromkeys(loose) if word not in _JOINING]
    if not found and not kept:
        raise Wrong("Please name at least one niche, for example “skincare, vegan food”.")
    if len(found) + len(kept) > MOST_ENTRIES:
        raise Wrong(f"Please name at most {MOST_ENTRIES} niches.")
    return tuple(dict.fromkeys(found)), tuple(kept)


def read_entries(typed: str) -> tuple[str, ...]:
    """Words and phrases, one for each comma or line."""
    entries = [" ".join(entry.split()) for entry in _BETWEEN.split(typed)]
    kept = tuple(dict.fromkeys(entry for entry in entries if words(entry)))
    _not_too_many(kept)
    return kept


def read_handles(typed: str, sign: str) -> tuple[str, ...]:
    """Tags without their sign, one for each space, comma or line."""
    entries = [entry.strip().lstrip(sign) for entry in _SPACE_TOO.split(typed)]
    kept = tuple(dict.fromkeys(entry for entry in entries if words(entry)))
    _not_too_many(kept)
    return kept


def _not_too_many(entries: tuple[str, ...]) -> None:
    if len(entries) > MOST_ENTRIES:
        raise Wrong(f"Please give at most {MOST_ENTRIES}; these are {len(entries)}.")
    long = next((entry for entry in entries if len(entry) > LONGEST_ENTRY), None)
    if long is not None:
        raise Wrong(f"“{long[:30]}…” is too long; put commas between words and phrases.")


def read_text(typed: str) -> str:
    """Text of any kind, not too long."""
    text = typed.strip()
    if len(text) > LONGEST_TEXT:
        raise Wrong(f"Please keep this to {LONGEST_TEXT:,} characters; this has {len(text):,}.")
    return text


def read_one_of(kind: type[Any], value: str) -> Any:
    """A value of an enumeration."""
    try:
        return kind(value)
    except ValueError:
        raise Wrong("Please choose from the list.") from None


def read_places(typed: str, code_of: Callable[[str], str | None], kind: str) -> tuple[str, ...]:
    """Codes of places by name or code; kind: "country" or "language"."""
    codes: list[str] = []
    for entry in (each.strip() for each in _BETWEEN.split(typed)):
        if not entry:
            continue
        found = _place_or_places(entry, code_of)
        if not found:
            example = "Germany or DE" if kind == "country" else "German or de"
            raise Wrong(
                f"“{entry[:40]}” is not a {kind} I know. Names and codes such as {example} work, "
                "with commas between them."
            )
        codes += found
    return tuple(dict.fromkeys(codes))


def _place_or_places(entry: str, code_of: Callable[[str], str | None]) -> list[str]:
    """One place, or several with only spaces or "and" between them; empty when one is none."""
    whole = code_of(entry)
    if whole is not None:
        return [whole]
    parts = [part for part in re.split(r"\s+(?:and|&|or|und|et|y|e)\s+|[/+]", entry) if part]
    if len(parts) == 1:
        parts = entry.split()
    codes = [code_of(part) for part in parts]
    return [code for code in codes if code is not None] if all(codes) else []


def read_date(typed: str) -> dt.date | None:
    """A day as Slack gives it; None where none was chosen."""
    if not typed:
        return None
    try:
        return chosen_day(typed)
    except ValueError:
        raise Wrong(NO_DAY) from None


def read_end(typed: str, starts_on: dt.date | None) -> dt.date | None:
    """The last day, which is not before the first."""
    ends_on = read_date(typed)
    if ends_on is not None and starts_on is not None and ends_on < starts_on:
        raise Wrong(
            f"The end is before the start ({starts_on.day} {starts_on:%B %Y}). "
            "Please choose a later day."
        )
    return ends_on


def read_budget(typed: str, default_currency: str | None) -> tuple[int | None, str | None]:
    """Minor units and currency; None where there is no budget."""
    if not typed.strip():
        return None, None
    try:
        money = parse_money(typed, default_currency)
    except MoneyError as error:
        raise Wrong(str(error)) from None
    if money.amount == 0:
        raise Wrong("Please leave this empty while there is no budget.")
    return to_minor(money), money.currency


def read_goal(chosen: str, target: str) -> Goal | None:
    """What is to be reached; a target needs one."""
    if not chosen:
        if target.strip():
            raise Wrong("Please choose what the target number counts.")
        return None
    goal: Goal = read_one_of(Goal, chosen)
    return goal


def read_target(typed: str) -> int | None:
    """A whole number above 0; None where none was typed."""
    if not typed.strip():
        return None
    value = number(typed)
    if not isinstance(value, int | float) or not 1 <= value <= LARGEST_TARGET:
        raise Wrong("Please give a whole number above 0, for example 50,000 or 50k.")
    if value != int(value):
        raise Wrong("Please give a whole number, for example 50,000.")
    return int(value)


def read_link(typed: str) -> str:
    """An address that starts with https://; "" where none was typed."""
    link = typed.strip()
    if not link:
        return ""
    try:
        parts = urlsplit(link)
        host = parts.hostname or ""
    except ValueError:
        host = ""
    readable = link.isprintable() and " " not in link and len(link) <= LONGEST_TEXT
    if not readable or parts.scheme != "https" or "." not in host or parts.username is not None:
        raise Wrong("Please give a full link that starts with https://.")
    return link


def read_weights(typed: str, goal: Goal | None) -> Weights | None:
    """Weights by name; a part that is left out keeps the weight of the goal."""
    if not typed.strip():
        return None
    chosen: dict[str, int] = {}
    names = [name.value for name in PartName]
    for entry in (each for each in _BETWEEN.split(typed) if each.strip()):
        match = _WEIGHT.fullmatch(entry)
        name = next((each for each in names if match and each == match[1].lower()), None)
        if match is None or name is None:
            raise Wrong(
                f"“{entry.strip()[:30]}” can't be read. Write for example “niche 30, "
                f"engagement 40”; the parts are {listed(names)}."
            )
        weight = int(match[2]) if len(match[2]) < len(str(HEAVIEST)) + 2 else HEAVIEST + 1
        if not 0 <= weight <= HEAVIEST:
            raise Wrong(f"A weight goes from 0 to {HEAVIEST:,}; {name} has {match[2][:12]}.")
        chosen[name] = weight
    weights = Weights.for_goal(goal).model_copy(update=chosen)
    if not any(weights.of(name) for name in PartName):
        raise Wrong("At least one weight must be above 0.")
    return weights
