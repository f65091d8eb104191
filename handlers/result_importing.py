"""A file of results at work: stored unseen, published at once, tidied up, and taken back.

The same states, lease and report as an import of creators has; see `handlers.importing`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from domain.result_columns import ResultMapping
from domain.result_report import ResultsReport
from handlers.partnership_lines import today_of
from handlers.result_plan import Plan, Planner
from sources.files import UnreadableFile
from sources.reading import result_rows
from storage import (
    brands,
    imports,
    partnerships,
    people,
    relationships,
    result_imports,
    result_undo,
)
from storage.database import Database
from storage.models import ImportRun
from storage.result_imports import Stored
from storage.transaction import Transaction

AT_ONCE = 200
"""Rows that one transaction takes back."""
FILE_IS_GONE = "The file is no longer there. Please send it again."

Told = Callable[[Transaction, ImportRun], None]


def mapping_of(run: ImportRun) -> ResultMapping:
    """How the file of an import is read."""
    return ResultMapping.model_validate(run.mapping["results"])


def planned(
    database: Database, workspace_id: int, run: ImportRun, mapping: ResultMapping, path: Path
) -> Plan:
    """What a file would bring, for whoever imports it.

    Raises:
        UnreadableFile: it can't be read.
    """
    with database.reading(workspace_id) as tx:
        today, hidden = tx.now.date(), frozenset[int]()
        if run.person_id is not None:
            today = today_of(tx, people.by_id(tx, run.person_id))
            hidden = brands.hidden_from(tx, run.person_id)
    planner = Planner(database, workspace_id, mapping, hidden, run.id or 0)
    return planner.plan(result_rows(path, run.file_name, mapping, today))


@dataclass
class ResultSteps:
    """The steps of imports of results, for the worker `holder`."""

    database: Database
    workspace_id: int
    path_of: Callable[[ImportRun], Path]
    told: Told

    def step(self, import_id: int, state: str, holder: str) -> str:
        """Do what the state asks for; gives the next state, or the same when all is done."""
        if state == "storing":
            return self._store(import_id, holder)
        if state in ("clearing", "undoing"):
            return self._take_back(import_id, holder)
        if state == "published":
            self._tidy_up(import_id, holder)
        return state

    def _store(self, import_id: int, holder: str) -> str:
        with self.database.reading(self.workspace_id) as tx:
            run = imports.get(tx, import_id)
        if run is None:
            raise imports.NotMine(import_id)
        try:
            path = self.path_of(run)
            if not run.file or not path.exists():
                raise UnreadableFile(FILE_IS_GONE)
            plan = planned(self.database, self.workspace_id, run, mapping_of(run), path)
        except UnreadableFile as error:
            with self._mine(import_id, holder) as (tx, mine):
                imports.fail(tx, mine, str(error))
                return mine.state
        stored = self._write(import_id, holder, plan, mapping_of(run).spend_kind)
        with self._mine(import_id, holder) as (tx, mine):
            result_imports.publish(tx, mine, _finished(plan.report, stored))
            self.told(tx, mine)
            return mine.state

    def _write(self, import_id: int, holder: str, plan: Plan, spend_kind: str) -> Stored:
        """Write the plan, one partnership at a time."""
        stored = Stored()
        for number, of in groupby(sorted(plan.subjects), key=lambda subject: subject[0]):
            with self._mine(import_id, holder) as (tx, mine):
                row = partnerships.get(tx, number)
                if row is None:
                    continue
                for subject in of:
                    dated = plan.subjects[subject]
                    result_imports.store(tx, mine, row, subject[1], dated, spend_kind, stored)
        return stored

    def _tidy_up(self, import_id: int, holder: str) -> None:
        """Bring the relationships that search ranks by in line; throw the file away."""
        after = 0
        while True:
            with self._mine(import_id, holder) as (tx, _):
                creators = result_imports.creators_of(tx, import_id, after, AT_ONCE)
                if creators:
                    relationships.refresh(tx, creators)
            if not creators:
                break
            after = creators[-1]
        with self._mine(import_id, holder) as (tx, mine):
            if mine.file:
                self.path_of(mine).unlink(missing_ok=True)
            imports.tidied(tx, mine)

    def _take_back(self, import_id: int, holder: str) -> str:
        done = 1
        while done:
            with self._mine(import_id, holder) as (tx, mine):
                done = result_undo.step(tx, mine, AT_ONCE)
        with self._mine(import_id, holder) as (tx, mine):
            if mine.file:
                self.path_of(mine).unlink(missing_ok=True)
            undone = mine.state == "undoing"
            failed = imports.report_of(mine).failed is not None
            imports.end(tx, mine, "undone" if undone else "failed" if failed else "cancelled")
            self.told(tx, mine)
            return mine.state

    @contextmanager
    def _mine(self, import_id: int, holder: str) -> Iterator[tuple[Transaction, ImportRun]]:
        with self.database.writing(self.workspace_id) as tx:
            yield tx, imports.mine(tx, import_id, holder)


def _finished(planned: ResultsReport, stored: Stored) -> ResultsReport:
    counts = {name: getattr(stored, name) for name in ("readings", "already", "corrections",
                                                       "posts")}  # fmt: skip
    return planned.model_copy(update=counts)
