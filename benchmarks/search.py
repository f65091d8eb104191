"""The search beside DuckDB and Polars: the same scores over the same data in the same run."""

import datetime as dt
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import search_data
from benchmarks.search_mix import MIX, MODELS, any_weights
from domain.fit import Weights
from storage import pack_build
from storage.database import Database
from storage.index import EPOCH
from storage.migrate import migrate
from tests import postgres

ROUNDS = 25
QUERIES = tuple(one.name for one in MIX)
Times = Sequence[Sequence[float]]
"""(number of the query, milliseconds of CPU time, of the clock)."""


def run(count: int, folder: Path) -> None:
    """Print the figures for this many creators."""
    today = dt.date(2026, 11, 23)
    data = search_data.invented(count, (today - EPOCH).days)
    print(f"\nsearch over {count:,} creators, {len(MIX)} queries × {ROUNDS} rounds; "
          "milliseconds of CPU time (and of the clock)")  # fmt: skip
    urls = {"SQLite": f"sqlite:///{folder / f'search-{count}.db'}"}
    if postgres.missing_reason() is None:
        urls["PostgreSQL"] = postgres.postgres_url(folder)
    ours = {name: _ours(name, url, data, today) for name, url in urls.items()}
    _others(data, today, ours["SQLite"]["answers"])
    for url in list(urls.values())[1:]:
        postgres.drop_database(url)


def _ours(name: str, url: str, data: search_data.Invented, today: dt.date) -> dict[str, Any]:
    database = Database(url, lambda: dt.datetime.now(dt.UTC))
    migrate(database)
    workspace_id = search_data.store(database, data)
    began = time.perf_counter()
    pack_build.build(database, workspace_id, 0)
    built = time.perf_counter() - began
    database.close()
    command = [sys.executable, "-m", "benchmarks.search_ours", url, str(workspace_id)]
    said = subprocess.run(
        [*command, today.isoformat(), str(ROUNDS)], check=True, capture_output=True
    )
    found: dict[str, Any] = json.loads(said.stdout)
    for kind in ("default", "any"):
        print(f"  {f'ours on {name}, {kind} weights':<36}{_line(found[kind])}")
    for kind in ("like one", "like one, SQL"):
        print(f"  {f'{kind}, {name}':<36}{_line(found[kind], [one.name for one in MODELS])}")
    print(
        f"      first search {found['first ms']:.0f} ms, own memory {found['memory']:.0f} MiB "
        f"({found['memory before']:.0f} before it), pack made in {built:.1f} s"
    )
    return found


def _others(data: search_data.Invented, today: dt.date, answers: list[Any]) -> None:
    try:
        from benchmarks.search_others import DuckDb, Polars, frame_of  # noqa: PLC0415  extras
    except ModuleNotFoundError as error:
        print(f"  without {error.name}: `pip install -e .[benchmarks]` brings what to compare with")
        return
    frame = frame_of(data)
    for other in (DuckDb, Polars):
        _other(other(frame, data, today), answers)


def _other(other: Any, answers: list[Any]) -> None:
    """Measure and check that the answers are ours."""
    other.find(MIX[0], Weights())
    expected = iter(answers)
    for kind, weights in (("default", [Weights()] * ROUNDS), ("any", any_weights(ROUNDS))):
        times = []
        for one in weights:
            for number, query in enumerate(MIX):
                wall, cpu = time.perf_counter(), time.process_time()
                best, count = other.find(query, one)
                took = time.process_time() - cpu, time.perf_counter() - wall
                times.append([number, *(seconds * 1000 for seconds in took)])
                wanted = next(expected)
                assert [best, count] == wanted, (other.name, query.name, best, count, wanted)
        print(f"  {f'{other.name}, {kind} weights':<36}{_line(times)}")


def _line(times: Times, names: Sequence[str] = QUERIES) -> str:
    cpu, wall = [one[1] for one in times], [one[2] for one in times]
    slowest = max(range(len(names)), key=lambda at: _median(times, at))
    return (
        f"p50 {_percentile(cpu, 50):6.2f} ({_percentile(wall, 50):6.2f})   "
        f"p99 {_percentile(cpu, 99):6.2f} ({_percentile(wall, 99):6.2f})   "
        f"slowest: {names[slowest]} {_median(times, slowest):.2f}"
    )


def _median(times: Times, number: int) -> float:
    return statistics.median(one[1] for one in times if one[0] == number)


def _percentile(values: Sequence[float], percent: int) -> float:
    return sorted(values)[min(len(values) - 1, len(values) * percent // 100)]
