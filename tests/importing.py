"""Files brought in without Slack, for tests of what is stored."""

import datetime as dt
import shutil
from collections.abc import Sequence
from pathlib import Path

from domain.creator import Platform
from domain.mapping import Mapping
from domain.niche import default_vocabulary
from handlers.importing import Importer
from sources.files import propose_mapping, read_table
from storage import import_lists, imports, workspaces
from storage.database import Database
from storage.models import ImportRun

HEADER = "handle,name,followers,engagement rate,category,tags,notes,fee usd,date\n"


class Bench:
    """One workspace of one database, to import into."""

    def __init__(self, database: Database, folder: Path) -> None:
        """Files are kept under `folder`."""
        self.database = database
        self.folder = folder
        self.workspace_id = workspaces.only(database).id or 0
        (folder / "imports").mkdir(exist_ok=True)

    def importer(self) -> Importer:
        """A worker of its own."""
        return Importer(self.database, self.workspace_id, default_vocabulary(), self.folder)

    def write(self, rows: Sequence[str], name: str = "creators.csv") -> Path:
        """A file with rows below `HEADER`."""
        path = self.folder / name
        path.write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
        return path

    def queue(self, path: Path, mapping: Mapping | None = None, into: str | None = None) -> int:
        """Confirm a file's columns as they are proposed. into: a list that is there."""
        mapping = mapping or propose_mapping(read_table(path))
        if mapping.platform is None:
            mapping = mapping.with_platform(Platform.INSTAGRAM)
        with self.writing() as tx:
            run = imports.create(tx, path.name, None)
            run.file = f"{run.id}{path.suffix}"
            shutil.copyfile(path, self.folder / "imports" / run.file)
            run.mapping, run.as_of = mapping.model_dump(mode="json"), mapping.as_of
            name = into or import_lists.free_list_name(tx, path.stem)
            imports.queue(tx, run, name, may_add=into is not None)
            return run.id or 0

    def bring(self, rows: Sequence[str] | Path, name: str = "creators.csv") -> int:
        """Import rows or a file to the end; gives the import's number."""
        import_id = self.queue(rows if isinstance(rows, Path) else self.write(rows, name))
        assert self.importer().carry_on(import_id) == "published"
        return import_id

    def undo(self, import_id: int) -> ImportRun:
        """Undo an import to the end."""
        with self.writing() as tx:
            run = imports.lock(tx, import_id)
            assert run is not None
            imports.start_undo(tx, run)
        assert self.importer().carry_on(import_id) == "undone"
        return self.run(import_id)

    def run(self, import_id: int) -> ImportRun:
        """The import as it is stored."""
        with self.reading() as tx:
            run = imports.get(tx, import_id)
        assert run is not None
        return run

    def counts(self, import_id: int) -> tuple[int, int, int, int, int]:
        """Created, changed, seen, merged, skipped."""
        report = imports.report_of(self.run(import_id))
        return report.created, report.changed, report.seen, report.merged, report.skipped

    def reading(self):
        """A look."""
        return self.database.reading(self.workspace_id)

    def writing(self):
        """A change."""
        return self.database.writing(self.workspace_id)


TODAY = dt.date(2026, 11, 23)
