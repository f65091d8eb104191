"""Making a pack: read in one look, written in short transactions, switched to by one row.

Several processes may begin at once: each takes an epoch of its own, and only the youngest may
write and switch. What changes while a pack is made is written down under its epoch, so that
whoever reads it looks at those profiles again.
"""

import datetime as dt
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeVar

import numpy as np
from sqlalchemy import text

from storage import pack_rows
from storage.database import Database
from storage.pack_columns import (
    ABOUT,
    BY_CREATOR,
    BY_PROFILE,
    COLUMNS,
    ORDERED_PARTS,
    SHARED,
    About,
    Array,
    Gathered,
    order_of,
    posting_bytes,
    shared_of,
)
from storage.packs import asked
from storage.transaction import Transaction

PIECE = 512 * 1024
"""Bytes of a stretch; written some at once, so that the write lock is held for a short time."""
AT_ONCE = 4 * PIECE
FETCHED = 2_000
FORGOTTEN_AT_ONCE = 10_000
PATIENCE = 60.0
FIRST = ("profile_id", "creator_id", "unknown_parts", *(name.value for name in ORDERED_PARTS))
"""Columns that are read first, since the order follows from them."""
COLUMNS_AT_ONCE = 6
"""How many columns are in memory together."""


T = TypeVar("T")


class Superseded(Exception):
    """A younger building has begun: this one stops."""


def build(database: Database, workspace_id: int, after: int) -> bool:
    """Make a new pack and switch to it; says whether it came to that.

    after: the epoch known so far; when another building has begun since, nothing is done.
    """
    with database.writing(workspace_id) as tx:
        epoch = _begin(tx, after)
    if epoch is None:
        return False
    _await_older_writers(database, workspace_id)
    builder = _Builder(database, workspace_id, epoch)
    try:
        with database.reading(workspace_id) as tx:
            pack_rows.look_through(tx)
            size = builder.copy(tx)
        builder.switch(size)
    except Superseded:
        return False
    builder.forget_older()
    return True


def _begin(tx: Transaction, after: int) -> int | None:
    now = _real_now(tx)
    if after == 0:
        asked(
            tx,
            "INSERT INTO packs (workspace_id, version, epoch, size) VALUES (?, 0, 0, 0) "
            "ON CONFLICT DO NOTHING",
            tx.workspace_id,
        )
    begun = asked(
        tx,
        "UPDATE packs SET epoch = epoch + 1, working_at = ? WHERE workspace_id = ? AND epoch = ?",
        now, tx.workspace_id, after,
    )  # fmt: skip
    return after + 1 if begun.rowcount == 1 else None


def _real_now(tx: Transaction) -> str | dt.datetime:
    """Real time, as the driver takes it."""
    now = dt.datetime.now(dt.UTC)
    return now if tx.on_postgresql else now.replace(tzinfo=None).isoformat(" ")


def _await_older_writers(database: Database, workspace_id: int) -> None:
    """Until every transaction has ended that may have written a change under an older epoch.

    SQLite has one writer at a time, so there is none. On PostgreSQL those that had begun to write
    before the epoch was seen by all have numbers below the next one to be given out now.
    """
    if database.is_sqlite:
        return
    with database.reading(workspace_id) as tx:
        next_one = _scalar(tx, "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
    give_up = time.monotonic() + PATIENCE
    while True:
        with database.reading(workspace_id) as tx:
            oldest = _scalar(tx, "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        if oldest >= next_one:
            return
        if time.monotonic() > give_up:
            raise TimeoutError("a transaction on the database has not ended for a minute")
        time.sleep(0.02)


def _scalar(tx: Transaction, statement: str) -> int:
    return int(tx.session.execute(text(statement)).scalar_one())


class _Builder:
    """One building of a pack."""

    def __init__(self, database: Database, workspace_id: int, epoch: int) -> None:
        self._database, self._workspace_id, self._epoch = database, workspace_id, epoch
        self._types: dict[str, str] = {}
        self._words: dict[str, list[str]] = {}

    def copy(self, tx: Transaction) -> int:
        """Write all arrays; gives how many profiles there are."""
        first = _gathered(tx, FIRST)
        parts = [first.take(name.value) for name in ORDERED_PARTS]
        profiles = first.take("profile_id")
        order = order_of(parts)
        best_first = np.lexsort((profiles, -order)).astype(np.int32)
        for name, values in zip(ORDERED_PARTS, parts, strict=True):
            self._keep(name.value, values[best_first])
        del parts
        self._keep("unknown_parts", first.take("unknown_parts")[best_first])
        self._keep("profile_id", profiles[best_first])
        row_of = np.empty(len(profiles), dtype=np.int32)
        row_of[best_first] = np.arange(len(profiles), dtype=np.int32)
        self._keep(BY_PROFILE, row_of)  # profiles were read in their order
        creators = first.take("creator_id")[best_first]
        shared = self._keep_creators(creators)
        del creators, first
        rest = [column.name for column in COLUMNS if column.name not in FIRST]
        for names in _some_of(rest, COLUMNS_AT_ONCE):
            gathered = _gathered(tx, names)
            for column in names:
                if column in gathered.words:
                    self._words[column] = list(gathered.words[column])
                self._keep(column, gathered.take(column)[best_first])
        self._copy_niches(tx, profiles, row_of, order[best_first])
        about = About(len(profiles), shared, self._types, self._words)
        self._write(ABOUT, about.as_bytes())
        return len(profiles)

    def _keep_creators(self, creators: Array) -> int:
        by_creator = np.argsort(creators, kind="stable").astype(np.int32)
        shared = shared_of(creators, by_creator)
        self._keep("creator_id", creators)
        self._keep(BY_CREATOR, by_creator)
        self._keep(SHARED, shared)
        return int(np.count_nonzero(shared))

    def _copy_niches(self, tx: Transaction, profiles: Array, row_of: Array, order: Array) -> None:
        for niche in pack_rows.niches(tx):
            numbers, relevance = _of_niche(tx, niche)
            there = np.isin(numbers, profiles, assume_unique=True)
            places = np.searchsorted(profiles, numbers[there])
            relevance = relevance[there]
            made = posting_bytes(row_of[places], relevance, order)
            self._write(f"niche:{niche}", made)

    def _keep(self, name: str, values: Array) -> None:
        self._types[name] = values.dtype.str
        self._write(f"column:{name}", values.tobytes())

    def _write(self, name: str, content: bytes) -> None:
        """Store an array in pieces, some in each transaction."""
        pieces = [content[at : at + PIECE] for at in range(0, len(content), PIECE)]
        for some in _some_of(list(enumerate(pieces)), AT_ONCE // PIECE):
            self._short(partial(self._insert, name=name, pieces=some))

    def _insert(self, tx: Transaction, name: str, pieces: Sequence[tuple[int, bytes]]) -> None:
        for place, content in pieces:
            asked(
                tx,
                "INSERT INTO pack_pieces (workspace_id, version, name, place, content) "
                "VALUES (?, ?, ?, ?, ?)",
                self._workspace_id, self._epoch, name, place, content,
            )  # fmt: skip

    def switch(self, size: int) -> None:
        """From now on searches read this pack."""
        self._short(
            lambda tx: asked(
                tx,
                "UPDATE packs SET version = ?, size = ?, built_at = ? WHERE workspace_id = ?",
                self._epoch, size, _real_now(tx), self._workspace_id,
            )
        )  # fmt: skip

    def forget_older(self) -> None:
        """Delete older packs and the changes that this one has seen."""
        for table, condition in (
            ("pack_pieces", "version <> ?"),
            ("pack_changes", "epoch < ?"),
        ):
            at_once = FORGOTTEN_AT_ONCE if table == "pack_changes" else AT_ONCE // PIECE
            statement = (
                f"DELETE FROM {table} WHERE id IN (SELECT id FROM {table} "  # noqa: S608  all ours
                f"WHERE workspace_id = ? AND {condition} LIMIT {at_once})"
            )
            while self._deleted(statement):
                pass

    def _deleted(self, statement: str) -> bool:
        try:
            found = self._short(lambda tx: asked(tx, statement, self._workspace_id, self._epoch))
        except Superseded:
            return False  # the younger one tidies up
        return bool(found)

    def _short(self, step: Callable[[Transaction], object]) -> int:
        """One transaction, if no younger building has begun; gives how many rows it changed."""
        with self._database.writing(self._workspace_id) as tx:
            mine = asked(
                tx,
                "UPDATE packs SET working_at = ? WHERE workspace_id = ? AND epoch = ?",
                _real_now(tx), self._workspace_id, self._epoch,
            )  # fmt: skip
            if mine.rowcount != 1:
                raise Superseded(self._epoch)
            done = step(tx)
            return int(getattr(done, "rowcount", 0))


def _some_of(things: Sequence[T], at_once: int) -> Iterator[Sequence[T]]:
    """The things in their order, some at once."""
    for start in range(0, len(things), at_once):
        yield things[start : start + at_once]


def _gathered(tx: Transaction, names: Sequence[str]) -> Gathered:
    columns = [column for column in COLUMNS if column.name in names]
    gathered = Gathered(columns)
    for rows in pack_rows.columns_of_all(tx, columns, FETCHED):
        gathered.add(rows)
    return gathered


def _of_niche(tx: Transaction, niche: str) -> tuple[Array, Array]:
    """Profiles of a niche and their relevance."""
    found: list[Array] = list(_stretches(tx, niche))
    both = np.concatenate(found) if found else np.zeros((0, 2), dtype=np.int64)
    return both[:, 0], both[:, 1]


def _stretches(tx: Transaction, niche: str) -> Iterator[Array]:
    for rows in pack_rows.of_niche(tx, niche, FETCHED):
        yield np.array([tuple(row) for row in rows], dtype=np.int64)
