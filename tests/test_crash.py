"""A short form of `python -m benchmarks.crash`, and servers that are told to stop."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash.lives import Lives
from tests.crash.round import Round

KILLS = 3
PACE = 10.0


@pytest.fixture(scope="module")
def lives() -> Iterator[Lives]:
    made = Lives(PACE)
    yield made
    made.close()


def test_what_people_were_told_is_kept_and_posted_once_however_often_the_server_is_killed(
    lives: Lives, database_url: str, tmp_path: Path
) -> None:
    """With the history scopes on one database, and without them on the other."""
    history = database_url.startswith("sqlite")

    told = Round(lives, database_url, tmp_path, history=history, seed=11).run(KILLS)

    assert told.found.wrong == []
    assert sum(told.kills.values()) == KILLS
    assert told.acknowledged.count["numbered"] > 0
    assert told.found.digests >= 2, "a week has passed for each of two digests"


def test_a_server_that_is_told_to_stop_finishes_what_it_has_in_hand_and_leaves_the_rest(
    lives: Lives, database_url: str, tmp_path: Path
) -> None:
    here = Round(lives, database_url, tmp_path, history=True, seed=0)
    with here.begun() as (slack, channel):
        slack.faults.add("chat.postMessage", "delay", seconds=1.0, times=5)
        here.write(channel, 6)
        slack.wait_for(lambda: slack.store.messages_in(channel), "the first is in hand")

        status = lives.kill(signal.SIGTERM)

        assert status == 0
        states = [(row.state, bool(row.ts)) for row in here.numbered(channel)]
        assert states == sorted(states), "no post is left half-way"
        assert set(states) == {("sent", True), ("waiting", False)}
        slack.faults.clear()
        here.start()
        slack.wait_for(lambda: len(slack.store.messages_in(channel)) == 6, "the rest", 60)
        assert [one.text for one in slack.store.messages_in(channel)] == list("123456")
        assert slack.api_calls("conversations.history") == [], "nothing was in doubt"
