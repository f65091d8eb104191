"""kill -9 while people work and Slack misbehaves: `python -m benchmarks.crash`.

Each round is a line in the file of counts, which adds up over any number of runs; a run goes on
until the file holds as many kills as were asked for, half of them without the history scopes.
"""

import argparse
import json
import random
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from tests import postgres
from tests.beginnings import EMPTY, postgres_beginning, sqlite_beginning
from tests.crash.lives import Lives
from tests.crash.places import forget, fresh_folder
from tests.crash.round import Round

DATABASES = ("sqlite", "postgresql")
PACE = 10.0
KILLS_A_ROUND = 50


def main() -> int:
    """Run until the file holds enough kills; says what was found."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crash", description=__doc__)
    parser.add_argument("--database", choices=DATABASES, default="sqlite")
    parser.add_argument("--kills", type=int, default=2_000, help="that the file is to hold")
    parser.add_argument("--counts", type=Path, default=Path("crash.jsonl"))
    parser.add_argument("--minutes", type=float, default=1e9, help="stop after this")
    parser.add_argument("--show", action="store_true", help="only add up what is there")
    given = parser.parse_args()
    if not given.show:
        _run(given)
    return _show(given.counts)


def _run(given: argparse.Namespace) -> None:
    until = time.monotonic() + given.minutes * 60
    session, lives = fresh_folder(), Lives(PACE)
    try:
        while time.monotonic() < until:
            done = _of(given.counts, given.database)
            if sum(done.values()) >= given.kills:
                return
            history = done[True] <= done[False]
            line = one_round(lives, session, given.database, history, random.getrandbits(32))
            with given.counts.open("a", encoding="utf-8") as counts:
                counts.write(json.dumps(line) + "\n")
            print(json.dumps({k: line[k] for k in ("kills", "seconds", "wrong")}), flush=True)
    finally:
        lives.close()
        forget(session)


def one_round(
    lives: Lives, session: Path, database: str, history: bool, seed: int, kills: int = KILLS_A_ROUND
) -> dict[str, Any]:
    """One round as a line of the file of counts."""
    folder, begun = fresh_folder(), time.monotonic()
    if database == "sqlite":
        url = sqlite_beginning(EMPTY, session, folder).database_url
    else:
        url = postgres_beginning(EMPTY, session).database_url
    try:
        told = Round(lives, url, folder, history=history, seed=seed).run(kills)
    finally:
        if database != "sqlite":
            postgres.drop_database(url)
    if told.found.wrong:
        print(f"see {folder}", file=sys.stderr)
    else:
        forget(folder)
    return {
        "database": database, "history": history, "seed": seed,
        "kills": sum(told.kills.values()), "at": dict(told.kills), "beside": dict(told.beside),
        "acknowledged": dict(told.acknowledged.count),
        "posts": told.found.posts, "digests": told.found.digests, "files": told.found.files,
        "decided_by_people": told.found.decided_by_people,
        "seconds": round(time.monotonic() - begun, 1), "wrong": told.found.wrong,
    }  # fmt: skip


def _of(counts: Path, database: str) -> Counter[bool]:
    """Kills so far, with and without the history scopes."""
    done: Counter[bool] = Counter()
    for line in _lines(counts):
        if line["database"] == database:
            done[line["history"]] += line["kills"]
    return done


def _lines(counts: Path) -> list[dict[str, Any]]:
    if not counts.exists():
        return []
    return [json.loads(line) for line in counts.read_text(encoding="utf-8").splitlines()]


def _show(counts: Path) -> int:
    """Add up; gives the number of rounds in which something was wrong."""
    totals: dict[str, Counter[str]] = {}
    wrong = []
    for line in _lines(counts):
        name = f"{line['database']}, {'with' if line['history'] else 'without'} history scopes"
        total = totals.setdefault(name, Counter())
        total.update({"rounds": 1, "kills": line["kills"], "posts": line["posts"]})
        total.update({"digests": line["digests"], "files": line["files"]})
        total.update({"decided by people": line["decided_by_people"]})
        total.update({"kills at named points": line["kills"] - line["at"].get("at random", 0)})
        total.update({"kills beside": sum(line.get("beside", {}).values())})
        total.update({"acknowledged": sum(line["acknowledged"].values())})
        wrong += [f"seed {line['seed']}, {name}: {one}" for one in line["wrong"]]
    for name, total in sorted(totals.items()):
        print(f"{name}: {json.dumps(total)}")
    print("\n".join(wrong) or "nothing was lost, nothing was posted twice")
    return len(wrong)


if __name__ == "__main__":
    sys.exit(main())
