"""What a creator is bound by elsewhere: work for another brand, an exclusivity in force."""

import datetime as dt
import re
from collections.abc import Collection
from typing import NamedTuple

from domain.niche import Vocabulary
from domain.partnership import WORK, Stage
from domain.text import words

_OVER = (Stage.DONE, Stage.DECLINED)
_BETWEEN = re.compile(r"[,;/\n]+|\band\b|\bor\b", re.IGNORECASE)


class Commitment(NamedTuple):
    """A partnership of a creator. brand: "" = of a brand the reader may not know, or of none.

    stage_name: as the brand calls it. exclusive_of: in words, "" = nothing.
    """

    brand_id: int | None
    brand: str
    is_hidden: bool
    stage: Stage
    stage_name: str
    exclusive_of: str = ""
    exclusive_until: dt.date | None = None


class Plan(NamedTuple):
    """What the reader has in mind: for which brand (None = not said) and which niches (ids)."""

    brand_id: int | None = None
    brand: str = ""
    niches: frozenset[str] = frozenset()


def warnings(
    commitments: Collection[Commitment], plan: Plan, today: dt.date, vocabulary: Vocabulary
) -> tuple[str, ...]:
    """What to say of a creator before they are asked for this; plain text, the gravest first."""
    clashes, others, running = [], [], []
    for one in commitments:
        if one.brand_id is not None and one.brand_id == plan.brand_id:
            continue
        if is_exclusive(one, today):
            if clashes_with(one.exclusive_of, plan, vocabulary):
                clashes.append(_clash(one))
            elif not one.is_hidden:
                others.append(f"Exclusive{_for(one)}{_until(one)}: {one.exclusive_of}")
        if one.brand and not one.is_hidden and one.stage not in _OVER:
            running.append(f"{one.brand} ({one.stage_name})")
    works = [f"Works with {', '.join(dict.fromkeys(running))} now"]
    return tuple(dict.fromkeys([*clashes, *others, *(works if running else [])]))


def is_exclusive(one: Commitment, today: dt.date) -> bool:
    """Whether an exclusivity was agreed and holds today."""
    holds = one.exclusive_until is None or one.exclusive_until >= today
    return bool(one.exclusive_of) and one.stage in WORK and holds


def clashes_with(exclusive_of: str, plan: Plan, vocabulary: Vocabulary) -> bool:
    """Whether what is planned is among what a creator may not advertise.

    A niche clashes with itself, with those it is part of, and with its own parts; a name with the
    brand of that name.
    """
    planned = {wider for niche in plan.niches for wider in _and_wider(niche, vocabulary)}
    brand = words(plan.brand)
    for part in _BETWEEN.split(exclusive_of):
        tokens = words(part)
        if tokens and tokens == brand:
            return True
        named = {niche for found in vocabulary.find(tokens) for niche in found.niches[:1]}
        if named & planned or any(plan.niches & _and_wider(niche, vocabulary) for niche in named):
            return True
    return False


def _and_wider(niche: str, vocabulary: Vocabulary) -> frozenset[str]:
    found: set[str] = set()
    above = [niche]
    while above:
        one = above.pop()
        if one not in found and one in vocabulary.niches:
            found.add(one)
            above.extend(vocabulary.niches[one].parents)
    return frozenset(found)


def _clash(one: Commitment) -> str:
    if one.is_hidden:
        return "Exclusivity clash with another client"
    return f"Exclusivity clash: no other {one.exclusive_of}{_until(one)}{_for(one)}"


def _for(one: Commitment) -> str:
    return f" for {one.brand}" if one.brand else ""


def _until(one: Commitment) -> str:
    day = one.exclusive_until
    return f" until {day.day} {day:%B %Y}" if day else ""
