"""How many requests are worked on at once, and what happens to those that come meanwhile."""

import threading
import time

from bot.work_turns import WorkTurns

PATIENCE = 20.0


def test_no_more_than_so_many_work_at_once_and_all_get_their_turn() -> None:
    turns, lock = WorkTurns(at_once=3, longest_wait=PATIENCE), threading.Lock()
    working, most, done = 0, 0, 0

    def work() -> None:
        nonlocal working, most, done
        with turns.turn():
            with lock:
                working += 1
                most = max(most, working)
            for _ in range(1_000):
                pass
            with lock:
                working -= 1
                done += 1

    threads = [threading.Thread(target=work) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert most <= 3
    assert done == 40


def test_who_waits_for_slack_lets_others_work_and_has_a_turn_again_afterwards() -> None:
    turns = WorkTurns(at_once=1, longest_wait=PATIENCE)
    asking, other_worked = threading.Event(), threading.Event()

    def ask_slack() -> None:
        with turns.turn(), turns.resting():
            asking.set()
            assert other_worked.wait(PATIENCE)

    first = threading.Thread(target=ask_slack)
    first.start()
    assert asking.wait(PATIENCE)
    with turns.turn():
        other_worked.set()
    first.join()

    began = time.monotonic()
    with turns.turn():
        pass
    assert time.monotonic() - began < PATIENCE, "no turn was lost"


def test_nobody_waits_for_long_behind_those_that_wait_for_something_else() -> None:
    turns = WorkTurns(at_once=1, longest_wait=0.05)
    with turns.turn():
        worked = threading.Thread(target=lambda: turns.turn().__enter__())
        worked.start()
        worked.join(PATIENCE)
        assert not worked.is_alive()


def test_a_worker_that_holds_no_turn_neither_takes_nor_gives_one() -> None:
    turns = WorkTurns(at_once=1, longest_wait=PATIENCE)
    with turns.resting():
        pass
    with turns.turn(), turns.resting(), turns.turn():
        pass
