"""An import of profiles that are ready, in a process of its own, so that its memory is its own.

Rows are typed and their niches judged beforehand; they come from a file of them, so that a million
need no memory. The import itself is the one that is shipped: in short batches that others may write
between, unseen until it is published, on a list of its own.
"""

import datetime as dt
import itertools
import json
import marshal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from benchmarks.creators import creators
from domain.findable import Pools
from domain.importing import ImportReport
from domain.mapping import Mapping
from domain.measures import Spread
from domain.niche import default_vocabulary
from domain.prepared import Prepared, prepare
from handlers.importing import Importer
from sources.reader_process import FRAME_PROFILES
from sources.reading import Reading
from storage import imports, workspaces
from storage.database import Database
from storage.migrate import migrate

AS_OF = dt.date(2026, 11, 1)


def write(path: Path, count: int) -> None:
    """Judge that many invented profiles and keep what an import writes of them."""
    vocabulary, pools = default_vocabulary(), Pools()
    coming = (tuple(prepare(one, vocabulary, pools)) for one in creators(count, AS_OF, vocabulary))
    with path.open("wb") as out:
        while frame := list(itertools.islice(coming, FRAME_PROFILES)):
            marshal.dump(frame, out)


class ReadyRows(Reading):
    """Profiles from such a file. wall, processor: seconds that fetching them took."""

    def __init__(self, path: Path, count: int) -> None:
        """Nothing is read yet. count: how many there are."""
        self._path = path
        self.rows, self.total, self.profiles = 0, count, count
        self.report = ImportReport()
        self.wall = self.processor = 0.0

    def __enter__(self) -> Self:
        """Nothing to wait for."""
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to end."""

    def survey(self) -> tuple[Spread, int]:
        """Their parts of the fit are among what is ready."""
        return {}, self.profiles

    def prepared(self, pools: Pools) -> Iterator[list[Prepared]]:
        """All of them, a few at a time."""
        with self._path.open("rb") as file:
            while self.rows < self.total:
                began, working = time.perf_counter(), time.thread_time()
                frame = [Prepared._make(one) for one in marshal.load(file)]  # noqa: S302  our own
                self.rows += len(frame)
                self.wall += time.perf_counter() - began
                self.processor += time.thread_time() - working
                yield frame
        self.report = ImportReport(total=self.total, rows=self.rows)


def bring(url: str, count: int, folder: Path) -> dict[str, float]:
    """Import that many into an empty database, judged beforehand where they are not yet.

    Gives seconds by the clock and of the processor, how many transactions there were, and how long
    nineteen of twenty at most held the lock.
    """
    ready, kept = folder / f"ready-{count}", folder / "imports" / f"ready-{count}"
    if not ready.exists():
        write(ready, count)
    kept.parent.mkdir(exist_ok=True)
    kept.hardlink_to(ready)  # an import throws its file away when it is done
    database = Database(url, lambda: dt.datetime.now(dt.UTC))
    migrate(database)
    workspace_id = workspaces.ensure(database, "", "T0BENCH0001", name="bench").id or 0
    with database.writing(workspace_id) as tx:
        run = imports.create(tx, kept.name, None)
        run.file, run.mapping = kept.name, Mapping(columns=()).model_dump(mode="json")
        imports.queue(tx, run, "Everybody")
    rows = ReadyRows(ready, count)
    importer = Importer(
        database, workspace_id, default_vocabulary(), folder, read=lambda request: rows
    )
    began, working = time.perf_counter(), time.process_time()
    state = importer.carry_on(run.id or 0)
    wall, processor = time.perf_counter() - began, time.process_time() - working
    if state != "published":
        raise SystemExit(f"the import ended as {state}")
    database.close()
    held = sorted(importer.turns.held)
    return {
        "wall": wall - rows.wall,
        "processor": processor - rows.processor,
        "batches": len(held),
        "held": held[(len(held) - 1) * 19 // 20],
    }


def main() -> None:
    """`python -m benchmarks.import_ready URL FOLDER COUNT` imports and prints JSON."""
    url, folder, count = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    print(json.dumps(bring(url, count, folder)))


if __name__ == "__main__":
    main()
