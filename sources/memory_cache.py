"""Answers of searches, kept in memory."""

import datetime as dt
import threading
from collections.abc import Callable

_MOST_KEPT = 1_000


class MemoryCache:
    """A `SearchCache` that lasts as long as the process."""

    def __init__(self, now: Callable[[], dt.datetime]) -> None:
        self._now = now
        self._kept: dict[str, tuple[str, dt.datetime]] = {}
        self._lock = threading.Lock()

    def get(self, key: str) -> str | None:
        """What was kept under this key and is not past its time."""
        with self._lock:
            value, keep_until = self._kept.get(key, (None, self._now()))
            return value if keep_until > self._now() else None

    def put(self, key: str, value: str, keep_until: dt.datetime) -> None:
        """Keep an answer; the oldest makes room."""
        with self._lock:
            self._kept.pop(key, None)
            while len(self._kept) >= _MOST_KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[key] = (value, keep_until)
