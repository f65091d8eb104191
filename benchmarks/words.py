"""Searches for words, which packs don't hold: asked of SQL."""

import datetime as dt
import statistics
import time

from domain.creator import Platform
from storage import search
from storage.database import Database
from storage.search import Criteria, Term

ROUNDS = 10
TODAY = dt.date(2026, 11, 23)
MIX = {
    "a handle's word": (("quill77",), None),
    "a first name": (("anna",), None),
    "a first name, Bluesky": (("anna",), "bluesky"),
    "a common word": (("london",), None),
    "skincare, a first name": (("anna",), "skincare"),
    "skincare, a common word": (("london",), "skincare"),
}
"""Words that one creator has, one in twenty, one in four; beside them a platform or a niche."""


def run(database: Database, workspace_id: int) -> None:
    """Print how long each takes, once what is asked first was read."""
    print("\nsearches for words, by SQL; milliseconds of CPU time (and of the clock), medians")
    for name, (words, also) in MIX.items():
        criteria = _criteria(words, also)
        times = [_find(database, workspace_id, criteria) for _ in range(ROUNDS + 1)][1:]
        cpu, wall = (statistics.median(one[at] for one in times) for at in (0, 1))
        print(f"  {name:<26}{cpu:8.1f} ({wall:8.1f})   {times[0][2]:,} found")


def _criteria(words: tuple[str, ...], also: str | None) -> Criteria:
    platforms = frozenset({also} if also in list(Platform) else ())
    niches = ((Term(niche=also),),) if also and not platforms else ()
    return Criteria(groups=(*niches, (Term(words=words),)), platforms=platforms)


def _find(database: Database, workspace_id: int, criteria: Criteria) -> tuple[float, float, int]:
    with database.reading(workspace_id) as tx:
        tx.session.connection()
        wall, cpu = time.perf_counter(), time.process_time()
        _, counts = search.find(tx, criteria, TODAY)
        return 1000 * (time.process_time() - cpu), 1000 * (time.perf_counter() - wall), counts.total
