"""How long a workspace keeps what, with defaults that are safe to leave as they are."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

FOREVER = 0
"""Days for "as long as the workspace is there"."""
MONTH = 365 / 12


class Kept(BaseModel):
    """Days for each kind of data; 0 = for as long as the workspace is there.

    found: creators that look-ups brought and nobody kept, since they were last seen. declined:
    notes and reasons about creators with whom nothing came about. record: who did what. messages:
    texts of messages that were posted; without them a removal can't edit older ones. told: lines of
    reminders that were sent.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    found: int = 30
    declined: int = 730
    record: int = 1_095
    messages: int = 1_095
    told: int = 90

    def before(self, name: str, now: dt.datetime) -> dt.datetime | None:
        """What is older than this goes; None = nothing does."""
        days = int(getattr(self, name))
        return None if days == FOREVER else now - dt.timedelta(days=days)


TITLES: Mapping[str, str] = {
    "found": "Creators found by look-ups and kept by nobody",
    "declined": "Notes and reasons about creators nothing came about with",
    "record": "The record of who did what",
    "messages": "Texts of messages I have posted",
    "told": "Reminders that were sent",
}
CHOICES: Mapping[str, tuple[int, ...]] = {
    "found": (7, 30, 90, 365),
    "declined": (180, 365, 730, FOREVER),
    "record": (365, 730, 1_095, 1_825, FOREVER),
    "messages": (90, 365, 1_095, FOREVER),
    "told": (30, 90, 365),
}
"""What may be chosen. Whom nobody kept goes after a year at the latest."""


def kept(stored: Any) -> Kept:
    """What a workspace chose; what is no choice counts as never made."""
    if not isinstance(stored, Mapping):
        return Kept()
    chosen = {
        name: days
        for name, days in stored.items()
        if name in CHOICES and isinstance(days, int) and days in CHOICES[name]
    }
    try:
        return Kept.model_validate(chosen)
    except ValidationError:
        return Kept()


def in_words(days: int) -> str:
    """ "30 days", "2 years", "as long as the workspace is there"."""
    if days == FOREVER:
        return "as long as you use the app"
    if days % 365 == 0:
        return f"{days // 365} year" if days == 365 else f"{days // 365} years"
    return f"{round(days / MONTH)} months" if days >= 180 else f"{days} days"
