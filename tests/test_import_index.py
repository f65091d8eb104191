"""Index rows of an import are written in runs: complete whoever dies and whatever comes between."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import select

from domain.creator import Figures, Platform, ProfileSnapshot
from domain.niche import default_vocabulary
from handlers import import_storing
from handlers.import_turns import Turns
from storage import import_index, index, profile_store, profiles
from storage.database import Database
from storage.models import NicheRow, Profile, WordRow
from tests.importing import Bench

pytestmark = pytest.mark.both_databases

ROWS = [
    f"@person{n},Person {n},{n + 1_000},{n % 5 + 1}%,{('Skincare', 'Food', 'Travel')[n % 3]},,,,"
    "2026-02-01"
    for n in range(160)
]


@pytest.fixture
def bench(database: Database, tmp_path: Path) -> Bench:
    """An empty workspace."""
    return Bench(database, tmp_path)


@pytest.fixture(autouse=True)
def small_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred and sixty profiles make four runs, each of them several stretches."""
    monkeypatch.setattr(import_index, "RUN", 40)
    monkeypatch.setattr(import_storing, "ROWS_A_PROFILE", 2)


class Died(Exception):
    """As a process that is killed between two transactions."""


class Interrupted(Turns):
    """Turns between which something happens, once."""

    def __init__(self, bench: Bench, after: int, what: Callable[[], None]) -> None:
        super().__init__(bench.database, bench.workspace_id)
        self._left, self._what = after, what

    def give_way(self, size: int) -> int:
        """Let it happen in its turn; batches stay as small as they begin."""
        self._left -= 1
        if not self._left:
            self._what()
        super().give_way(size)
        return size


def interrupted(bench: Bench, import_id: int, after: int, what: Callable[[], None]) -> None:
    """Import a file, and let something happen after some transactions."""
    importer = bench.importer()
    importer.turns = Interrupted(bench, after, what)
    try:
        importer.carry_on(import_id)
    except Died:
        with bench.writing() as tx:  # its lease lapses
            tx.session.connection().execute(text("UPDATE imports SET leased_until = NULL"))


def rows_of(bench: Bench) -> list[tuple[Any, ...]]:
    """All rows of the index but who brought them, which is nobody's business once they are seen."""
    with bench.reading() as tx:
        found: list[tuple[Any, ...]] = []
        for model in (NicheRow, WordRow):
            for row in tx.session.exec(select(model)):
                values = row.model_dump(exclude={"since_import", "until_import"})
                found.append((model.__name__, *(repr(one) for one in values.values())))
    return sorted(found)


def is_complete(bench: Bench) -> bool:
    """Whether writing all index rows anew changes nothing."""
    before = rows_of(bench)
    with bench.writing() as tx:
        ids = [number for number in tx.session.exec(select(Profile.id)) if number is not None]
        profile_store.reindex(tx, ids, default_vocabulary(), index.pools(tx))
    return bool(before) and before == rows_of(bench)


def look_up(bench: Bench, handle: str) -> None:
    """A platform says something of a profile that nobody sees yet, should it be stored by now."""
    said = ProfileSnapshot(
        platform=Platform.INSTAGRAM,
        handle=handle,
        bio="Motorcycles",
        figures=Figures(followers=777),
        source="instagram",
    )
    with bench.writing() as tx:
        profile_store.store(tx, [said], default_vocabulary(), index.pools(tx))


@pytest.mark.parametrize("after", [1, 2, 4, 7, 11, 20])
def test_an_import_that_dies_between_any_two_writes_leaves_nothing_unindexed(
    bench: Bench, after: int
) -> None:
    import_id = bench.queue(bench.write(ROWS))

    def die() -> None:
        raise Died

    interrupted(bench, import_id, after, die)
    assert bench.run(import_id).state == "storing"

    assert bench.importer().carry_on(import_id) == "published"

    assert bench.counts(import_id)[:2] == (len(ROWS), 0)
    assert is_complete(bench)


@pytest.mark.parametrize("after", [1, 3, 6, 12])
def test_what_is_said_of_a_profile_while_its_rows_wait_counts(bench: Bench, after: int) -> None:
    """A look-up finds accounts that an import has stored and nobody sees yet."""
    bench.bring(["@anna,Anna,5000,3%,Skincare,,,,2026-01-01"], "first.csv")
    import_id = bench.queue(bench.write(ROWS))

    def ask() -> None:
        for handle in ("person1", "person39", "person100"):
            look_up(bench, handle)

    interrupted(bench, import_id, after, ask)

    assert bench.run(import_id).state == "published"
    assert is_complete(bench)
    with bench.reading() as tx:
        (one,) = profiles.by_handle(tx, "person1")
        rows = select(NicheRow).where(
            NicheRow.profile_id == one.id, NicheRow.niche == "motorcycles"
        )
        assert len(tx.session.exec(rows).all()) == 1


def test_an_import_of_a_version_that_wrote_rows_at_once_is_taken_up(bench: Bench) -> None:
    """Its rows are there though it says of none of them that they are."""
    import_id = bench.queue(bench.write(ROWS))

    def die() -> None:
        with bench.writing() as tx:
            ids = [number for number in tx.session.exec(select(Profile.id)) if number is not None]
            run = tx.session.connection()
            run.execute(text("UPDATE imports SET indexed_to = 1000000"))
            profile_store.reindex(tx, ids, default_vocabulary(), index.pools(tx))
            run.execute(text("UPDATE imports SET indexed_to = 0"))
        raise Died

    interrupted(bench, import_id, 2, die)

    assert bench.importer().carry_on(import_id) == "published"
    assert is_complete(bench)


def test_undoing_an_import_that_died_leaves_no_row(bench: Bench) -> None:
    import_id = bench.queue(bench.write(ROWS))

    def die() -> None:
        raise Died

    interrupted(bench, import_id, 4, die)
    for path in (bench.folder / "imports").glob(f"{import_id}.*"):
        path.unlink()

    assert bench.importer().carry_on(import_id) == "failed"
    assert rows_of(bench) == []
