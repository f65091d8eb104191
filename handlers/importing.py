"""An import at work: a file is stored unseen, published at once, tidied up, and undone.

Every transaction is short, and the file is read and judged outside of them. The process may be
killed anywhere; whoever takes the import up goes on where it stood.
"""

import datetime as dt
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.batching import FIRST_SIZE
from domain.importing import ImportReport
from domain.mapping import Mapping
from domain.niche import Vocabulary
from handlers import packing
from handlers.import_storing import Storing, Told, Watch
from handlers.import_turns import Turns
from handlers.result_importing import ResultSteps
from sources.files import UnreadableFile
from sources.reader_process import Request
from sources.reading import Reading
from storage import import_undo, imports, index, packs, pools
from storage.database import Database
from storage.models import ImportRun
from storage.pools import refresh_pools
from storage.transaction import Transaction

FILE_IS_GONE = "The file is no longer there. Please send it again."


def nobody(tx: Transaction, run: ImportRun) -> None:
    """For imports that nobody watches."""


@dataclass
class Importer:
    """What imports of one workspace are done with.

    by_server: whether the server works, of which SQLite has only one. read: what gives the
    profiles of a file.
    """

    database: Database
    workspace_id: int
    vocabulary: Vocabulary
    folder: Path
    told: Told = nobody
    watch: Watch = lambda done, total: None
    by_server: bool = False
    read: Callable[[Request], Reading] = Reading

    def __post_init__(self) -> None:
        """Nothing is known of the file yet."""
        self.turns = Turns(self.database, self.workspace_id)
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
            with self.turns.keeping(import_id, holder):
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
            with self.read(request) as reading:
                spread, profiles = reading.survey()
                foreseen = pools.foresee(self.database, self.workspace_id, spread, profiles)
                storing = Storing(self.turns, import_id, holder, self.vocabulary, foreseen.pools)
                storing.store(reading, self.told, self.watch)
        except UnreadableFile as error:
            return self._fail(import_id, holder, str(error))
        with self.turns.short(import_id, holder) as (tx, mine):
            if foreseen.rows:
                pools.store(tx, foreseen.rows)
            report = _finished(imports.report_of(mine), reading.report)
            imports.publish(tx, mine, report)
            if (epoch := packs.due(tx)) is not None:
                packing.ask(tx, epoch)
            self._spread_is_known = foreseen.final and not (report.merged or run.rows_done)
            self.told(tx, mine)
            return mine.state

    def _fail(self, import_id: int, holder: str, sentence: str) -> str:
        with self.turns.short(import_id, holder) as (tx, run):
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
        with self.turns.short(import_id, holder) as (tx, mine):
            imports.tidied(tx, mine)

    def _clear_superseded(self, import_id: int, holder: str) -> None:
        size, after = FIRST_SIZE, 0
        while True:
            with self.database.reading(self.workspace_id) as tx:
                ids = imports.superseded(tx, import_id, after, size)
            if not ids:
                return
            with self.turns.short(import_id, holder, relaxed=True) as (tx, _):
                imports.clear_superseded(tx, import_id, ids)
            after = ids[-1]
            size = self.turns.give_way(size)

    def _take_back(self, import_id: int, holder: str) -> str:
        """Undo a published import, or clear one that came to nothing."""
        with self.database.reading(self.workspace_id) as tx:
            known = index.pools(tx)
        self._in_steps(
            import_id,
            holder,
            lambda tx, run, size: import_undo.step(tx, run, size, self.vocabulary, known),
        )
        with self.turns.short(import_id, holder) as (tx, run):
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
            with self.turns.short(import_id, holder, relaxed=True) as (tx, run):
                done = step(tx, run, size)
            size = self.turns.give_way(size)


def _finished(counted: ImportReport, said: ImportReport) -> ImportReport:
    counts: dict[str, Any] = {
        name: getattr(counted, name)
        for name in ("created", "changed", "seen", "older", "forgotten")
    }
    return said.model_copy(update=counts)
