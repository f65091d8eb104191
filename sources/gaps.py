"""Gaps in plain words: what a source could not tell, and why."""

import datetime as dt
from typing import Any

from domain.look_up import Gap, GapKind

_SAID = {
    GapKind.UNREACHABLE: "{} could not be reached.",
    GapKind.TOO_SLOW: "{} did not answer in time.",
    GapKind.GARBLED: "{} answered with something that can't be read.",
    GapKind.REFUSED: "{} refused to answer.",
    GapKind.OUT_OF_QUOTA: "{} has nothing left for today.",
    GapKind.SWITCHED_OFF: "{} is not switched on here.",
    GapKind.NOT_THERE: "{} knows no such account that can be shown.",
    GapKind.OPTED_OUT: "This account on {} asks not to be shown by such tools.",
}


class SourceGap(Exception):
    """A source could not answer; `gap` says why, for people."""

    def __init__(self, gap: Gap) -> None:
        super().__init__(gap.said)
        self.gap = gap


class Refused(SourceGap):
    """A source answered, but with an error.

    status: of HTTP. body: the answer's JSON; None where it is none.
    """

    def __init__(self, gap: Gap, status: int, body: Any) -> None:
        super().__init__(gap)
        self.status = status
        self.body = body


def gap(
    source: str, kind: GapKind, said: str | None = None, until: dt.datetime | None = None
) -> Gap:
    """A gap with its sentence; `said` may hold "{}" for the source's name."""
    return Gap(source=source, kind=kind, until=until, said=(said or _SAID[kind]).format(source))
