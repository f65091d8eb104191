"""An import at work: a file is stored unseen, published at once, tidied up, and undone.

Every transaction is short, and the file is read and judged outside of them. The process may be
killed anywhere; whoever takes the import up goes on where it stood.
"""

import datetime as dt
import logging
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.batching import FIRST_SIZE, next_size, wait_after
from domain.conversion import Skipped
from domain.creator import ProfileSnapshot
from domain.fields import Field
from domain.importing import (
    MOST_EXAMPLES,
    Difference,
    ImportReport,
    SkippedRow,
    UnreadCells,
    passes_quarter,
)
from domain.mapping import Mapping
from domain.niche import Vocabulary
from sources.files import ReadResult, UnreadableFile, read_creators
from storage import import_undo, imports, index, profile_store
from storage.database import Database
from storage.index import Pools
from storage.models import ImportRun
from storage.pools import refresh_pools
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

    held: how long each transaction held the write lock, in seconds.
    """

    database: Database
    workspace_id: int
    vocabulary: Vocabulary
    folder: Path
    told: Told = nobody
    watch: Callable[[int, int], None] = lambda done, total: None

    def __post_init__(self) -> None:
        """Begin to measure."""
        self.held: list[float] = []

    def path_of(self, run: ImportRun) -> Path:
        """Where the file of an import is kept."""
        return self.folder / "imports" / run.file

    def carry_on(self, import_id: int) -> str | None:
        """Do all that is left to do of an import; gives its last state.

        None: it is not for now, because another import or another worker is at work.
        """
        holder = secrets.token_hex(8)
        with self.database.writing(self.workspace_id) as tx:
            run = imports.take(tx, import_id, holder)
        if run is None:
            return None
        try:
            while (state := self._step(import_id, run.state, holder)) != run.state:
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
            run, pools = imports.get(tx, import_id), index.pools(tx)
            today = tx.now.date() + dt.timedelta(days=1)  # it is tomorrow already somewhere
        if run is None:
            raise imports.NotMine(import_id)
        try:
            path = self.path_of(run)
            if not run.file or not path.exists():
                raise UnreadableFile(FILE_IS_GONE)
            mapping = Mapping.model_validate(run.mapping)
            result = read_creators(path, mapping, name=run.file_name, today=today)
            report = self._write_all(run, holder, result, pools)
        except UnreadableFile as error:
            return self._fail(import_id, holder, str(error))
        with self._short(import_id, holder) as (tx, run):
            imports.publish(tx, run, _finished(imports.report_of(run), report))
            self.told(tx, run)
            return run.state

    def _write_all(
        self, run: ImportRun, holder: str, result: ReadResult, pools: Pools
    ) -> ImportReport:
        """Write the file's profiles in batches; gives what else is to be said of the file."""
        waiting: list[ProfileSnapshot] = []
        skipped: list[SkippedRow] = []
        size, done_before = FIRST_SIZE, run.rows_done
        for found in result:
            if isinstance(found, Skipped):
                if len(skipped) < MOST_EXAMPLES:
                    skipped.append(SkippedRow(row=found.row_number, reason=found.reason))
            elif done_before:
                done_before -= 1
            else:
                waiting.append(found)
            if len(waiting) >= size:
                size = next_size(size, self._write(run, holder, waiting, pools, result))
                waiting = []
        if waiting:
            self._write(run, holder, waiting, pools, result)
        self.watch(result.rows, result.rows)
        return _said_of(result, skipped)

    def _write(
        self,
        run: ImportRun,
        holder: str,
        batch: list[ProfileSnapshot],
        pools: Pools,
        result: ReadResult,
    ) -> float:
        import_id = run.id or 0
        prepared = profile_store.prepare(batch, self.vocabulary, pools)
        with self._short(import_id, holder) as (tx, mine):
            before = imports.report_of(mine).model_copy(update={"total": result.table.row_count})
            imports.keep_report(mine, before)
            stored = profile_store.store_prepared(tx, prepared, self.vocabulary, pools, import_id)
            imports.add_batch(tx, mine, stored, len(batch), result.rows)
            if passes_quarter(before, imports.report_of(mine)):
                self.told(tx, mine)
        self.watch(result.rows, result.table.row_count)
        return self.held[-1]

    def _fail(self, import_id: int, holder: str, sentence: str) -> str:
        with self._short(import_id, holder) as (tx, run):
            imports.fail(tx, run, sentence)
            return run.state

    # Afterwards

    def _tidy_up(self, import_id: int, holder: str) -> None:
        """Delete what is superseded, compute the pools anew, throw the file away."""
        self._in_steps(
            import_id, holder, lambda tx, run, size: imports.clear_superseded(tx, import_id, size)
        )
        refresh_pools(self.database, self.workspace_id)
        with self.database.reading(self.workspace_id) as tx:
            run = imports.get(tx, import_id)
        if run is not None and run.file:
            self.path_of(run).unlink(missing_ok=True)
        with self._short(import_id, holder) as (tx, mine):
            imports.tidied(tx, mine)

    def _take_back(self, import_id: int, holder: str) -> str:
        """Undo a published import, or clear one that came to nothing."""
        with self.database.reading(self.workspace_id) as tx:
            pools = index.pools(tx)
        self._in_steps(
            import_id,
            holder,
            lambda tx, run, size: import_undo.step(tx, run, size, self.vocabulary, pools),
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
            with self._short(import_id, holder) as (tx, run):
                done = step(tx, run, size)
            size = next_size(size, self.held[-1])
            time.sleep(wait_after(self.held[-1]))

    @contextmanager
    def _short(self, import_id: int, holder: str) -> Iterator[tuple[Transaction, ImportRun]]:
        """A short, measured transaction of this import, which must still be this worker's."""
        with self.database.writing(self.workspace_id) as tx:
            tx.session.connection()  # takes SQLite's write lock, so that waiting is not measured
            began = time.perf_counter()
            yield tx, imports.mine(tx, import_id, holder)
        self.held.append(time.perf_counter() - began)


def _said_of(result: ReadResult, skipped: list[SkippedRow]) -> ImportReport:
    """What a file's reader has to say, once all rows are read."""
    return ImportReport(
        total=result.rows,
        rows=result.rows,
        merged=result.merged,
        skipped=result.skipped,
        contradictions=result.contradictions,
        skipped_rows=tuple(skipped),
        differences=tuple(
            Difference(handle=one.handle, field=_label(one.field), kept=one.kept, other=one.other)
            for one in result.contradiction_examples[:MOST_EXAMPLES]
        ),
        unread=tuple(
            UnreadCells(header=header, count=count, example=example)
            for header, (count, example) in result.problems.items()
        ),
        notes=result.notes,
    )


def _label(name: str) -> str:
    """A field's name for people; a column's header stays as it is."""
    return next((field.label for field in Field if field.value == name), name)


def _finished(counted: ImportReport, said: ImportReport) -> ImportReport:
    counts: dict[str, Any] = {
        name: getattr(counted, name) for name in ("created", "changed", "seen", "older")
    }
    return said.model_copy(update=counts)
