"""Whose turn it is to write: people whom somebody awaits first, each in the order of coming."""

import threading
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import Clock
from storage import workspaces
from storage.database import Database, Unavailable
from storage.migrate import migrate
from storage.write_turns import WriteTurns

PATIENCE = 20.0


def until(turns: "WriteTurns | Database", waiting: int) -> None:
    """Wait until so many wait."""
    end = time.monotonic() + PATIENCE
    while _waiting(turns) != waiting:
        assert time.monotonic() < end, "the others do not wait"
        threading.Event().wait(0.001)


def _waiting(of: "WriteTurns | Database") -> int:
    return of.writers_waiting if isinstance(of, Database) else of.waiting


@given(st.lists(st.booleans(), min_size=1, max_size=8))
def test_who_is_awaited_goes_first_and_nobody_is_passed_by_within_their_kind(
    coming: list[bool],
) -> None:
    turns, order = WriteTurns(PATIENCE), list[int]()

    def write(number: int, awaited: bool) -> None:
        with turns.turn(awaited=awaited):
            order.append(number)

    threads = []
    with turns.turn(awaited=False):
        for number, awaited in enumerate(coming):
            threads.append(threading.Thread(target=write, args=(number, awaited)))
            threads[-1].start()
            until(turns, number + 1)
    for thread in threads:
        thread.join()

    assert order == sorted(range(len(coming)), key=lambda one: (not coming[one], one))


def test_a_turn_that_ends_in_an_error_is_given_on() -> None:
    turns = WriteTurns(PATIENCE)
    with pytest.raises(ValueError, match="mine"), turns.turn(awaited=True):
        raise ValueError("mine")
    with turns.turn(awaited=True):
        assert turns.waiting == 0


def test_a_writer_of_another_process_is_waited_for(tmp_path: Path) -> None:
    """One that read first and then found the database changed could not write any more."""
    ours, theirs = (Database(f"sqlite:///{tmp_path / 'bot.db'}", Clock().now) for _ in range(2))
    migrate(ours)
    number = workspaces.ensure(ours, "", "T1").id or 0
    inside, done = threading.Event(), list[str]()

    def write() -> None:
        try:
            with theirs.writing(number) as tx:
                seen = workspaces.get(tx)
                inside.set()
                done.append(seen.name)
                seen.name = "theirs"
                tx.session.add(seen)
        except Unavailable as error:
            done.append(type(error).__name__)

    other = threading.Thread(target=write)
    with ours.writing(number) as tx:
        workspace = workspaces.get(tx)
        other.start()
        assert not inside.wait(0.3), "two write at once"
        workspace.name = "ours"
        tx.session.add(workspace)
    other.join()
    with ours.reading(number) as tx:
        assert (done, workspaces.get(tx).name) == (["ours"], "theirs")
    for database in (ours, theirs):
        database.close()


def test_who_waits_too_long_is_told_in_time_and_holds_up_nobody(tmp_path: Path) -> None:
    """While a worker holds the lock for longer than Slack waits, a person gets an answer."""
    database = Database(f"sqlite:///{tmp_path / 'bot.db'}", Clock().now)
    migrate(database)
    number = workspaces.ensure(database, "", "T1").id or 0
    failed = []

    def press() -> None:
        try:
            with database.writing(number, quick=True):
                failed.append("it was written")
        except Unavailable as error:
            failed.append(type(error).__name__)

    person = threading.Thread(target=press)
    with database.writing(number):
        began = time.monotonic()
        person.start()
        person.join()
        assert 1.0 < time.monotonic() - began < PATIENCE
    assert failed == ["TimeoutError"]
    assert database.writers_waiting == 0
    with database.writing(number, quick=True):
        pass
    database.close()
