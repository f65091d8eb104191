"""Turns at writing: an import takes the write lock for a short time, and lets others have it."""

import gc
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from domain.batching import EASE_EVERY, next_size, wait_after
from storage import imports
from storage.database import Database, Unavailable
from storage.models import ImportRun
from storage.transaction import Transaction

log = logging.getLogger(__name__)


class Turns:
    """Short transactions of imports of one workspace, and how long they took.

    held: how long each held the write lock, in seconds. worked: how much of that this thread used
    the processor; the rest is waiting for the disk or for its turn.
    """

    def __init__(self, database: Database, workspace_id: int) -> None:
        """Begin to measure."""
        self._database, self._workspace_id = database, workspace_id
        self.held: list[float] = []
        self.worked: list[float] = []
        self._last = 0.0

    @contextmanager
    def short(
        self, import_id: int, holder: str, *, relaxed: bool = False
    ) -> Iterator[tuple[Transaction, ImportRun]]:
        """A short, measured transaction of an import, which must still be this worker's.

        relaxed: a power cut may undo it, as if it had not been done yet.
        """
        with _no_collecting(), self._database.writing(self._workspace_id, relaxed=relaxed) as tx:
            tx.session.connection()  # takes SQLite's write lock, so that waiting is not measured
            began, working = time.perf_counter(), time.thread_time()
            yield tx, imports.mine(tx, import_id, holder)
        self._last = time.monotonic()
        self.held.append(time.perf_counter() - began)
        self.worked.append(time.thread_time() - working)

    def give_way(self, size: int) -> int:
        """Let others write after a batch of this size; gives the size of the next."""
        if len(self.held) % EASE_EVERY == 0:
            self._database.ease()
        time.sleep(wait_after(self.held[-1]))
        return next_size(size, self.held[-1], self.worked[-1])

    @contextmanager
    def keeping(self, import_id: int, holder: str) -> Iterator[None]:
        """Make the lease longer from time to time, whatever takes long meanwhile.

        Every turn does so as well: where turns follow on each other, nobody else need.
        """
        done = threading.Event()
        keeper = threading.Thread(target=self._keep, args=(import_id, holder, done), daemon=True)
        keeper.start()
        try:
            yield
        finally:
            done.set()
            keeper.join()

    def _keep(self, import_id: int, holder: str, done: threading.Event) -> None:
        often = imports.LEASE.total_seconds() / 4
        while not done.wait(often):
            if time.monotonic() - self._last < often:
                continue
            try:
                with self._database.writing(self._workspace_id) as tx:
                    imports.mine(tx, import_id, holder)
            except Unavailable:
                log.warning("the lease of import %s could not be made longer yet", import_id)
            except imports.NotMine:
                return


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Collect no garbage in a writer's turn: a look at all there is takes a tenth of a second."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
