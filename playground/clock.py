"""The workspace's clock: real time plus an offset that can be moved and is kept in a file."""

import datetime as dt
import threading
import time
from pathlib import Path
from zoneinfo import ZoneInfo

MICROSECONDS = 1_000_000


class Clock:
    """Shifted time. Signatures, triggers and time-outs do not use it.

    The file holds the offset in seconds as text and is replaced in one step, so that a
    reader never sees half a number. A file that is there already is taken over.
    """

    def __init__(self, path: Path | None = None) -> None:
        """Start at the offset in `path`, or at 0."""
        self._path = path
        self._lock = threading.Lock()
        self._last_ts = 0
        self._offset = _read(path)

    @property
    def offset(self) -> float:
        """Seconds added to real time."""
        return self._offset

    def now(self) -> float:
        """Seconds since 1970, shifted."""
        return time.time() + self._offset

    def next_ts(self) -> str:
        """A message's ts: shifted time in seconds, unique and always rising."""
        with self._lock:
            self._last_ts = max(self._last_ts + 1, int(self.now() * MICROSECONDS))
            return f"{self._last_ts // MICROSECONDS}.{self._last_ts % MICROSECONDS:06d}"

    def advance(self, seconds: float) -> None:
        """Move by `seconds`, on or back."""
        self._set(self._offset + seconds)

    def reset(self) -> None:
        """Go back to real time."""
        self._set(0.0)

    def move_to(self, weekday: int, hour: int, minute: int, timezone: str) -> None:
        """Move to the next such local time; weekday 0 is Monday."""
        zone = ZoneInfo(timezone)
        now = dt.datetime.fromtimestamp(self.now(), zone)
        day = now.date() + dt.timedelta(days=(weekday - now.weekday()) % 7)
        target = dt.datetime.combine(day, dt.time(hour, minute), zone)
        if target <= now:
            target = dt.datetime.combine(day + dt.timedelta(days=7), dt.time(hour, minute), zone)
        self._set(target.timestamp() - time.time())

    def label(self, timezone: str) -> str:
        """The time for a person, such as `Mon 5 Jan 2026, 09:00 (Europe/London)`."""
        now = dt.datetime.fromtimestamp(self.now(), ZoneInfo(timezone))
        return f"{now:%a} {now.day} {now:%b %Y, %H:%M} ({timezone})"

    def _set(self, offset: float) -> None:
        self._offset = offset
        if self._path is not None:
            beside = self._path.with_name(self._path.name + ".new")
            beside.write_text(f"{offset:.6f}\n", encoding="utf-8")
            beside.replace(self._path)


def _read(path: Path | None) -> float:
    try:
        return float(path.read_text(encoding="utf-8")) if path else 0.0
    except (FileNotFoundError, ValueError):
        return 0.0
