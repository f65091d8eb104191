"""Readers of files that are forked: what each would load is loaded once a process of tests.

What a reader does is the same: it gets a request on its standard input, sets itself limits of
memory and time, may be killed, and knows nothing of the environment. Starting one as the bot does
is tried in test_reading_process.py, and wherever the bot is a process of its own.
"""

import atexit
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
from contextlib import suppress
from typing import IO, Any

from sources import reading

start_for_real = reading._start

NURSERY = "from tests.readers import fork_for_each; fork_for_each(int(sys.argv[1]))"
_NUMBER = struct.Struct("<i")
_lock = threading.Lock()
_nurseries: list[socket.socket] = []


def fork_readers() -> None:
    """From now on, for all files that this process has read."""
    reading._start = _fork  # type: ignore[assignment]


class Reader:
    """A forked reader, as `subprocess.Popen` would show it."""

    def __init__(self, stdin: IO[bytes], stdout: IO[bytes], keeper: socket.socket) -> None:
        """keeper: says its number, and then how it ended."""
        self.stdin, self.stdout = stdin, stdout
        self.returncode: int | None = None
        self._keeper = keeper
        self.pid = self._hear()

    def poll(self) -> int | None:
        """How it ended; None while it lives."""
        if self.returncode is None:
            with suppress(BlockingIOError):
                self._note_end(socket.MSG_DONTWAIT)
        return self.returncode

    def wait(self) -> int:
        """How it ended, once it has."""
        if self.returncode is None:
            self._note_end()
        assert self.returncode is not None
        return self.returncode

    def kill(self) -> None:
        """End it in the middle of whatever it does."""
        if self.poll() is None:
            with suppress(ProcessLookupError):  # it has just ended, which is yet to be heard
                os.kill(self.pid, signal.SIGKILL)

    def _note_end(self, flags: int = 0) -> None:
        self.returncode = os.waitstatus_to_exitcode(self._hear(flags))
        self._keeper.close()

    def _hear(self, flags: int = 0) -> int:
        number: int = _NUMBER.unpack(self._keeper.recv(_NUMBER.size, flags))[0]
        return number


def _fork(errors: IO[bytes]) -> Any:
    asked, to_ask = os.pipe()
    to_hear, said = os.pipe()
    here, there = socket.socketpair()
    with _lock:
        if not _nurseries:
            _nurseries.append(_nursery())
        socket.send_fds(_nurseries[0], [b"1"], [asked, said, errors.fileno(), there.fileno()])
    for one in (asked, said):
        os.close(one)
    there.close()
    return Reader(os.fdopen(to_ask, "wb"), os.fdopen(to_hear, "rb"), here)


def _nursery() -> socket.socket:
    here, there = socket.socketpair()
    begin = f"import gc, sys; gc.disable(); {NURSERY}"
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", begin, str(there.fileno())],
        env=reading._environment(),
        pass_fds=[there.fileno()],
        stdin=subprocess.DEVNULL,
    )
    there.close()
    atexit.register(lambda: (here.close(), process.wait()))
    return here


def fork_for_each(number: int) -> None:
    """Of the nursery: fork a reader whenever it is told to, with what it is given to read from."""
    import gc

    from domain.niche import default_vocabulary
    from sources import reader_process

    default_vocabulary()
    gc.freeze()
    asked = socket.socket(fileno=number)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # a keeper is missed by nobody
    while True:
        message, given, _, _ = socket.recv_fds(asked, 1, 4)
        if not message:
            return
        if os.fork() == 0:
            asked.close()
            _keep(given, reader_process.main)
        for one in given:
            os.close(one)


def _keep(given: list[int], read: Any) -> None:
    """Of a reader's keeper: start it, say its number, and how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    reader = os.fork()
    if reader == 0:
        for place, one in enumerate(given[:3]):
            os.dup2(one, place)
        for one in given:
            os.close(one)
        _read_and_end(read)
    for one in given[:3]:
        os.close(one)
    os.write(given[3], _NUMBER.pack(reader))
    os.write(given[3], _NUMBER.pack(os.waitpid(reader, 0)[1]))
    os._exit(0)


def _read_and_end(read: Any) -> None:
    try:
        read()
        sys.stdout.flush()
    except BaseException:
        import traceback

        traceback.print_exc()
        os._exit(1)
    os._exit(0)
