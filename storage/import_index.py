"""Index rows of an import's new creators, thousands of profiles at a time, in the index's order.

A batch of an import has a few rows for each of hundreds of niches and thousands of words, all over
the index: once that is larger than the cache, every batch reads and writes a page for nearly every
row. Thousands of profiles have many rows for each, side by side. So profiles are stored in batches
as ever, their index rows wait in memory until a run of them is full, and are then written from one
end of the index to the other, in short transactions as well. `ImportRun.indexed_to` says
how far that is; whoever takes an import over whose worker died writes what is missing from what
was stored. Nobody sees any of it before the import is published.
"""

import marshal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import SQLModel, col, select

from domain.niche import Vocabulary
from storage import bulk, index, profile_store
from storage.index import Entry, Place, Pools
from storage.models import ImportRun, NicheRow, Profile, Snapshot, WordRow
from storage.profile_store import Stored
from storage.transaction import Transaction

RUN = 2_500
"""Profiles in a run. More of them have more neighbours. But what is in order for niches and words
is in none for the index by profile: there each transaction writes wherever the run's profiles have
their rows, and those are fewer pages where they are fewer."""
ROWS_A_PROFILE = 20
"""About as many index rows does a profile have."""


@dataclass(frozen=True)
class Rows:
    """Rows of one table of the index, in its order."""

    model: type[SQLModel]
    columns: tuple[str, ...]
    rows: list[Any]

    def write(self, tx: Transaction, start: int, end: int) -> None:
        """Write some that lie side by side."""
        bulk.insert_rows(tx, self.model, self.columns, self.rows[start:end])


class Run:
    """Profiles whose index rows wait to be written: as bytes, which take a tenth of the memory."""

    def __init__(self) -> None:
        """Nobody waits yet."""
        self._waiting: dict[int, tuple[Place, bytes]] = {}

    def add(self, stored: Stored) -> None:
        """What was stored, its numbers above those of all before."""
        for known in (*stored.changed, *stored.older):  # named again: their rows are there now
            self._waiting.pop(known, None)
        for place, entry in stored.unindexed:
            said = marshal.dumps((entry.facts, entry.niches, entry.words))
            self._waiting[place.profile_id] = place, said

    @property
    def is_full(self) -> bool:
        """Whether it is time to write them."""
        return len(self._waiting) >= RUN

    @property
    def profile_ids(self) -> list[int]:
        """Who waits."""
        return list(self._waiting)

    def niche_rows(self) -> Rows:
        """Their rows of niches."""
        return Rows(NicheRow, index.NICHE_COLUMNS, index.niche_rows(self._entries()))

    def word_rows(self) -> Rows:
        """Their rows of words."""
        return Rows(WordRow, index.WORD_COLUMNS, index.word_rows(self._entries()))

    def _entries(self) -> Iterator[tuple[Place, Entry]]:
        for place, said in self._waiting.values():
            yield place, Entry(*marshal.loads(said))  # noqa: S302  our own


def written(
    tx: Transaction,
    run: ImportRun,
    profile_ids: Sequence[int],
    vocabulary: Vocabulary,
    pools: Pools,
) -> None:
    """The rows of these profiles are written.

    Of whom something else was said meanwhile, by a look-up say, they are written anew: whoever
    said it has left that to the import (`profile_store.reindex`).
    """
    profile_store.take_turn(tx)
    if not profile_ids:
        return
    run.indexed_to = profile_ids[-1]
    tx.session.add(run)
    tx.session.flush()
    first, last = profile_ids[0], profile_ids[-1]
    others = select(Snapshot.profile_id).where(
        Snapshot.workspace_id == tx.workspace_id,
        col(Snapshot.profile_id).between(first, last),
        col(Snapshot.import_id).is_distinct_from(run.id),
    )
    said = set(tx.session.exec(others)).intersection(profile_ids)
    if said:
        profile_store.reindex(tx, sorted(said), vocabulary, pools)


def missing(tx: Transaction, run: ImportRun, limit: int) -> list[int]:
    """Profiles whose index rows a worker that died has not written, or not told of."""
    found = tx.session.exec(
        select(Profile.id)
        .where(
            Profile.workspace_id == tx.workspace_id,
            Profile.import_id == run.id,
            col(Profile.id) > run.indexed_to,
        )
        .order_by(col(Profile.id))
        .limit(limit)
    )
    return [number for number in found if number is not None]


def write_missing(
    tx: Transaction, run: ImportRun, limit: int, vocabulary: Vocabulary, pools: Pools
) -> int:
    """Write the rows of some of them from what was stored; gives how many."""
    profile_store.take_turn(tx)
    found = missing(tx, run, limit)
    if found:
        run.indexed_to = found[-1]
        tx.session.add(run)
        tx.session.flush()
        profile_store.reindex(tx, found, vocabulary, pools)
    return len(found)
