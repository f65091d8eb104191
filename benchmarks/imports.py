"""The importer beside a bare `executemany` of the same rows into the same indexed tables.

Three ways side by side: as shipped (a whole command, from the file to the last row made visible),
SQLAlchemy's Core `executemany`, and the driver's own, both of rows that are ready in order.
"""

import csv
import datetime as dt
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import insert, text
from sqlmodel import SQLModel

from benchmarks.creators import creators
from storage.database import Database
from storage.migrate import migrate

TABLES = ("creators", "profiles", "snapshots", "niche_rows", "word_rows", "list_members")
BEFORE = ("workspaces", "lists", "imports")
HEADERS = (
    "Platform", "Handle", "Name", "Followers", "Engagement rate", "Category", "Country",
    "Language", "Audience country", "Bio",
)  # fmt: skip
AS_OF = dt.date(2026, 11, 1)
CHUNK = 50_000
_AIMS = {1_000_000: 0.5}
_AIM = 0.33


@dataclass(frozen=True)
class Spent:
    """Seconds by the clock and of the processor, all processes together."""

    wall: float
    processor: float


def run(count: int, folder: Path) -> None:
    """Print rows a second of all three, for a CSV file of this many creators."""
    file, warm_up = folder / f"creators-{count}.csv", folder / "warm-up.csv"
    _write(file, count)
    _write(warm_up, 100)
    _import(warm_up, f"sqlite:///{folder / 'warm-up.db'}", folder)  # Python compiles only now
    imported = folder / f"imported-{count}.db"
    ours, memory = _import(file, f"sqlite:///{imported}", folder)
    source = _opened(f"sqlite:///{imported}")
    total = _count(source)
    bare = {
        "driver's executemany": _bare(source, folder / f"driver-{count}.db", _by_driver),
        "Core executemany": _bare(source, folder / f"core-{count}.db", _by_core),
    }
    source.close()
    aim = _AIMS.get(count, _AIM)
    print(f"\nimport of {count:,} creators from CSV ({total:,} rows in {len(TABLES)} tables)")
    for name, spent in bare.items():
        print(f"  {name:<21} {spent.wall:7.1f} s  {count / spent.wall:8,.0f} creators/s  "
              f"{spent.processor:7.1f} s of the processor  "
              f"influencer-bot: {spent.wall / ours.wall:.2f} of it (aim: {aim})")  # fmt: skip
    print(f"  {'influencer-bot':<21} {ours.wall:7.1f} s  {count / ours.wall:8,.0f} creators/s  "
          f"{ours.processor:7.1f} s of the processor  "
          f"{memory >> 20} MiB private, both processes (aim: under 200)")  # fmt: skip


def _write(file: Path, count: int) -> None:
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(HEADERS)
        for one in creators(count, AS_OF):
            rate = one.figures.engagement_rate
            writer.writerow(
                [one.platform.value, one.handle, one.display_name, one.figures.followers,
                 "" if rate is None else f"{rate:.2%}", "; ".join(one.categories), one.country,
                 one.language, one.audience_country, one.bio]
            )  # fmt: skip


def _import(file: Path, url: str, folder: Path) -> tuple[Spent, int]:
    """The whole command, and the most private memory that it and its reader had together."""
    environment = {**os.environ, "DATABASE_URL": url, "DATA_DIR": str(folder / "data")}
    command = [sys.executable, "-m", "bot", "import", str(file), "--yes", "--as-of", f"{AS_OF}"]
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with subprocess.Popen([*command, "--json"], env=environment, stdout=subprocess.DEVNULL) as run:
        watch = _Memory(run.pid)
        watch.start()
        run.wait()
    wall = time.perf_counter() - began
    if run.returncode:
        raise SystemExit(f"the import ended with {run.returncode}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Spent(wall, processor), watch.most


class _Memory(threading.Thread):
    """Looks ten times a second at the private memory of a process and its children."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self.most = 0

    def run(self) -> None:
        while private := _private(self._pid):
            children = Path(f"/proc/{self._pid}/task/{self._pid}/children")
            pids = children.read_text().split() if children.exists() else []
            self.most = max(self.most, private + sum(_private(int(pid)) for pid in pids))
            time.sleep(0.1)


def _private(pid: int) -> int:
    """Bytes that only this process has in memory; 0 when it has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except (OSError, ValueError):
        return 0
    return sum(int(line.split()[1]) << 10 for line in lines if line.startswith("Private_"))


def _count(database: Database) -> int:
    with database.engine.connect() as connection:
        counts = (connection.execute(text(f"SELECT count(*) FROM {name}")) for name in TABLES)  # noqa: S608  names are ours
        return sum(int(found.scalar_one()) for found in counts)


def _bare(source: Database, path: Path, write: Any) -> Spent:
    """One transaction, rows in the order of their keys, read from the import beforehand."""
    target = _opened(f"sqlite:///{path}")
    spent = [0.0, 0.0]
    with source.engine.connect() as reading, target.engine.begin() as writing:
        writing.execute(text("PRAGMA defer_foreign_keys = ON"))
        for name in (*BEFORE, *TABLES):
            table = SQLModel.metadata.tables[name]
            for rows in _chunks(reading, table, write is _by_driver):
                began, working = time.perf_counter(), time.process_time()
                write(writing, table, rows)
                if name in TABLES:
                    spent[0] += time.perf_counter() - began
                    spent[1] += time.process_time() - working
        began, working = time.perf_counter(), time.process_time()
        writing.commit()
        spent[0] += time.perf_counter() - began
        spent[1] += time.process_time() - working
    target.close()
    return Spent(*spent)


def _chunks(reading: Any, table: Any, plain: bool) -> Iterable[list[Any]]:
    """Rows of a table, 50,000 at a time: plain tuples as the driver has them, or dictionaries."""
    if plain:
        names = ", ".join(column.name for column in table.columns)
        cursor = reading.connection.driver_connection.execute(f"SELECT {names} FROM {table.name}")  # noqa: S608  names are ours
        while rows := cursor.fetchmany(CHUNK):
            yield rows
        return
    found = reading.execution_options(yield_per=CHUNK).execute(table.select()).mappings()
    for part in found.partitions(CHUNK):
        yield [dict(row) for row in part]


def _by_core(writing: Any, table: Any, rows: list[Any]) -> None:
    writing.execute(insert(table), rows)


def _by_driver(writing: Any, table: Any, rows: list[Any]) -> None:
    names = ", ".join(column.name for column in table.columns)
    marks = ", ".join("?" * len(table.columns))
    statement = f"INSERT INTO {table.name} ({names}) VALUES ({marks})"  # noqa: S608  names are ours
    writing.connection.driver_connection.executemany(statement, rows)


def _opened(url: str) -> Database:
    database = Database(url, lambda: dt.datetime.now(dt.UTC))
    migrate(database)
    return database


def main() -> None:
    """`python -m benchmarks.imports FOLDER 10000 100000 1000000` prints all of it."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for count in sys.argv[2:]:
        run(int(count), folder)


if __name__ == "__main__":
    main()
