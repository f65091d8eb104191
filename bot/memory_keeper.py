"""Stores every few seconds what this process keeps in memory."""

import logging
import threading

from bot import metrics
from bot.app import Bot

log = logging.getLogger(__name__)

SECONDS = 5.0


class MemoryKeeper:
    """A thread that does so until it is stopped, and then once more."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="memory keeper", daemon=True)

    def start(self) -> None:
        """Store from now on."""
        self._thread.start()

    def stop(self, seconds: float = 2.0) -> None:
        """Store what is left, and end."""
        self._stopping.set()
        self._thread.join(seconds)
        self.store()

    def store(self) -> None:
        """Store what is kept; where that fails, the log says why."""
        metrics.look()
        for handler in self._bot.feature.kept_in_memory:
            try:
                handler(self._bot.services)
            except Exception:
                log.exception("%s failed", handler.__name__)

    def _keep(self) -> None:
        while not self._stopping.wait(SECONDS):
            self.store()
