"""Whose turn it is to write: SQLite has one writer at a time, and does not say who is next.

Threads of one process take turns here before they ask SQLite for its lock: whoever is awaited in
Slack first, then workers, each in the order in which they came. Other processes meet at the lock.
"""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import TimeoutError as PoolTimeout

WORKERS_SECONDS = 30.0


class WriteTurns:
    """One turn at a time. awaited_seconds: how long a thread that somebody awaits waits for one."""

    def __init__(self, awaited_seconds: float) -> None:
        self._awaited_seconds = awaited_seconds
        self._lock = threading.Lock()
        self._taken = False
        self._awaited: deque[threading.Event] = deque()
        self._workers: deque[threading.Event] = deque()

    @property
    def waiting(self) -> int:
        """How many wait for a turn."""
        return len(self._awaited) + len(self._workers)

    @contextmanager
    def turn(self, *, awaited: bool) -> Iterator[None]:
        """Hold the turn. awaited: somebody in Slack waits for what is done in it.

        Raises:
            sqlalchemy.exc.TimeoutError: others held it for too long.
        """
        self._take(awaited=awaited)
        try:
            yield
        finally:
            self._give_on()

    def _take(self, *, awaited: bool) -> None:
        queue = self._awaited if awaited else self._workers
        mine = threading.Event()
        with self._lock:
            if not self._taken:
                self._taken = True
                return
            queue.append(mine)
        seconds = self._awaited_seconds if awaited else WORKERS_SECONDS
        if mine.wait(seconds):
            return
        with self._lock:
            if mine.is_set():  # it was given at the last moment
                return
            queue.remove(mine)
        raise PoolTimeout(f"others were writing for {seconds} s")

    def _give_on(self) -> None:
        with self._lock:
            queue = self._awaited or self._workers
            if queue:
                queue.popleft().set()
            else:
                self._taken = False
