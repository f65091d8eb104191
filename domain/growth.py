"""How a profile's followers changed between the dates on which they were seen."""

import datetime as dt
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from domain.creator import ProfileSnapshot
from domain.wording import compact

SMALLEST_BASE = 5
"""From fewer than this a percentage says nothing."""


class Growth(BaseModel):
    """Followers on the first and the last date on which they are known."""

    model_config = ConfigDict(frozen=True)

    first_on: dt.date
    last_on: dt.date
    first: int
    last: int

    @property
    def share(self) -> float | None:
        """The change as a share of the beginning, 0.2 = 20 % more; None from a tiny base."""
        return None if self.first < SMALLEST_BASE else (self.last - self.first) / self.first

    def describe(self) -> str:
        """ "10k followers on 1 March 2026, 12k on 2 November 2026 (+20 %)"."""
        share = "" if self.share is None else f" ({_signed(self.share)})"
        return (
            f"{compact(self.first)} followers on {_day(self.first_on)}, "
            f"{compact(self.last)} on {_day(self.last_on)}{share}"
        )


def growth(snapshots: Sequence[ProfileSnapshot]) -> Growth | None:
    """The growth of one profile's followers; None without figures of two dates.

    Args:
        snapshots: in the order in which they came in; of one date the later counts. Those without
            a date or without followers are left out, and those whose terms forbid it.
    """
    by_date = {
        one.as_of: one.figures.followers
        for one in snapshots
        if one.may_derive and one.as_of is not None and one.figures.followers is not None
    }
    if len(by_date) < 2:
        return None
    first_on, last_on = min(by_date), max(by_date)
    return Growth(
        first_on=first_on, last_on=last_on, first=by_date[first_on], last=by_date[last_on]
    )


def _signed(share: float) -> str:
    percent = round(share * 100)
    return "no change" if percent == 0 else f"{percent:+,d} %".replace("-", "−")


def _day(date: dt.date) -> str:
    return f"{date.day} {date:%B %Y}"
