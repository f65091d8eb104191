"""Our search in a process of its own, so that its memory is only its own."""

import datetime as dt
import json
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.search_mix import MIX, MODELS, any_weights
from domain.fit import Weights
from storage import search, similar
from storage.database import Database


def own_memory() -> float:
    """What this process alone holds, in MiB."""
    lines = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()
    private = [line.split() for line in lines if line.startswith("Private_")]
    return sum(int(words[1]) for words in private) / 1024


def _like_one(database: Database, workspace_id: int, top: Any, times: list[Any]) -> None:
    """Who is like each of the models."""
    for number, model in enumerate(MODELS):
        with database.reading(workspace_id) as tx:
            tx.session.connection()
            wall, cpu = time.perf_counter(), time.process_time()
            top(tx, model, 0, 10, 0)
            took = time.process_time() - cpu, time.perf_counter() - wall
        times.append([number, *(seconds * 1000 for seconds in took)])


def main() -> None:
    """`python -m benchmarks.search_ours URL WORKSPACE DAY ROUNDS` prints JSON."""
    url, workspace_id, day, rounds = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
    today = dt.date.fromisoformat(day)
    database = Database(url, lambda: dt.datetime.now(dt.UTC))
    said: dict[str, Any] = {"memory before": own_memory()}
    began = time.perf_counter()
    with database.reading(workspace_id) as tx:
        search.find(tx, MIX[0].criteria(Weights()), today)
    said["first ms"] = (time.perf_counter() - began) * 1000
    said["answers"], said["default"], said["any"] = [], [], []
    for kind, weights in (("default", [Weights()] * rounds), ("any", any_weights(rounds))):
        for one in weights:
            for number, query in enumerate(MIX):
                criteria = query.criteria(one)
                with database.reading(workspace_id) as tx:
                    tx.session.connection()
                    wall, cpu = time.perf_counter(), time.process_time()
                    found, counts = search.find(tx, criteria, today)
                    took = time.process_time() - cpu, time.perf_counter() - wall
                said[kind].append([number, *(seconds * 1000 for seconds in took)])
                said["answers"].append([[one.profile_id for one in found], counts.total])
    said["memory"] = own_memory()
    said["like one"], said["like one, SQL"] = [], []
    for _ in range(rounds):
        _like_one(database, workspace_id, similar.top, said["like one"])
    _like_one(database, workspace_id, similar.by_sql, said["like one, SQL"])
    print(json.dumps(said))


if __name__ == "__main__":
    main()
