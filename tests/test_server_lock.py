"""A second server on one SQLite file is refused, until the first is gone, killed or not."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from bot.server_lock import ServerAlreadyRunning, ServerLock

HOLD = """
import sys
from pathlib import Path
from bot.server_lock import ServerLock
ServerLock(Path(sys.argv[1])).acquire()
print("held", flush=True)
sys.stdin.read()
"""


def another_server(database: Path) -> "subprocess.Popen[str]":
    server = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(database)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parent.parent,
    )
    assert server.stdout is not None
    assert server.stdout.readline() == "held\n"
    return server


def test_a_second_server_is_refused_with_a_sentence_and_may_start_once_the_first_is_killed(
    tmp_path,
):
    database = tmp_path / "bot.db"
    first = another_server(database)
    with pytest.raises(ServerAlreadyRunning) as refused:
        ServerLock(database).acquire()
    assert str(refused.value) == (
        f"Another influencer-bot server (process {first.pid}) is already running on {database}. "
        "Stop it first; to run several, use PostgreSQL (DATABASE_URL)."
    )

    first.kill()
    first.wait()
    with ServerLock(database):
        pass


def test_the_lock_is_free_again_after_release_and_refused_twice_in_one_process(tmp_path):
    database = tmp_path / "new" / "folder" / "bot.db"
    with ServerLock(database), pytest.raises(ServerAlreadyRunning):
        ServerLock(database).acquire()
    lock = ServerLock(database)
    lock.acquire()
    lock.release()
    lock.release()
    with ServerLock(database):
        pass


def test_a_link_to_the_database_leads_to_the_same_lock(tmp_path):
    (tmp_path / "link.db").symlink_to(tmp_path / "bot.db")
    with ServerLock(tmp_path / "bot.db"), pytest.raises(ServerAlreadyRunning):
        ServerLock(tmp_path / "link.db").acquire()
    with ServerLock(tmp_path / "bot.db"), ServerLock(tmp_path / "other.db"):
        pass


def test_other_commands_use_the_database_beside_the_server(tmp_path):
    database = tmp_path / "bot.db"
    with ServerLock(database):
        link = sqlite3.connect(database)
        with link:
            link.execute("CREATE TABLE t (id)")
        link.close()
