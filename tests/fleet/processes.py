"""The processes of a fleet: started, killed by the operating system, told to stop."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(one.getsockname()[1]) for one in held]
    for one in held:
        one.close()
    return ports


class Processes:
    """Servers side by side; each has its place, which keeps its port and its log."""

    def __init__(
        self, mode: str, ports: list[int], environment: Mapping[str, str], folder: Path
    ) -> None:
        """mode: "http" or "socket". environment: the settings of all of them."""
        self.ports = ports
        self._mode = mode
        self._environment = {**os.environ, **environment}
        self._folder = folder
        self._running: dict[int, subprocess.Popen[bytes]] = {}

    @property
    def places(self) -> range:
        """All places, with a running server or without."""
        return range(len(self.ports))

    def log(self, place: int) -> Path:
        """Where the servers of a place log to."""
        return self._folder / f"replica-{place}.log"

    def is_running(self, place: int) -> bool:
        """Whether a server runs there."""
        process = self._running.get(place)
        return process is not None and process.poll() is None

    def start(self, place: int, root: Path = ROOT) -> None:
        """Start a server; does not wait until it answers. root: the checkout of its release."""
        with self.log(place).open("ab") as log:
            self._running[place] = subprocess.Popen(
                [sys.executable, "-m", "tests.fleet.replica", self._mode, str(self.ports[place])],
                env=self._environment, cwd=root, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip

    def kill(self, place: int) -> None:
        """End a server in the middle of whatever it does (kill -9)."""
        self._end(place, signal.SIGKILL)

    def kill_beside(self, place: int) -> None:
        """End those of a server's processes that only answer, if it has any just then."""
        with suppress(psutil.NoSuchProcess):
            for one in psutil.Process(self._running[place].pid).children():
                one.kill()

    def stop(self, place: int) -> int:
        """Tell a server to stop, wait until it has; gives its exit status."""
        return self._end(place, signal.SIGTERM)

    def kill_all(self) -> None:
        """End all of them at once."""
        for place in self.places:
            if self.is_running(place):
                self._running[place].send_signal(signal.SIGKILL)
        for process in self._running.values():
            process.wait()

    def _end(self, place: int, number: signal.Signals) -> int:
        process = self._running[place]
        process.send_signal(number)
        return process.wait()
