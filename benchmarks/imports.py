"""The importer beside a bare `executemany` of the same rows into the same indexed tables.

From ready rows on SQLite and PostgreSQL, and as a whole command that reads a CSV file.
"""

import csv
import json
import os
import resource
import subprocess
import sys
import threading
import time
from pathlib import Path

from benchmarks import import_bare, import_ready
from benchmarks.creators import creators
from benchmarks.import_bare import Spent
from benchmarks.import_ready import AS_OF
from tests import postgres

HEADERS = (
    "Platform", "Handle", "Name", "Followers", "Engagement rate", "Category", "Country",
    "Language", "Audience country", "Bio",
)  # fmt: skip
AIM = 0.5
MOST_FROM_FILE = 100_000
"""A larger file takes as long in proportion, and the comparison with it."""
MOST_ON_POSTGRESQL = 100_000
MEMORY = "of memory that only it has (aim: under 200)"


def run(count: int, folder: Path) -> None:
    """Print how fast this many creators come in, each way."""
    _from_rows(count, folder)
    if count <= MOST_FROM_FILE:
        _from_file(count, folder)


def _from_rows(count: int, folder: Path) -> None:
    """Profiles that are typed, with their niches: what is measured is storing them."""
    import_ready.write(folder / f"ready-{count}", count)
    urls = {"SQLite": f"sqlite:///{folder / f'from-rows-{count}.db'}"}
    if count <= MOST_ON_POSTGRESQL and postgres.missing_reason() is None:
        urls["PostgreSQL"] = postgres.postgres_url(folder)
    for name, url in urls.items():
        said, most = _import_ready(url, folder, count)
        print(f"\nimport of {count:,} ready profiles, {name}: {said['batches']} batches, 19 of 20 "
              f"held the lock under {1_000 * said['held']:.0f} ms")  # fmt: skip
        _compare(count, Spent(said["wall"], said["processor"]), most, url, folder)


def _import_ready(url: str, folder: Path, count: int) -> tuple[dict[str, float], int]:
    """What the process says, and the most private memory it had."""
    command = [sys.executable, "-m", "benchmarks.import_ready", url, str(folder), str(count)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        watch = _Memory(process.pid)
        watch.start()
        said, _ = process.communicate()
    if process.returncode:
        raise SystemExit(f"the import ended with {process.returncode}")
    return json.loads(said), watch.most


def _from_file(count: int, folder: Path) -> None:
    """The whole command, from a CSV file to the last row made visible."""
    file, warm_up = folder / f"creators-{count}.csv", folder / "warm-up.csv"
    _write(file, count)
    _write(warm_up, 100)
    _import(warm_up, f"sqlite:///{folder / 'warm-up.db'}", folder)  # Python compiles only now
    url = f"sqlite:///{folder / f'from-file-{count}.db'}"
    ours, most = _import(file, url, folder)
    print(f"\nimport of {count:,} creators from CSV, the whole command, SQLite")
    _compare(count, ours, most, url, folder)


def _compare(count: int, ours: Spent, most: int, url: str, folder: Path) -> None:
    """Print ours beside a bare `executemany` of what it wrote."""
    source = import_bare.opened(url)
    print(f"  {import_bare.rows_of(source):,} rows in {len(import_bare.TABLES)} tables")
    for name, write in (("Core", import_bare.by_core), ("driver", import_bare.by_driver)):
        path = folder / f"{name}-{count}.db"
        to = f"sqlite:///{path}" if source.is_sqlite else postgres.postgres_url(folder)
        bare = import_bare.written(source, to, write)
        _drop(to, path)
        print(f"  {f'executemany, {name}':<20} {_line(count, bare)}; influencer-bot: "
              f"{bare.wall / ours.wall:.2f} of its rate by the clock, "
              f"{bare.processor / ours.processor:.2f} by the processor (aim: {AIM})")  # fmt: skip
    is_sqlite = source.is_sqlite
    source.close()
    print(f"  {'influencer-bot':<20} {_line(count, ours)}; {most >> 20} MiB {MEMORY}")
    _drop(url, Path(url.removeprefix("sqlite:///")) if is_sqlite else None)


def _line(count: int, spent: Spent) -> str:
    return (
        f"{spent.wall:7.1f} s  {count / spent.wall:7,.0f} creators/s  "
        f"{spent.processor:7.1f} s of the processor"
    )


def _drop(url: str, path: Path | None) -> None:
    """A million creators take gigabytes."""
    if not url.startswith("sqlite"):
        postgres.drop_database(url)
    elif path is not None:
        for also in ("", "-wal", "-shm"):
            path.with_name(path.name + also).unlink(missing_ok=True)


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


def main() -> None:
    """`python -m benchmarks.imports FOLDER 10000 100000 1000000` prints all of it."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for count in sys.argv[2:]:
        run(int(count), folder)


if __name__ == "__main__":
    main()
