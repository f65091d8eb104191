"""The one now() for schedules, ages and dates, which the playground can move."""

import datetime as dt
from pathlib import Path

FARTHEST = dt.timedelta(days=100 * 365)


class Clock:
    """Real time, shifted by the seconds that the playground keeps in a file.

    Signatures, leases, triggers and time-outs use `time.time` and never this clock.
    """

    def __init__(self, offset_file: Path | None = None) -> None:
        """Read the shift from `offset_file` at every call; None: real time, always."""
        self._offset_file = offset_file

    def now(self) -> dt.datetime:
        """The moment it is, in UTC and aware of it."""
        return dt.datetime.now(dt.UTC) + self.offset()

    def today(self, timezone: dt.tzinfo) -> dt.date:
        """The date it is in a timezone, such as `ZoneInfo("Europe/London")`."""
        return self.now().astimezone(timezone).date()

    def offset(self) -> dt.timedelta:
        """How far it is moved; a file that is missing or no number moves it by nothing.

        The file is read each time (about 10 µs, in the playground only): two changes
        within one tick of the file system's clock look the same from outside.
        """
        if self._offset_file is None:
            return dt.timedelta(0)
        try:
            shift = dt.timedelta(seconds=float(self._offset_file.read_text(encoding="utf-8")))
        except (OSError, ValueError, OverflowError):
            return dt.timedelta(0)
        return shift if abs(shift) <= FARTHEST else dt.timedelta(0)
