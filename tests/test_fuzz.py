"""Hostile requests over real sockets: refused as they should be, none answered 500 or left hanging.

`python -m benchmarks.fuzz` sends a million; this is its short form.
"""

import json
import logging
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import fuzz_client, fuzz_target
from benchmarks.fuzz_requests import EVENTS, Target
from bot import http_connections
from bot.listening import Listener
from tests.slack import Slack

REQUESTS = 600
ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Slack, Target]]:
    """The bot of many workspaces, after people did everything once."""
    slack, target = fuzz_target.prepare(tmp_path_factory.mktemp("fuzz"))
    yield slack, target
    slack.stop()


def test_hostile_requests_are_refused_as_they_should_be(fuzzed: tuple[Slack, Target]) -> None:
    slack, target = fuzzed

    outcome = fuzz_client.send(slack.server.port, target, seed=0, count=REQUESTS)

    assert outcome.total == REQUESTS
    assert outcome.faults == {}, outcome.kept
    assert len(outcome.statuses) >= 10
    assert sum(outcome.statuses["signed, spoilt"].values()) > 20
    assert outcome.statuses["unsigned"].keys() == {"401"}


def test_a_mistake_that_shows_in_a_librarys_code_is_counted_and_answers_nobody() -> None:
    mistakes = fuzz_target.Mistakes()
    log = logging.Logger("fuzzed")
    log.addHandler(mistakes)

    try:
        json.loads("")
    except ValueError:
        log.exception("failed")

    assert [name.rpartition(":")[0] for name in mistakes.counts] == [
        f"JSONDecodeError at {Path(__file__).relative_to(ROOT)}"
    ]


def ok(environ, start_response):
    start_response("200 OK", [("Content-Length", "2"), ("Content-Type", "text/plain")])
    return [environ["REQUEST_METHOD"].encode()[:2]]


@pytest.fixture
def listening(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A server that gives a request a second, and looks for those that trickle all the time."""
    monkeypatch.setattr(http_connections, "REQUEST_SECONDS", 1.0)
    monkeypatch.setitem(http_connections.LIMITS, "cleanup_interval", 0)
    server = Listener(ok, "127.0.0.1", 0, threads=2)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.port
    server.close()


def ask(port: int, *requests: bytes) -> list[bytes]:
    """The first line of each answer that comes for these bytes, all on one connection."""
    with socket.create_connection(("127.0.0.1", port), 5) as connection:
        connection.sendall(b"".join(requests))
        got = b""
        connection.settimeout(0.3)
        try:
            while part := connection.recv(65_536):
                got += part
        except (TimeoutError, ConnectionResetError):
            pass
    return [line for line in got.splitlines() if line.startswith(b"HTTP/")]


@pytest.mark.parametrize(
    "head",
    [
        b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: identity\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: " + b"9" * 5_000 + b"\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 5, 5\r\n\r\nhello",
        b"POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.0\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET http://[ HTTP/1.1\r\n\r\n",
        b"GET /\xff\xfe\x00 \x00HTTP/1.1\r\n\r\n",
    ],
)
def test_what_two_servers_could_read_differently_is_one_400_and_nothing_after_it(
    listening: int, head: bytes
) -> None:
    inner = b"GET /inner HTTP/1.1\r\n\r\n"

    [answer] = ask(listening, head, inner)

    assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.0 400"))


def test_headers_without_end_are_refused(listening: int) -> None:
    [answer] = ask(listening, b"GET / HTTP/1.1\r\nX: ".ljust(http_connections.LARGEST_HEAD, b"x"))

    assert b" 431 " in answer


def test_the_answer_to_head_has_no_body_in_which_the_next_would_begin(listening: int) -> None:
    both = ask(listening, b"HEAD / HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n")

    assert both == [b"HTTP/1.1 200 OK", b"HTTP/1.1 200 OK"]


def test_a_request_that_trickles_in_is_cut_off_while_others_are_answered(listening: int) -> None:
    with socket.create_connection(("127.0.0.1", listening), 5) as slow:
        slow.sendall(b"POST / HTTP/1.1\r\nX: ")
        slow.settimeout(0.1)
        began, open_still = time.monotonic(), True
        while open_still and time.monotonic() - began < 10:
            assert ask(listening, b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n")
            try:
                slow.sendall(b"x")
                open_still = bool(slow.recv(100))
            except TimeoutError:
                open_still = True
            except OSError:
                open_still = False

    assert not open_still


def test_a_connection_that_waits_between_two_requests_is_kept(listening: int) -> None:
    with socket.create_connection(("127.0.0.1", listening), 5) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
        connection.settimeout(1.3)  # longer than a request may take
        answer = b""
        with pytest.raises(TimeoutError):
            while part := connection.recv(1_000):
                answer += part
        assert answer.startswith(b"HTTP/1.1 200")

        connection.sendall(b"GET / HTTP/1.1\r\n\r\n")

        assert connection.recv(1_000).startswith(b"HTTP/1.1 200")


def test_a_body_that_is_too_long_is_refused_by_its_stated_length(
    fuzzed: tuple[Slack, Target],
) -> None:
    head = b"POST " + EVENTS.encode() + b" HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n"

    [answer] = ask(fuzzed[0].server.port, head)

    assert b" 413 " in answer
