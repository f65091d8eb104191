"""What is typed when a digest is set up, with a sentence for each field that is wrong."""

import difflib
import re
from functools import cache
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict

from domain.calendar import WEEKDAY_NAMES, Schedule

LONGEST = 60
_TIME = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])")
TIME_PROBLEM = "Please give a time from 00:00 to 23:59, for example 09:00."
WEEKDAY_PROBLEM = "Please choose a day of the week."
CHANNEL_PROBLEM = "Please choose a channel."


class DigestForm(BaseModel):
    """The form as it comes back. time: HH:MM. scope: "brand:3", "brief:7"."""

    model_config = ConfigDict(frozen=True)

    channel: str = ""
    weekday: str = ""
    time: str = ""
    timezone: str = ""
    scope: tuple[str, ...] = ()


class DigestTerms(BaseModel):
    """When and where a digest is to be posted, and of what; nothing named is everything open."""

    model_config = ConfigDict(frozen=True)

    channel_id: str
    schedule: Schedule
    brand_ids: tuple[int, ...] = ()
    brief_ids: tuple[int, ...] = ()


def read_form(form: DigestForm) -> DigestTerms | dict[str, str]:
    """The terms, or sentences by field name."""
    errors: dict[str, str] = {}
    time = _TIME.fullmatch(form.time.strip())
    zone = find_timezone(form.timezone)
    if not form.channel:
        errors["channel"] = CHANNEL_PROBLEM
    if form.weekday not in {str(day) for day in range(len(WEEKDAY_NAMES))}:
        errors["weekday"] = WEEKDAY_PROBLEM
    if time is None:
        errors["time"] = TIME_PROBLEM
    if zone is None:
        errors["timezone"] = _no_timezone(form.timezone)
    if errors or time is None or zone is None:
        return errors
    return DigestTerms(
        channel_id=form.channel,
        schedule=Schedule(
            weekday=int(form.weekday), hour=int(time[1]), minute=int(time[2]), timezone=zone
        ),
        brand_ids=_numbers(form.scope, "brand"),
        brief_ids=_numbers(form.scope, "brief"),
    )


def find_timezone(typed: str) -> str | None:
    """The IANA name that is meant: "europe/berlin", "Berlin", "new york"; None if unclear."""
    key = _key(typed)
    known = _zones()
    if key in known:
        return known[key]
    cities = sorted({name for zone, name in known.items() if zone.rpartition("/")[2] == key})
    return cities[0] if len(cities) == 1 else None


@cache
def _zones() -> dict[str, str]:
    return {_key(name): name for name in available_timezones()}


def _key(name: str) -> str:
    return "_".join(name.lower().split())


def _no_timezone(typed: str) -> str:
    near = difflib.get_close_matches(_key(typed), _zones(), n=1, cutoff=0.7)
    known = _zones()[near[0]] if near else "Europe/London"
    meant = f"Did you mean {known}?" if near else f"{known} is one."
    shown = " ".join(typed.split())[:LONGEST]
    return f"“{shown}” is not a time zone. {meant}"


def _numbers(scope: tuple[str, ...], kind: str) -> tuple[int, ...]:
    split = (entry.partition(":") for entry in scope)
    return tuple(
        int(number)
        for of, _, number in split
        if of == kind and number.isascii() and number.isdigit()
    )
