"""Servers end cleanly, whenever they are told to."""

import contextlib
import http.client
import logging
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from waitress.trigger import trigger

from bot.app import Bot, build
from bot.http_server import HttpServer
from bot.settings import Settings
from tests.beginnings import EMPTY, sqlite_beginning
from tests.playground_stand_in import playing
from tests.slack import LOOPBACK

AT_ONCE = 6


@pytest.fixture
def bot(session_folder: Path, tmp_path: Path) -> Iterator[Bot]:
    built = build(
        Settings(
            _env_file=None,
            database_url=sqlite_beginning(EMPTY, session_folder, tmp_path).database_url,
            data_dir=tmp_path / "data",
            slack_signing_secret=SecretStr("secret"),
            server_threads=4,
        )
    )
    yield built
    built.services.database.close()


@pytest.fixture(autouse=True)
def no_thread_fails(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> Iterator[None]:
    """What is raised in a server's own threads shows nowhere else."""
    failed: list[str] = []
    monkeypatch.setattr(threading, "excepthook", lambda raised: failed.append(repr(raised)))
    caplog.set_level(logging.WARNING, "waitress")
    yield
    assert failed == []
    assert [one for one in caplog.messages if "rror" in one or "xception" in one] == []


class Crowd:
    """Clients that ask without a break until they are refused."""

    def __init__(self, port: int, path: str = "/readyz") -> None:
        self.answered = threading.Event()
        self.statuses: set[int] = set()
        self._where = port, path
        self._threads = [threading.Thread(target=self._ask, daemon=True) for _ in range(AT_ONCE)]
        for thread in self._threads:
            thread.start()

    def _ask(self) -> None:
        port, path = self._where
        with contextlib.suppress(OSError, http.client.HTTPException):
            while True:
                link = http.client.HTTPConnection(LOOPBACK, port, timeout=5)
                with contextlib.closing(link):
                    link.request("GET", path)
                    self.statuses.add(link.getresponse().status)
                    self.answered.set()

    def join(self) -> None:
        for thread in self._threads:
            thread.join(10)
            assert not thread.is_alive(), "the server neither answers nor refuses"


def serve(server: HttpServer) -> threading.Thread:
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    return thread


def close_at_once(server: HttpServer, how_many: int) -> None:
    together = threading.Barrier(how_many)

    def close() -> None:
        together.wait(5)
        server.close()

    threads = [threading.Thread(target=close) for _ in range(how_many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.parametrize("closers", [1, 2])
def test_a_server_stopped_in_the_middle_of_requests_ends_and_refuses_what_follows(
    bot: Bot, closers: int
) -> None:
    for _ in range(10):
        server = HttpServer(bot, LOOPBACK, 0)
        loop, crowd = serve(server), Crowd(server.port)
        assert crowd.answered.wait(10)

        close_at_once(server, closers)

        loop.join(5)
        assert not loop.is_alive()
        crowd.join()
        assert crowd.statuses == {200}, "what was taken up is answered, the rest refused"


def test_a_server_stopped_before_or_while_it_begins_never_serves(bot: Bot) -> None:
    for number in range(30):
        server = HttpServer(bot, LOOPBACK, 0)
        if number % 2:
            server.close()
        loop = serve(server)

        server.close()
        server.close()

        loop.join(5)
        assert not loop.is_alive()
        with pytest.raises(OSError):
            http.client.HTTPConnection(LOOPBACK, server.port, timeout=1).connect()


def test_a_request_that_outlasts_the_limit_writes_into_no_file_of_somebody_else(
    bot: Bot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The loop's wake-up pipe is a number, which the system gives to the next file opened."""
    begun, go_on = threading.Event(), threading.Event()

    def slowly() -> None:
        begun.set()
        go_on.wait(10)

    monkeypatch.setattr(bot.services.database, "ping", slowly)
    others = set(threading.enumerate())
    server = HttpServer(bot, LOOPBACK, 0)
    loop = serve(server)
    link = http.client.HTTPConnection(LOOPBACK, server.port, timeout=5)
    link.request("GET", "/readyz")
    assert begun.wait(5)

    server.close(seconds=0.1)
    loop.join(5)
    paths = [tmp_path / str(number) for number in range(20)]
    files = [os.open(path, os.O_RDWR | os.O_CREAT) for path in paths]
    go_on.set()
    for thread in set(threading.enumerate()) - others:
        thread.join(5)

    assert [path.read_bytes() for path in paths] == [b""] * len(paths)
    for file in files:
        os.close(file)
    link.close()


def test_a_thread_that_wakes_the_loop_while_it_is_told_to_end_is_no_error(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The loop may have done what it was told, and ended, before the one who told it woke it."""

    def wake_before_and_after(pulled: trigger) -> None:
        os.write(pulled.trigger, b"x")  # somebody else
        until = time.monotonic() + 5
        while pulled.thunks and time.monotonic() < until:
            pause.wait(0.001)
        os.write(pulled.trigger, b"x")

    pause = threading.Event()
    monkeypatch.setattr(trigger, "_physical_pull", wake_before_and_after)
    server = HttpServer(bot, LOOPBACK, 0)
    loop = serve(server)
    with playing() as (playground, _):
        server.close()
        playground.stop()

    loop.join(5)
    assert not loop.is_alive()


def test_stopping_leaves_no_file_open(bot: Bot) -> None:
    def once() -> None:
        server = HttpServer(bot, LOOPBACK, 0)
        loop = serve(server)
        server.close()
        loop.join(5)

    once()
    before = open_files()
    for _ in range(5):
        once()

    assert open_files() <= before


def test_a_playground_stopped_in_the_middle_of_requests_twice_ends() -> None:
    for _ in range(3):
        with playing() as (playground, _):
            port = int(playground.url.rpartition(":")[2])
            crowd = Crowd(port, "/_/state?user=ana")
            assert crowd.answered.wait(10)
            stops: list[Any] = [threading.Thread(target=playground.stop) for _ in range(2)]
            for stop in stops:
                stop.start()
            for stop in stops:
                stop.join(10)
                assert not stop.is_alive()
            playground.join()
        crowd.join()
