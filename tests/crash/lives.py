"""Starts servers, kills them, and lets time pass between two lives."""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PATIENCE = 300.0
BETWEEN_LIVES = 130.0
"""Seconds that pass between a death and the next start: all leases have lapsed by then."""


class Lives:
    """The lives of one server, one after the other; several runs may share the process forked."""

    def __init__(self, pace: float) -> None:
        """pace: how much faster than real time leases and waits go."""
        self._pace = pace
        self._nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.server"],
            cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        self._said: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()
        self._number = 0
        self._begun = 0.0
        self._ahead = 0.0
        self._alive = False

    def begin_anew(self) -> None:
        """The next server has a database of its own, in which no time has passed."""
        self._ahead = 0.0

    def start(
        self, settings: Mapping[str, Any], port: int, log: Path, point: str = "", hits: int = 0,
        beside: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        """Start a server. point: where its first process kills itself, at the so many-th time.

        beside: how the other one does, as `points.arm` takes it.
        """
        given = {
            "settings": dict(settings), "port": port, "log": str(log), "point": point,
            "hits": hits, "ahead": self._ahead, "pace": self._pace, "beside": dict(beside or {}),
        }  # fmt: skip
        assert self._nursery.stdin is not None
        self._nursery.stdin.write(json.dumps(given) + "\n")
        self._nursery.stdin.flush()
        self._number = int(self._said.get(timeout=PATIENCE))
        self._begun, self._alive = time.monotonic(), True

    def died_within(self, seconds: float) -> int | None:
        """How it ended, as `os.waitpid` says; None when it lives on."""
        try:
            status = int(self._said.get(timeout=seconds))
        except queue.Empty:
            return None
        self._alive = False
        self._ahead += (time.monotonic() - self._begun) * self._pace + BETWEEN_LIVES
        return status

    def kill(self, number: signal.Signals = signal.SIGKILL, seconds: float = PATIENCE) -> int:
        """End it; gives how it ended."""
        with suppress(ProcessLookupError):  # it killed itself a moment ago, where it was told to
            os.kill(self._number, number)
        status = self.died_within(seconds)
        assert status is not None, "it goes on after it was told to end"
        return status

    def end(self) -> None:
        """Kill the server if there is one."""
        if self._alive:
            self.kill()

    def close(self) -> None:
        """End everything."""
        self.end()
        self._nursery.kill()
        self._nursery.wait()

    def _listen(self) -> None:
        assert self._nursery.stdout is not None
        for line in self._nursery.stdout:
            self._said.put(line)
