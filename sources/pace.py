"""How often a host is asked: its own pace, and the pauses that it asked for."""

import datetime as dt
import email.utils
import math
import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

LONGEST_PAUSE = 24 * 3600.0
UNSTATED_PAUSE = 3.0
"""Seconds that a host is left alone when it said "too many" and not how long."""
_MOST_HOSTS = 1_000
_SOON = 1e9
"""A reset below this is a number of seconds; above it, seconds since 1970."""


@dataclass(frozen=True)
class Pace:
    """So many calls at once, then so many a second."""

    burst: int = 10
    per_second: float = 2.0


class MustWait(Exception):
    """A host may not be asked now; seconds: for how long."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"{seconds:.0f} s to wait")
        self.seconds = seconds


@dataclass
class _Host:
    tokens: float
    counted_at: float
    closed_until: float = 0.0


class Paces:
    """The paces of all hosts, shared by every question of this process."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._hosts: dict[str, _Host] = {}
        self._lock = threading.Lock()

    def take(self, host: str, pace: Pace) -> float:
        """Take a place among the calls to a host.

        Returns:
            seconds to wait before the call is made, with a little jitter where there are any.

        Raises:
            MustWait: the host asked for a pause that is not over.
        """
        with self._lock:
            now = self._monotonic()
            seen = self._host(host, pace, now)
            if seen.closed_until > now:
                raise MustWait(seen.closed_until - now)
            gained = (now - seen.counted_at) * pace.per_second
            seen.tokens = min(float(pace.burst), seen.tokens + gained) - 1
            seen.counted_at = now
            if seen.tokens >= 0:
                return 0.0
            return -seen.tokens / pace.per_second * random.uniform(1.0, 1.2)  # noqa: S311

    def give_back(self, host: str) -> None:
        """The call was not made after all."""
        with self._lock:
            if host in self._hosts:
                self._hosts[host].tokens += 1

    def close(self, host: str, seconds: float) -> None:
        """Leave a host alone for a while."""
        with self._lock:
            now = self._monotonic()
            seen = self._host(host, Pace(), now)
            seen.closed_until = max(seen.closed_until, now + min(seconds, LONGEST_PAUSE))

    def _host(self, host: str, pace: Pace, now: float) -> _Host:
        if host not in self._hosts:
            if len(self._hosts) >= _MOST_HOSTS:
                self._forget(now)
            self._hosts[host] = _Host(float(pace.burst), now)
        return self._hosts[host]

    def _forget(self, now: float) -> None:
        """Make room: the half of the open hosts that was asked longest ago."""
        is_open = [name for name, seen in self._hosts.items() if seen.closed_until <= now]
        by_age = sorted(is_open or self._hosts, key=lambda name: self._hosts[name].counted_at)
        for name in by_age[: max(len(by_age) // 2, 1)]:
            del self._hosts[name]


def pause(status: int, headers: Mapping[str, str], now: dt.datetime) -> float | None:
    """Seconds for which an answer asks to be left alone; None when it doesn't.

    Args:
        headers: names in lower case.
        now: the real time, with its zone.
    """
    asked = _seconds(headers.get("retry-after", ""), now)
    if asked is not None and status in (429, 503):
        return asked
    if status == 429 or (status == 200 and _used_up(headers)):
        for name in ("x-ratelimit-reset", "ratelimit-reset"):
            reset = _seconds(headers.get(name, ""), now)
            if reset is not None:
                return reset
    return UNSTATED_PAUSE if status == 429 else None


def _used_up(headers: Mapping[str, str]) -> bool:
    return "0" in (headers.get("x-ratelimit-remaining"), headers.get("ratelimit-remaining"))


def _seconds(text: str, now: dt.datetime) -> float | None:
    """A number of seconds, seconds since 1970, an ISO or an HTTP date, as seconds from now."""
    text = text.strip()
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        date = _date(text)
        return max((date - now).total_seconds(), 0.0) if date else None
    if not math.isfinite(seconds) or seconds < 0:
        return None
    return seconds if seconds < _SOON else max(seconds - now.timestamp(), 0.0)


def _date(text: str) -> dt.datetime | None:
    try:
        date = email.utils.parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError, OverflowError):
        try:
            date = dt.datetime.fromisoformat(text)
        except ValueError:
            return None
    return date if date.tzinfo else date.replace(tzinfo=dt.UTC)
