"""The importer beside a bare `executemany` of the same rows into the same indexed tables."""

import csv
import datetime as dt
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from sqlalchemy import insert, text
from sqlmodel import SQLModel

from benchmarks.creators import creators
from storage.database import Database
from storage.migrate import migrate

TABLES = ("creators", "profiles", "snapshots", "niche_rows", "word_rows", "list_members")
HEADERS = (
    "Platform", "Handle", "Name", "Followers", "Engagement rate", "Category", "Country",
    "Language", "Audience country", "Bio",
)  # fmt: skip


def run(count: int, folder: Path) -> None:
    """Print rows a second of both, for a CSV file of this many creators."""
    file = folder / f"creators-{count}.csv"
    _write(file, count)
    url = f"sqlite:///{folder / f'imported-{count}.db'}"
    seconds = _import(file, url, folder)
    database = _opened(url)
    rows = _rows(database)
    database.close()
    bare = _bare(rows, f"sqlite:///{folder / f'bare-{count}.db'}")
    total = sum(len(found) for found in rows.values())
    print(f"\nimport of {count:,} creators from CSV ({total:,} rows in {len(TABLES)} tables)")
    print(f"  bare executemany   {bare:6.1f} s   {count / bare:8,.0f} creators/s")
    print(f"  influencer-bot     {seconds:6.1f} s   {count / seconds:8,.0f} creators/s   "
          f"{bare / seconds:.2f} of the bare rate (aim: at least 0.33)")  # fmt: skip


def _write(file: Path, count: int) -> None:
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(HEADERS)
        for one in creators(count, dt.date(2026, 11, 1)):
            rate = one.figures.engagement_rate
            writer.writerow(
                [one.platform.value, one.handle, one.display_name, one.figures.followers,
                 "" if rate is None else f"{rate:.2%}", "; ".join(one.categories), one.country,
                 one.language, one.audience_country, one.bio]
            )  # fmt: skip


def _import(file: Path, url: str, folder: Path) -> float:
    """Seconds of the whole command, from reading the file to the last row made visible."""
    environment = {**os.environ, "DATABASE_URL": url, "DATA_DIR": str(folder / "data")}
    command = [sys.executable, "-m", "bot", "import", str(file), "--yes", "--as-of", "2026-11-01"]
    began = time.perf_counter()
    subprocess.run([*command, "--json"], env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def _rows(database: Database) -> dict[str, list[dict[str, Any]]]:
    with database.engine.connect() as connection:
        return {
            name: [
                dict(row)
                for row in connection.execute(SQLModel.metadata.tables[name].select()).mappings()
            ]
            for name in ("workspaces", "imports", "lists", *TABLES)
        }


def _bare(rows: dict[str, list[dict[str, Any]]], url: str) -> float:
    """One transaction, one statement a table, rows ready in memory."""
    database = _opened(url)
    with database.engine.begin() as connection:
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        for name in ("workspaces", "lists", "imports"):
            connection.execute(insert(SQLModel.metadata.tables[name]), rows[name])
    began = time.perf_counter()
    with database.engine.begin() as connection:
        for name in TABLES:
            connection.execute(insert(SQLModel.metadata.tables[name]), rows[name])
    seconds = time.perf_counter() - began
    database.close()
    return seconds


def _opened(url: str) -> Database:
    database = Database(url, lambda: dt.datetime.now(dt.UTC))
    migrate(database)
    return database
