"""Storing what a file holds: profiles in batches, and the rows they are found by in runs."""

from collections.abc import Callable

from domain.batching import FIRST_SIZE
from domain.findable import Pools
from domain.importing import passes_quarter
from domain.niche import Vocabulary
from domain.prepared import Prepared
from handlers.import_turns import Turns
from sources.reading import Reading
from storage import import_index, imports, profile_store
from storage.import_index import ROWS_A_PROFILE
from storage.models import ImportRun
from storage.transaction import Transaction

Told = Callable[[Transaction, ImportRun], None]
"""Told in the transaction in which an import gets a quarter further, or ends."""
Watch = Callable[[int, int], None]
"""Told after each batch how many rows of how many are read."""


class Storing:
    """One worker at one import."""

    def __init__(
        self, turns: Turns, import_id: int, holder: str, vocabulary: Vocabulary, pools: Pools
    ) -> None:
        """pools: those by which the profiles were judged."""
        self._turns, self._import_id, self._holder = turns, import_id, holder
        self._vocabulary, self._pools = vocabulary, pools
        self._batch_size = self._stretch_size = FIRST_SIZE
        self._run = import_index.Run()

    def store(self, reading: Reading, told: Told, watch: Watch) -> None:
        """Store all profiles of a file."""
        self._write_missing()
        waiting: list[Prepared] = []
        for made in reading.prepared(self._pools):
            waiting += made
            while len(waiting) >= self._batch_size:
                batch, waiting = waiting[: self._batch_size], waiting[self._batch_size :]
                self._write(batch, reading, told, watch)
        if waiting:
            self._write(waiting, reading, told, watch)
        self._write_run()
        watch(reading.rows, reading.rows)

    def _write(self, batch: list[Prepared], reading: Reading, told: Told, watch: Watch) -> None:
        with self._turns.short(self._import_id, self._holder, relaxed=True) as (tx, run):
            before = imports.report_of(run).model_copy(update={"total": reading.total})
            imports.keep_report(run, before)
            stored = profile_store.store_prepared(
                tx, batch, self._vocabulary, self._pools, self._import_id, indexed_later=True
            )
            imports.add_batch(tx, run, stored, len(batch), reading.rows)
            if passes_quarter(before, imports.report_of(run)):
                told(tx, run)
        watch(reading.rows, reading.total)
        self._batch_size = self._turns.give_way(self._batch_size)
        self._run.add(stored)
        if self._run.is_full:
            self._write_run()

    def _write_run(self) -> None:
        """Write the index rows that wait, and say that they are there."""
        run, self._run = self._run, import_index.Run()
        self._write_rows(run.niche_rows())  # let go of before the next are made
        self._write_rows(run.word_rows())
        with self._turns.short(self._import_id, self._holder, relaxed=True) as (tx, mine):
            import_index.written(tx, mine, run.profile_ids, self._vocabulary, self._pools)

    def _write_rows(self, waiting: import_index.Rows) -> None:
        start = 0
        while start < len(waiting.rows):
            end = start + self._stretch_size * ROWS_A_PROFILE
            with self._turns.short(self._import_id, self._holder, relaxed=True) as (tx, _):
                waiting.write(tx, start, end)
            self._stretch_size = self._turns.give_way(self._stretch_size)
            start = end

    def _write_missing(self) -> None:
        """Write index rows that a worker that died has left to be written."""
        size, done = FIRST_SIZE, 1
        while done:
            with self._turns.short(self._import_id, self._holder, relaxed=True) as (tx, run):
                done = import_index.write_missing(tx, run, size, self._vocabulary, self._pools)
            size = self._turns.give_way(size)
