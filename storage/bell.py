"""Wakes workers: one for each time it is rung."""

import queue

MOST_RINGS = 8
"""That nobody has heard yet; there are fewer workers."""


class Bell:
    """Thread-safe. Whoever finds work rings again, so that as many come as there is work for."""

    def __init__(self) -> None:
        self._rings: queue.Queue[None] = queue.Queue(MOST_RINGS)

    def ring(self) -> None:
        """Wake one who waits, or else the next who would wait."""
        try:
            self._rings.put_nowait(None)
        except queue.Full:
            return

    def wait(self, seconds: float) -> None:
        """Wait until it is rung, but no longer than that."""
        try:
            self._rings.get(timeout=seconds)
        except queue.Empty:
            return
