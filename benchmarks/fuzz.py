"""A million hostile requests over real sockets: `python -m benchmarks.fuzz --counts FILE`.

What came of them adds up in the file, run after run: each run begins with a seed that was not used
before. Requests that were answered wrongly are kept there, to be tried again.
"""

import argparse
import json
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import fuzz_client
from benchmarks.fuzz_client import Outcome
from benchmarks.fuzz_requests import Sample, Target

A_SERVER = 25_000
A_ROUND = 2_500
"""Counts are written down after so many."""
LORIS_CONNECTIONS = 60
LORIS_PERIOD = 1.0
LORIS_END = 40.0
"""The server gives a request 20 s and looks every 5 s."""


@dataclass
class Sum:
    """All runs together.

    trickled: connections that sent a byte a second. outlived: how many of them the server kept.
    mistakes: what the bot logged as an error, by place. servers: what each one used.
    """

    outcome: Outcome = field(default_factory=Outcome)
    next_seed: int = 1
    trickled: int = 0
    outlived: int = 0
    mistakes: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)
    servers: list[dict[str, Any]] = field(default_factory=list)

    def write(self, path: Path) -> None:
        """Write everything down, whole or not at all."""
        said = {
            **self.outcome.as_json(),
            "next_seed": self.next_seed,
            "trickled": self.trickled,
            "outlived": self.outlived,
            "mistakes": dict(self.mistakes.most_common()),
            "examples": self.examples,
            "servers": self.servers,
        }
        new = path.with_suffix(".new")
        new.write_text(json.dumps(said, indent=1))
        new.replace(path)

    @classmethod
    def read(cls, path: Path) -> "Sum":
        """As it was written; empty where nothing was yet."""
        if not path.exists():
            return cls()
        said = json.loads(path.read_text())
        return cls(
            outcome=Outcome.from_json(said),
            next_seed=said["next_seed"],
            trickled=said["trickled"],
            outlived=said["outlived"],
            mistakes=Counter(said["mistakes"]),
            examples=said["examples"],
            servers=said["servers"],
        )


class Loris:
    """Connections whose requests arrive a byte a second and never end."""

    def __init__(self, port: int, count: int = LORIS_CONNECTIONS) -> None:
        self._sockets = [socket.create_connection(("127.0.0.1", port), 5) for _ in range(count)]
        self.count = count
        self.alive = count
        self._thread = threading.Thread(target=self._trickle, daemon=True)
        self._thread.start()

    def _trickle(self) -> None:
        for one in self._sockets:
            one.settimeout(0.01)
            one.sendall(b"POST /slack/events HTTP/1.1\r\nX: ")
        until = time.monotonic() + LORIS_END
        while time.monotonic() < until and self._sockets:
            time.sleep(LORIS_PERIOD)
            self._sockets = [one for one in self._sockets if _still_open(one)]
        self.alive = len(self._sockets)
        for one in self._sockets:
            one.close()

    def wait(self) -> int:
        """How many connections were still there at the end."""
        self._thread.join()
        return self.alive


def _still_open(one: socket.socket) -> bool:
    try:
        one.sendall(b"x")
        return bool(one.recv(1000))  # b"" is the end
    except TimeoutError:
        return True
    except OSError:
        return False


def run(total: Sum, counts: Path, until: int, seconds: float, connections: int) -> None:
    """Send until so many requests are counted or the time is up."""
    end = time.monotonic() + seconds
    while total.outcome.total < until and time.monotonic() < end:
        with tempfile.TemporaryDirectory() as folder:
            _one_server(total, counts, Path(folder), until, end, connections)


def _one_server(
    total: Sum, counts: Path, folder: Path, until: int, end: float, connections: int
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.fuzz_target", str(folder)],
        stdout=subprocess.PIPE,
        stderr=(folder / "log").open("w"),
        text=True,
    )
    assert process.stdout is not None
    try:
        known = json.loads(process.stdout.readline())
        target = target_of(known["target"])
        loris = Loris(known["port"])
        aim = min(until, total.outcome.total + A_SERVER)
        while total.outcome.total < aim and time.monotonic() < end:
            seed, total.next_seed = total.next_seed, total.next_seed + 1
            began = time.monotonic()
            total.outcome.add(fuzz_client.send(known["port"], target, seed, A_ROUND, connections))
            total.write(counts)
            _say(total, A_ROUND / (time.monotonic() - began))
        total.trickled += loris.count
        total.outlived += loris.wait()
    finally:
        process.terminate()
        lines = process.stdout.read().strip().splitlines()
        process.wait()
    if lines:
        said = json.loads(lines[-1])
        total.mistakes.update(said.pop("mistakes"))
        total.examples = {**said.pop("examples"), **total.examples}
        total.servers.append(said)
    total.write(counts)


def target_of(said: dict[str, Any]) -> Target:
    """From JSON."""
    return Target(**{**said, "samples": [Sample(*one) for one in said["samples"]]})


def _say(total: Sum, rate: float) -> None:
    outcome = total.outcome
    errors = sum(n for each in outcome.statuses.values() for s, n in each.items() if s[0] == "5")
    print(
        f"{outcome.total:9,} requests   {errors} of 500 or more   "
        f"{sum(outcome.faults.values())} answered wrongly   {outcome.slow} over a second, "
        f"{outcome.slow_again} of them again   {rate:,.0f}/s",
        flush=True,
    )


def report(total: Sum) -> None:
    """All counts, in words."""
    for kind, statuses in sorted(total.outcome.statuses.items()):
        said = ", ".join(f"{status}: {n:,}" for status, n in sorted(statuses.items()))
        print(f"{kind:24} {sum(statuses.values()):9,}   {said}")
    work = max((one["longest_work_seconds"] for one in total.servers), default=0)
    long = sum(one["over_a_second_of_work"] for one in total.servers)
    print(f"slowest answer {total.outcome.slowest:.2f} s on this machine, as busy as it was")
    print(f"most work for one request {work:.3f} s of processor time, {long} over a second")
    print(f"{total.trickled} connections trickled, {total.outlived} outlived their limit")
    for fault, count in total.outcome.faults.most_common():
        print(f"WRONG {count:6,}  {fault}")
    for mistake, count in total.mistakes.most_common():
        print(f"LOGGED {count:6,}  {mistake}")


def main() -> None:
    """Fuzz, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--counts", type=Path, required=True, help="file in which counts add up")
    parser.add_argument("--requests", type=int, default=1_000_000, help="until so many, in all")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="at most, this time")
    parser.add_argument("--connections", type=int, default=3)
    given = parser.parse_args()
    total = Sum.read(given.counts)
    run(total, given.counts, given.requests, given.seconds, given.connections)
    report(total)


if __name__ == "__main__":
    main()
