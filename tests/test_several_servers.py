"""Three servers on one PostgreSQL: the short form of `python -m benchmarks.replicas`."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import postgres
from tests.fleet.checks import look
from tests.fleet.fleet import Fleet, fleet
from tests.fleet.scene import WEEK, Scene, in_background

DIGESTS = 6


@pytest.fixture
def servers(tmp_path: Path, session_folder: Path) -> Iterator[Fleet]:
    """Three servers that are not started yet, on a database without any table."""
    reason = postgres.missing_reason()
    if reason:
        pytest.skip(reason)
    url = postgres.postgres_url(session_folder)
    with fleet("http", url, tmp_path) as here:
        yield here
    postgres.drop_database(url)


def cut_off(here: Fleet) -> None:
    """Every connection to the database breaks, as when it starts anew."""
    url = here.database.url
    postgres._execute(
        Path(str(url.query["host"])),
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{url.database}'",  # noqa: S608  a name of ours
    )


def digests_in(here: Fleet) -> int:
    """How many digests stand in Slack."""
    with here.slack.store.reading():
        return sum(
            str((one.metadata or {}).get("event_payload", {}).get("key")).startswith("digest:")
            and not one.is_reply
            for found in here.slack.store.messages.values()
            for one in found
        )


def test_three_servers_under_kills_post_every_digest_once_and_count_every_vote_once(
    servers: Fleet,
) -> None:
    servers.start()  # all at once, on an empty database: one of them makes the tables
    servers.wait_until_up(3)
    scene = Scene(servers.slack, servers.database)
    scene.schedule_digests(DIGESTS, scene.channels("weekly", 3))
    voters = scene.approvers(3)
    scene.post_shortlist(scene.channels("list", 1)[0], voters, cards=3)
    numbered, ended = scene.channels("numbered", 1), threading.Event()
    busy = [
        in_background(lambda: scene.vote(lambda: True, 0.02)),
        in_background(lambda: scene.write_numbered(numbered, lambda: not ended.is_set(), 0.02)),
    ]

    servers.move_clock(WEEK)
    servers.slack.wait_for(lambda: digests_in(servers) > 0, "the first digest", 30)
    servers.processes.kill(0)
    cut_off(servers)
    busy[0].join()
    ended.set()
    busy[1].join()
    servers.processes.kill_all()
    servers.end_leases()
    servers.processes.start(1)  # which looks for what was due, and for votes, when it starts
    servers.wait_until_up(1)
    servers.slack.wait_for(lambda: digests_in(servers) == DIGESTS, "all of them", 30)
    servers.slack.wait_for(servers.is_idle, "nothing is left to do", 30)

    found = look(scene, weeks=1, schedules=DIGESTS)
    assert found.wrong == []
    assert (found.periods, found.votes) == (DIGESTS, 9)
    assert found.numbered > 5
