"""Processes that answer Slack beside the server's first one.

Python runs one thread of a process at a time: when requests come at random moments, those that
meet wait for each other. So `serve` has further processes listen on its sockets, which answer and
do nothing else. All work is the first one's, which also is the server that a SQLite file has; they
tell it when there is something to send or to do. They end with it, however it ends.
"""

import logging
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from typing import IO

from bot import metrics
from storage.bell import Bell
from storage.database import Database

log = logging.getLogger(__name__)

OUTBOX, JOBS = b"o", b"j"
"""What a process says when it added to the outbox, or a job."""
FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 60.0
LIVED_SECONDS = 60.0
"""A process that lived for so long is replaced without a longer wait."""
STOP_SECONDS = 5.0
"""From the moment that they are told to."""


class AnsweringProcesses:
    """Those of one server; each is watched by a thread and replaced when it ends."""

    def __init__(self, database: Database, sockets: Sequence[socket.socket], count: int) -> None:
        """database: woken by them. sockets: bound, and listened on by them as well."""
        self._database = database
        self._files = [one.fileno() for one in sockets]
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._stopping = threading.Event()
        self._until = 0.0
        self._threads = [
            threading.Thread(target=self._keep_one, name=f"answering-{number}", daemon=True)
            for number in range(count)
        ]

    def start(self) -> None:
        """Start them; each answers as soon as it can."""
        for thread in self._threads:
            thread.start()

    def tell_to_stop(self) -> None:
        """Have them take no more requests; once is enough."""
        with self._lock:
            if self._stopping.is_set():
                return
            self._stopping.set()
            self._until = time.monotonic() + STOP_SECONDS
            for process in self._running:
                process.terminate()

    def stop(self) -> None:
        """Let them finish what is in hand, within a limit."""
        self.tell_to_stop()
        for thread in self._threads:
            thread.join(max(0.0, self._until - time.monotonic()))
        with self._lock:
            for process in self._running:
                process.kill()

    def _keep_one(self) -> None:
        wait = FIRST_WAIT_SECONDS
        while not self._stopping.is_set():
            began = time.monotonic()
            try:
                how = self._run_one()
            except OSError as error:  # no memory, or no files: there may be some later on
                how = str(error)
            if time.monotonic() - began >= LIVED_SECONDS:
                wait = FIRST_WAIT_SECONDS
            if self._stopping.wait(wait):
                return
            log.error("a process that answers Slack ended (%s); another one is started", how)
            wait = min(2 * wait, LONGEST_WAIT_SECONDS)

    def _run_one(self) -> str:
        """Start one and hear it until it has ended; with which code."""
        process = self._start_one()
        if process is None:
            return "not started"
        if process.stdout is not None:
            wake_when_told(self._database, process.stdout)
        code = process.wait()
        with self._lock:
            self._running.discard(process)
        metrics.forget(process.pid)
        return str(code)

    def _start_one(self) -> "subprocess.Popen[bytes] | None":
        listened = [f"--socket={file}" for file in self._files]
        with self._lock:
            if self._stopping.is_set():
                return None
            process = subprocess.Popen(  # noqa: S603  our own module
                [sys.executable, "-m", "bot.answer_process", *listened],
                stdin=subprocess.PIPE,  # ends when this process does
                stdout=subprocess.PIPE,
                bufsize=0,
                pass_fds=self._files,
            )
            self._running.add(process)
        return process


def wake_when_told(database: Database, told: IO[bytes]) -> None:
    """Wake workers when a process that answers says so, until it has ended."""
    while said := told.read(1024):
        if OUTBOX in said:
            database.outbox_added.ring()
        if JOBS in said:
            database.job_added.ring()


class FarBell(Bell):
    """Wakes workers of the first process. word: what it is told."""

    def __init__(self, word: bytes, told: int) -> None:
        super().__init__()
        self._word = word
        self._told = told

    def ring(self) -> None:
        """Say so; where that can't be heard, the workers look by themselves before long."""
        try:
            os.write(self._told, self._word)
        except OSError:
            log.debug("the first process was not told")
