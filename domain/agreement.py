"""What was agreed with a creator: deliverables by a day, rights and exclusivity that end."""

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from domain.columns import platform_named
from domain.creator import Platform
from domain.partnership import Stage
from domain.wording import PLATFORM_NAMES
from domain.written_dates import written_date

SOON = dt.timedelta(days=3)
"""A deliverable is told so long before it is due."""
ENDS_SOON = dt.timedelta(days=14)
"""The end of rights and of exclusivity is told so long before and after it."""
QUIET = dt.timedelta(days=7)
"""A partnership under way of which nothing was logged for longer is told."""
MOST_DELIVERABLES = 20
LONGEST_KIND = 60
LONGEST_TERM = 300

ANSWERS = (Stage.CONTACTED, Stage.NEGOTIATING)
_OVER = (Stage.DONE, Stage.DECLINED)
_DONE = re.compile(r"\s*[(\[]?\bdone\b(?:\s+on\s+(?P<day>[^)\]]+))?[)\]]?\s*$", re.IGNORECASE)
_BY = re.compile(r"(?:^|[\s,;]+)(?:due|by|until|before)\s*:?\s+(?P<day>.+)$", re.IGNORECASE)
_LAST_DATE = re.compile(r"(?:^|[\s,;]+)(?P<day>\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./]\d{1,2}[./]\d{4})$")
_ON = re.compile(r"(?:^|[\s,;]+)(?:on\s+)?(?P<platform>\S+)$", re.IGNORECASE)
_BULLET = re.compile(r"^(?:[•*]\s*|[-–]\s+|[-–](?=[^\d\s]))+")
"""What begins a line of a list; a minus at a number is none."""
_COUNT = re.compile(r"^(?P<count>\d{1,3})\s*(?:[x×]\s*|\s+|$)", re.IGNORECASE)


class Owed(BaseModel):
    """So many of a kind, as people wrote it. due_on, done_on: None = not said, not yet."""

    model_config = ConfigDict(frozen=True)

    kind: str
    amount: int = 1
    platform: Platform | None = None
    due_on: dt.date | None = None
    done_on: dt.date | None = None

    @property
    def words(self) -> str:
        """ "2 Reels on Instagram"; plain text."""
        on = f" on {PLATFORM_NAMES[self.platform]}" if self.platform else ""
        return f"{self.amount} {self.kind}{on}"

    @property
    def written(self) -> str:
        """As it is typed: "2 Reels on Instagram by 2026-12-14 (done on 2026-12-12)"."""
        by = f" by {self.due_on.isoformat()}" if self.due_on else ""
        done = f" (done on {self.done_on.isoformat()})" if self.done_on else ""
        return f"{self.words}{by}{done}"


class Terms(BaseModel):
    """What was agreed beside the price. is_paid: None = not said.

    exclusive_of: what the creator may not advertise elsewhere, in words; "" = nothing.
    """

    model_config = ConfigDict(frozen=True)

    owed: tuple[Owed, ...] = ()
    is_paid: bool | None = None
    usage_rights: str = ""
    usage_until: dt.date | None = None
    exclusive_of: str = ""
    exclusive_until: dt.date | None = None
    follow_up_on: dt.date | None = None


class Due(BaseModel):
    """Something with a date that is near or past. what: plain text. key: tells it from others."""

    model_config = ConfigDict(frozen=True)

    key: str
    what: str
    on: dt.date
    overdue: bool


def due(terms: Terms, stage: Stage, changed_on: dt.date, today: dt.date) -> tuple[Due, ...]:
    """What is overdue, due soon or about to end, the oldest first.

    Args:
        terms: what was agreed.
        stage: where the partnership stands.
        changed_on: when anything was last logged of it.
        today: the reader's local day.
    """
    dated = (*dates(terms, stage, today), *_next_word(terms, stage, changed_on, today))
    return tuple(sorted(dated, key=lambda one: one.on))


def dates(terms: Terms, stage: Stage, today: dt.date) -> tuple[Due, ...]:
    """Of these only the dates that people agreed on or set themselves, in no order."""
    if stage is Stage.DECLINED:
        return ()
    return (*_owed(terms, today), *_ends(terms, today), *_follow_up(terms, stage, today))


def _owed(terms: Terms, today: dt.date) -> list[Due]:
    return [
        Due(key=f"owed:{one.written}", what=one.words, on=one.due_on, overdue=one.due_on < today)
        for one in terms.owed
        if one.due_on is not None and one.done_on is None and one.due_on <= today + SOON
    ]


def _ends(terms: Terms, today: dt.date) -> list[Due]:
    found = []
    for name, day in (("usage rights", terms.usage_until), ("exclusivity", terms.exclusive_until)):
        if day is not None and abs(day - today) <= ENDS_SOON:
            end = "ended" if day < today else "end" if name.endswith("s") else "ends"
            found.append(Due(key=f"{name}:{day}", what=f"{name} {end}", on=day, overdue=False))
    return found


def _follow_up(terms: Terms, stage: Stage, today: dt.date) -> list[Due]:
    day = terms.follow_up_on
    if stage not in ANSWERS or day is None or day > today:
        return []
    return [Due(key=f"follow-up:{day}", what="write again", on=day, overdue=day < today)]


def _next_word(terms: Terms, stage: Stage, changed_on: dt.date, today: dt.date) -> list[Due]:
    """Nobody wrote to them, or nothing was logged, for too long."""
    if stage in _OVER or (stage in ANSWERS and terms.follow_up_on is not None):
        return []
    begins = stage is Stage.APPROVED
    since = changed_on + (SOON if begins else QUIET)
    if since >= today:
        return []
    what = "write to them" if begins else "say how it stands"
    return [Due(key=f"quiet:{changed_on}", what=what, on=since, overdue=True)]


def written(owed: Sequence[Owed]) -> str:
    """Deliverables as they are typed, a line each."""
    return "\n".join(one.written for one in owed)


def read_owed(text: str, today: dt.date) -> tuple[Owed, ...] | str:
    """Deliverables as people type them, a line each; or the sentence that says what is wrong.

    "2 Reels on Instagram by 14 December 2026", "1 story, tiktok, 2026-12-20", "1 blog post (done)".
    """
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_DELIVERABLES:
        return f"Please give at most {MOST_DELIVERABLES} lines."
    found = []
    for line in lines:
        one = _read_line(_BULLET.sub("", line).rstrip("•-* "), today)
        if isinstance(one, str):
            return f"“{line[:60]}”: {one}"
        found.append(one)
    return tuple(found)


def _read_line(line: str, today: dt.date) -> Owed | str:
    done_on: dt.date | None = None
    if done := _DONE.search(line):
        done_on = _day(done["day"]) if done["day"] else today
        if done_on is None:
            return "I can't read the day it was done; please write it as 2026-12-14."
        line = line[: done.start()]
    due_on: dt.date | None = None
    if by := _BY.search(line) or _LAST_DATE.search(line):
        due_on = _day(by["day"])
        if due_on is None:
            return "I can't read the date; please write it as 2026-12-14."
        line = line[: by.start()]
    platform: Platform | None = None
    if (on := _ON.search(line)) and (known := platform_named(on["platform"].strip(",;"))):
        platform, line = known, line[: on.start()]
    return _owed_of(line, platform, due_on, done_on)


def _owed_of(
    line: str, platform: Platform | None, due_on: dt.date | None, done_on: dt.date | None
) -> Owed | str:
    amount = 1
    if line[:1] in ("-", "−", "–") and line[1:2].isdigit():
        return "please give a number from 1 to 100."
    if count := _COUNT.match(line):
        amount, line = int(count["count"]), line[count.end() :]
    kind = line.strip(" ,;:") or ("posts" if platform else "")
    if not kind:
        return "please say what it is, for example “2 Reels on Instagram by 2026-12-14”."
    if len(kind) > LONGEST_KIND:
        return f"please use at most {LONGEST_KIND} characters; notes have a field of their own."
    if not 1 <= amount <= 100:
        return "please give a number from 1 to 100."
    return Owed(kind=kind, amount=amount, platform=platform, due_on=due_on, done_on=done_on)


def _day(text: str) -> dt.date | None:
    read: Any = written_date(text.strip(" ()[]"))
    return read if isinstance(read, dt.date) else None
