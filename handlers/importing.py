"""An import at work: a file is stored unseen, published at once, tidied up, and undone.

Every transaction is short, and the file is read and judged outside of them. The process may be
killed anywhere; whoever takes the import up goes on where it stood.
"""

import datetime as dt
import gc
import logging
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.batching import EASE_EVERY, FIRST_SIZE, next_size, wait_after
from domain.findable import Pools
from domain.importing import ImportReport, passes_quarter
from domain.mapping import Mapping
from domain.niche import Vocabulary
from domain.prepared import Prepared
from handlers import packing
from handlers.result_importing import ResultSteps
from sources.files import UnreadableFile
from sources.reader_process import Request
from sources.reading import Reading
from storage import import_undo, imports, index, packs, pools, profile_store
from storage.database import Database, Unavailable
from storage.models import ImportRun
from storage.pools import Foreseen, refresh_pools
from storage.transaction import Transaction

log = logging.getLogger(__name__)

Told = Callable[[Transaction, ImportRun], None]
"""Told in the transaction in which an import gets a quarter further, or ends."""

FILE_IS_GONE = "The file is no longer there. Please send it again."


def nobody(tx: Transaction, run: ImportRun) -> None:
    """For imports that nobody watches."""


@dataclass
class Importer:
    """What imports of one workspace are done with.

    by_server: whether the server works, of which SQLite has only one. held: how long each
    transaction held the write lock, in seconds. worked: how much of that this thread used the
    processor; the rest is waiting for the disk or for its turn.
    """

    database: Database
    workspace_id: int
    vocabulary: Vocabulary
    folder: Path
    told: Told = nobody
    watch: Callable[[int, int], None] = lambda done, total: None
    by_server: bool = False

    def __post_init__(self) -> None:
        """Begin to measure."""
        self.held: list[float] = []
        self.worked: list[float] = []
        self._spread_is_known = False

    def path_of(self, run: ImportRun) -> Path:
        """Where the file of an import is kept."""
        return self.folder / "imports" / run.file

    def carry_on(self, import_id: int) -> str | None:
        """Do all that is left to do of an import; gives its last state.

        None: it is not for now, because another import or another worker is at work.
        """
        holder = imports.holder_name(secrets.token_hex(8), server=self.by_server)
        with self.database.writing(self.workspace_id) as tx:
            run = imports.take(tx, import_id, holder)
        if run is None:
            return None
        step = self._step
        if run.kind == "results":
            step = ResultSteps(self.database, self.workspace_id, self.path_of, self.told).step
        try:
            with self._keeping(import_id, holder):
                while (state := step(import_id, run.state, holder)) != run.state:
                    run.state = state
        except imports.NotMine:
            return None
        finally:
            with self.database.writing(self.workspace_id) as tx:
                imports.let_go(tx, import_id, holder)
        return run.state

    def _step(self, import_id: int, state: str, holder: str) -> str:
        """Do what the state asks for; gives the next state, or the same when all is done."""
        if state == "storing":
            return self._store(import_id, holder)
        if state in ("clearing", "undoing"):
            return self._take_back(import_id, holder)
        if state == "published":
            self._tidy_up(import_id, holder)
        return state

    # Storing

    def _store(self, import_id: int, holder: str) -> str:
        with self.database.reading(self.workspace_id) as tx:
            run = imports.get(tx, import_id)
            today = tx.now.date() + dt.timedelta(days=1)  # it is tomorrow already somewhere
        if run is None:
            raise imports.NotMine(import_id)
        try:
            path = self.path_of(run)
            if not run.file or not path.exists():
                raise UnreadableFile(FILE_IS_GONE)
            mapping = Mapping.model_validate(run.mapping)
            request = Request(path, run.file_name, mapping, today, done=run.rows_done)
            with Reading(request) as reading:
                foreseen = self._write_all(run, holder, reading)
        except UnreadableFile as error:
            return self._fail(import_id, holder, str(error))
        with self._short(import_id, holder) as (tx, mine):
            if foreseen.rows:
                pools.store(tx, foreseen.rows)
            report = _finished(imports.report_of(mine), reading.report)
            imports.publish(tx, mine, report)
            if (epoch := packs.due(tx)) is not None:
                packing.ask(tx, epoch)
            self._spread_is_known = foreseen.final and not (report.merged or run.rows_done)
            self.told(tx, mine)
            return mine.state

    def _write_all(self, run: ImportRun, holder: str, reading: Reading) -> Foreseen:
        """Write the file's profiles in batches; gives the pools by which they were judged."""
        spread, profiles = reading.survey()
        foreseen = pools.foresee(self.database, self.workspace_id, spread, profiles)
        waiting: list[Prepared] = []
        size = FIRST_SIZE
        for made in reading.prepared(foreseen.pools):
            waiting += made
            while len(waiting) >= size:
                batch, waiting = waiting[:size], waiting[size:]
                size = self._write(run, holder, batch, size, foreseen.pools, reading)
        if waiting:
            self._write(run, holder, waiting, size, foreseen.pools, reading)
        self.watch(reading.rows, reading.rows)
        return foreseen

    def _write(
        self,
        run: ImportRun,
        holder: str,
        batch: list[Prepared],
        size: int,
        pools: Pools,
        reading: Reading,
    ) -> int:
        """Write one batch; gives the size of the next."""
        import_id = run.id or 0
        with self._short(import_id, holder, relaxed=True) as (tx, mine):
            before = imports.report_of(mine).model_copy(update={"total": reading.total})
            imports.keep_report(mine, before)
            stored = profile_store.store_prepared(tx, batch, self.vocabulary, pools, import_id)
            imports.add_batch(tx, mine, stored, len(batch), reading.rows)
            if passes_quarter(before, imports.report_of(mine)):
                self.told(tx, mine)
        self.watch(reading.rows, reading.total)
        return self._give_way(size)

    def _fail(self, import_id: int, holder: str, sentence: str) -> str:
        with self._short(import_id, holder) as (tx, run):
            imports.fail(tx, run, sentence)
            return run.state

    # Afterwards

    def _tidy_up(self, import_id: int, holder: str) -> None:
        """Delete what is superseded, compute the pools anew, throw the file away."""
        self._clear_superseded(import_id, holder)
        if not self._spread_is_known:
            refresh_pools(self.database, self.workspace_id)
        with self.database.reading(self.workspace_id) as tx:
            run = imports.get(tx, import_id)
        if run is not None and run.file:
            self.path_of(run).unlink(missing_ok=True)
        with self._short(import_id, holder) as (tx, mine):
            imports.tidied(tx, mine)

    def _clear_superseded(self, import_id: int, holder: str) -> None:
        size, after = FIRST_SIZE, 0
        while True:
            with self.database.reading(self.workspace_id) as tx:
                ids = imports.superseded(tx, import_id, after, size)
            if not ids:
                return
            with self._short(import_id, holder, relaxed=True) as (tx, _):
                imports.clear_superseded(tx, import_id, ids)
            after = ids[-1]
            size = self._give_way(size)

    def _take_back(self, import_id: int, holder: str) -> str:
        """Undo a published import, or clear one that came to nothing."""
        with self.database.reading(self.workspace_id) as tx:
            known = index.pools(tx)
        self._in_steps(
            import_id,
            holder,
            lambda tx, run, size: import_undo.step(tx, run, size, self.vocabulary, known),
        )
        with self._short(import_id, holder) as (tx, run):
            if run.file:
                self.path_of(run).unlink(missing_ok=True)
            undone = run.state == "undoing"
            failed = imports.report_of(run).failed is not None
            imports.end(tx, run, "undone" if undone else "failed" if failed else "cancelled")
            self.told(tx, run)
            state = run.state
        if undone:
            refresh_pools(self.database, self.workspace_id)
        return state

    def _in_steps(
        self, import_id: int, holder: str, step: Callable[[Transaction, ImportRun, int], int]
    ) -> None:
        """Repeat a step until it has nothing left to do, letting others write in between."""
        size, done = FIRST_SIZE, 1
        while done:
            with self._short(import_id, holder, relaxed=True) as (tx, run):
                done = step(tx, run, size)
            size = self._give_way(size)

    def _give_way(self, size: int) -> int:
        """Let others write after a batch of this size; gives the size of the next."""
        if len(self.held) % EASE_EVERY == 0:
            self.database.ease()
        time.sleep(wait_after(self.held[-1]))
        return next_size(size, self.held[-1], self.worked[-1])

    @contextmanager
    def _keeping(self, import_id: int, holder: str) -> Iterator[None]:
        """Make the lease longer from time to time, whatever takes long meanwhile."""
        done = threading.Event()
        keeper = threading.Thread(target=self._keep, args=(import_id, holder, done), daemon=True)
        keeper.start()
        try:
            yield
        finally:
            done.set()
            keeper.join()

    def _keep(self, import_id: int, holder: str, done: threading.Event) -> None:
        while not done.wait(imports.LEASE.total_seconds() / 4):
            try:
                with self.database.writing(self.workspace_id) as tx:
                    imports.mine(tx, import_id, holder)
            except Unavailable:
                log.warning("the lease of import %s could not be made longer yet", import_id)
            except imports.NotMine:
                return

    @contextmanager
    def _short(
        self, import_id: int, holder: str, *, relaxed: bool = False
    ) -> Iterator[tuple[Transaction, ImportRun]]:
        """A short, measured transaction of this import, which must still be this worker's.

        relaxed: a power cut may undo it, as if it had not been done yet.
        """
        with _no_collecting(), self.database.writing(self.workspace_id, relaxed=relaxed) as tx:
            tx.session.connection()  # takes SQLite's write lock, so that waiting is not measured
            began, working = time.perf_counter(), time.thread_time()
            yield tx, imports.mine(tx, import_id, holder)
        self.held.append(time.perf_counter() - began)
        self.worked.append(time.thread_time() - working)


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


def _finished(counted: ImportReport, said: ImportReport) -> ImportReport:
    counts: dict[str, Any] = {
        name: getattr(counted, name) for name in ("created", "changed", "seen", "older")
    }
    return said.model_copy(update=counts)
