"""Sends raw bytes over real sockets, and judges each answer."""

import base64
import socket
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from benchmarks.fuzz_requests import Hostile, Requests, Target

HANG_SECONDS = 1.0
PATIENCE = 20.0
INCOMPLETE_SECONDS = 0.2
MOST_KEPT = 200
NO_ANSWER, HUNG_UP, MISTAKE = "no answer", "hung up", "a mistake of ours"
OUR_MISTAKE = b"it is our mistake"


@dataclass
class Outcome:
    """What came of many requests; adds up.

    statuses: of each kind of request, how often each answer came. faults: what is wrong with an
    answer, by what it was. slow: answers that took over a second; slow_again: when sent once more
    as well, which on a busy machine says little: the target counts the work of each request.
    kept: the first requests of each fault, to be tried again.
    """

    statuses: dict[str, Counter[str]] = field(default_factory=dict)
    faults: Counter[str] = field(default_factory=Counter)
    slow: int = 0
    slow_again: int = 0
    slowest: float = 0.0
    kept: list[dict[str, str]] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many requests were sent."""
        return sum(sum(each.values()) for each in self.statuses.values())

    def add(self, other: "Outcome") -> None:
        """Count another's along."""
        for kind, counts in other.statuses.items():
            self.statuses.setdefault(kind, Counter()).update(counts)
        self.faults.update(other.faults)
        self.slow += other.slow
        self.slow_again += other.slow_again
        self.slowest = max(self.slowest, other.slowest)
        self.kept = (self.kept + other.kept)[:MOST_KEPT]

    def as_json(self) -> dict[str, Any]:
        """For a file."""
        return {
            "total": self.total,
            "statuses": {kind: dict(counts) for kind, counts in sorted(self.statuses.items())},
            "faults": dict(self.faults),
            "slow": self.slow,
            "slow_again": self.slow_again,
            "slowest": round(self.slowest, 3),
            "kept": self.kept,
        }

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> "Outcome":
        """As it was written by `as_json`."""
        return cls(
            statuses={kind: Counter(counts) for kind, counts in said["statuses"].items()},
            faults=Counter(said["faults"]),
            slow=said["slow"],
            slow_again=said["slow_again"],
            slowest=said["slowest"],
            kept=said["kept"],
        )


class Client:
    """One connection after the other; kept open while the server keeps it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket: socket.socket | None = None

    def send(self, data: bytes, *, alone: bool = False, patience: float = PATIENCE) -> str:
        """The status of the answer, or `NO_ANSWER` or `HUNG_UP`.

        alone: over a connection of its own. patience: in seconds.
        """
        if alone:
            self.close()
        try:
            status = self._send(data, patience)
        except TimeoutError:
            status = NO_ANSWER
        except OSError:
            status = HUNG_UP
        if alone or status in (NO_ANSWER, HUNG_UP):
            self.close()
        return status

    def close(self) -> None:
        """Hang up."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _send(self, data: bytes, patience: float) -> str:
        fresh = self._socket is None
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), PATIENCE)
        self._socket.settimeout(patience)
        try:
            with suppress(BrokenPipeError, ConnectionResetError):  # answered before all was sent
                self._socket.sendall(data)
            status, stays = self._read(self._socket, has_body=not data.startswith(b"HEAD "))
        except (BrokenPipeError, ConnectionResetError):
            status, stays = "", False
        if not stays:
            self.close()
        if not status and not fresh:  # it was closed before this request
            return self._send(data, patience)
        return status or HUNG_UP

    def _read(self, connection: socket.socket, *, has_body: bool) -> tuple[str, bool]:
        """The status of an answer, "" for none, and whether the connection stays."""
        got = b""
        while b"\r\n\r\n" not in got:
            part = connection.recv(65_536)
            if not part:
                return "", False
            got += part
        head, _, body = got.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (one.partition(": ") for one in lines)}
        status = first.split()[1]
        if status == "100":
            return self._read(connection, has_body=has_body)
        left = int(headers.get("content-length", "0")) - len(body) if has_body else 0
        while left > 0 and (part := connection.recv(65_536)):
            body += part
            left -= len(part)
        if OUR_MISTAKE in body:
            status = f"{status}, {MISTAKE}"
        closes = headers.get("connection", "").lower() == "close" or left != 0
        return status, not closes


def send(port: int, target: Target, seed: int, count: int, connections: int = 3) -> Outcome:
    """Send so many requests over several connections at once; what came of them."""
    outcome, lock = Outcome(), threading.Lock()
    failures: list[Exception] = []

    def work(number: int) -> None:
        try:
            own = _work(port, Requests(target, seed * 1_000 + number), count // connections)
        except Exception as error:
            failures.append(error)
        else:
            with lock:
                outcome.add(own)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return outcome


def _work(port: int, requests: Requests, count: int) -> Outcome:
    outcome, client = Outcome(), Client(port)
    for _ in range(count):
        hostile = requests.next()
        _one(client, hostile, outcome)
    client.close()
    return outcome


def _one(client: Client, hostile: Hostile, outcome: Outcome) -> None:
    alone = hostile.kind.startswith(("odd HTTP", "oversize"))
    patience = INCOMPLETE_SECONDS if hostile.incomplete else PATIENCE
    began = time.perf_counter()
    status = client.send(hostile.data, alone=alone, patience=patience)
    seconds = time.perf_counter() - began
    outcome.statuses.setdefault(hostile.kind, Counter())[status] += 1
    outcome.slowest = max(outcome.slowest, seconds)
    fault = _fault(hostile, status)
    if seconds > HANG_SECONDS:
        outcome.slow += 1
        began = time.perf_counter()
        client.send(hostile.data, alone=alone)
        if time.perf_counter() - began > HANG_SECONDS:
            outcome.slow_again += 1
    if fault:
        outcome.faults[fault] += 1
        if outcome.faults[fault] <= 3:
            data = base64.b64encode(hostile.data[:200_000]).decode()
            outcome.kept.append({"fault": fault, "data": data})


def _fault(hostile: Hostile, status: str) -> str:
    expected_silence = {HUNG_UP: hostile.may_hang_up, NO_ANSWER: hostile.incomplete}
    if expected_silence.get(status):
        return ""
    if status.endswith(MISTAKE) and "spoilt" in hostile.kind:
        return ""  # what Slack never sends: nothing was changed, and the person is told
    if not status.isdecimal() or int(status) >= 500:
        return f"{hostile.kind}: {status}"
    if hostile.right and int(status) not in hostile.right:
        return f"{hostile.kind}: {status} instead of {sorted(hostile.right)}"
    return ""
