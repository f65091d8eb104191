"""A day as a form gives it."""

import datetime as dt

from domain.written_dates import FIRST_YEAR, LAST_YEAR

NO_DAY = f"Please choose a date from {FIRST_YEAR} to {LAST_YEAR}."


class NotADay(ValueError):
    """It is none, or of another age; the message is a sentence for the person."""


def chosen_day(text: str) -> dt.date:
    """The day that was chosen.

    Raises:
        NotADay: it is none, or so far away that nobody means it; what is a date to us may be none
            to Slack, whose forms could then not be opened again.
    """
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        raise NotADay(NO_DAY) from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise NotADay(NO_DAY)
    return day
