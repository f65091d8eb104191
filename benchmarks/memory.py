"""One very large workspace: what the real server keeps in memory, and searches for words."""

import datetime as dt
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import find, import_ready, load, start_up, words
from storage import pack_process, packs, people
from storage.database import Database

REQUESTS = 2_000
CONNECTIONS = 8
AIM = "aim: under 200"


def run(count: int, folder: Path) -> None:
    """Print private memory before and after searches."""
    path = folder / f"memory-{count}.db"
    _fill(path, count, folder)
    print(
        f"\nmemory of `serve` with {count:,} creators in one workspace, {CONNECTIONS} connections"
    )
    with _serving(path, folder) as (port, pid):
        load.closed_loop(port, find.MIX[:1], 1, 1)
        print(f"  {own_memory(pid):4.0f} MiB that only it has after its first searches")
        said = load.closed_loop(port, find.MIX, REQUESTS, CONNECTIONS)
        print(
            f"  after {REQUESTS:,} of {len(find.MIX)} kinds     {own_memory(pid):4.0f} MiB ({AIM})"
        )
        print(f"  {said.line()}")
    database = Database(f"sqlite:///{path}", lambda: dt.datetime.now(dt.UTC))
    words.run(database, 1)
    database.close()


def own_memory(pid: int) -> float:
    """What a process alone holds, in MiB."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    private = [line.split() for line in lines if line.startswith("Private_")]
    return sum(int(words[1]) for words in private) / 1024


def _fill(path: Path, count: int, folder: Path) -> None:
    """Creators, whoever asks for them, and the pack that a worker makes within a minute."""
    import_ready.bring(f"sqlite:///{path}", count, folder)
    database = Database(f"sqlite:///{path}", lambda: dt.datetime.now(dt.UTC))
    with database.writing(1) as tx:
        people.learn(tx, {"id": "U0BENCH0001", "name": "ana", "tz": "Europe/London"})
    with database.reading(1) as tx:
        epoch = packs.due(tx)
    if epoch is not None:
        pack_process.build(database, 1, epoch)
    database.close()


@contextmanager
def _serving(path: Path, folder: Path) -> Iterator[tuple[int, int]]:
    """The server; gives its port and its number."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = start_up.environment(folder) | {
        "DATABASE_URL": f"sqlite:///{path}",
        "SLACK_SIGNING_SECRET": load.SECRET,
        "LIVE_SOURCES": "false",
    }
    command = [sys.executable, "-m", "bot", "serve", "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(command, env=os.environ | settings, stdout=subprocess.DEVNULL)
    try:
        start_up.wait_until_ready(port)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait()
