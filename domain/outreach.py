"""Texts to write to creators with: the creator's and the brief's words put in."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import NamedTuple

from domain.calendar import next_working_day

FIELDS: Mapping[str, str] = {
    "name": "the creator's name",
    "handle": "the creator's handle",
    "platform": "the platform of the profile",
    "niche": "what the creator posts about",
    "brand": "the brand",
    "brief": "the brief's name",
    "product": "the product of the brief",
    "deliverables": "what is owed",
    "fee": "the fee",
    "link": "their tracking link, else the link of the brief",
    "code": "their promo code",
    "me": "whoever writes",
}
"""What may stand in braces, and what it becomes."""

LONGEST_NAME = 60
LONGEST_SUBJECT = 120
LONGEST_TEXT = 2_000
ANSWER_TAKES = dt.timedelta(days=5)

FIRST_NAME, FIRST_SUBJECT = "First message", "{brand} and {name}"
FIRST_TEXT = """Hi {name},

I am {me} from {brand}. Your posts about {niche} on {platform} are just what we look for, and we \
would love to work with you on {product}.

If that sounds good, may I send you the details?

{me}"""
"""The text that is there before anybody wrote one."""

_FIELD = re.compile(r"\{\s*(\w+)\s*\}")


class Filled(NamedTuple):
    """A text with its fields filled in. missing: fields of which nothing is known, in order."""

    text: str
    missing: tuple[str, ...]


def fill(text: str, values: Mapping[str, str]) -> Filled:
    """Put the values in; where one is not known the field stays in its braces."""
    missing: list[str] = []

    def value(found: re.Match[str]) -> str:
        name = found[1].lower()
        if not values.get(name):
            missing.append(name)
            return f"{{{name}}}"
        return values[name]

    filled = _FIELD.sub(value, text)
    return Filled(filled, tuple(dict.fromkeys(missing)))


def unknown_fields(text: str) -> tuple[str, ...]:
    """What stands in braces and is no field."""
    return tuple(dict.fromkeys(name for name in _FIELD.findall(text) if name.lower() not in FIELDS))


def read_text(name: str, subject: str, text: str) -> dict[str, str]:
    """What is wrong with a text as it was typed, by field."""
    wrong: dict[str, str] = {}
    if not name.strip() or len(name) > LONGEST_NAME:
        wrong["name"] = f"Please give a name of at most {LONGEST_NAME} characters."
    if len(subject) > LONGEST_SUBJECT:
        wrong["subject"] = f"Please use at most {LONGEST_SUBJECT} characters."
    if not text.strip() or len(text) > LONGEST_TEXT:
        wrong["text"] = f"Please write something, at most {LONGEST_TEXT:,} characters."
    for field, typed in (("subject", subject), ("text", text)):
        strange = unknown_fields(typed)
        if strange:
            wrong[field] = f"I can't fill in {{{strange[0]}}}. I know {', '.join(FIELDS)}."
    return wrong


def follow_up(today: dt.date) -> dt.date:
    """When to write again if no answer came: five days on, or the working day after."""
    return next_working_day(today + ANSWER_TAKES - dt.timedelta(days=1))
