"""How many requests are worked on at once.

Python runs one thread at a time. When many want to run they take the processor from each other,
each request costs more, and still more of them wait: at 100 requests a second sixteen at once took
twice as much of the processor for each as four. Those that come meanwhile wait for their turn.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

AT_ONCE = 2
"""In each process that answers; of two such processes, four are worked on at once."""
LONGEST_WAIT = 1.0
"""Seconds after which a request is worked on whether or not others still are: they may be waiting
for a database that does not answer, and Slack gives three seconds."""


class WorkTurns:
    """Turns of threads that work on requests."""

    def __init__(self, at_once: int = AT_ONCE, longest_wait: float = LONGEST_WAIT) -> None:
        self._free = threading.Semaphore(at_once)
        self._longest_wait = longest_wait
        self._thread = threading.local()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Work on a request, when it is its turn or it has waited long enough."""
        self._thread.holds = self._free.acquire(timeout=self._longest_wait)
        try:
            yield
        finally:
            self._let_go()

    @contextmanager
    def resting(self) -> Iterator[None]:
        """While this thread waits for Slack, others work."""
        held = self._let_go()
        try:
            yield
        finally:
            if held:
                self._thread.holds = self._free.acquire(timeout=self._longest_wait)

    def _let_go(self) -> bool:
        held = bool(getattr(self._thread, "holds", False))
        if held:
            self._thread.holds = False
            self._free.release()
        return held


REQUESTS = WorkTurns()
"""Of this process."""
